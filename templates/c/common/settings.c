#include "settings.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "instance.h"

static const char schema_text[] =
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
    "\"properties\":{\"folder\":{\"type\":\"string\",\"description\":\"where files are "
    "exchanged\"}},\"required\":[\"folder\"],\"additionalProperties\":false}";

static void schema(void* reader, void (*read)(void* reader, xd_bytes schema)) {
  read(reader, text_of(schema_text));
}

/* Calls `fault` for everything that is wrong; gives the folder where nothing is. */
static void look(xd_bytes configuration, char* folder, size_t folder_bytes, void* reader,
                 void (*fault)(void* reader, xd_bytes path, xd_bytes message)) {
  json_error_t error;
  json_t* root = json_loadb(configuration.data, configuration.size, 0, &error);
  if (!json_is_object(root)) {
    fault(reader, text_of(""), text_of("the configuration is not a JSON object"));
    json_decref(root);
    return;
  }
  const char* key;
  json_t* value;
  json_object_foreach(root, key, value) {
    if (strcmp(key, "folder") != 0) {
      fault(reader, text_of(key), text_of("is not known; known is folder"));
    }
  }
  value = json_object_get(root, "folder");
  if (value == NULL) {
    fault(reader, text_of("folder"), text_of("is missing"));
  } else if (!json_is_string(value) || json_string_length(value) == 0 ||
             json_string_length(value) >= folder_bytes) {
    fault(reader, text_of("folder"), text_of("must be the path of a folder"));
  } else {
    memcpy(folder, json_string_value(value), json_string_length(value) + 1);
  }
  json_decref(root);
}

static void check(xd_bytes configuration, void* reader,
                  void (*fault)(void* reader, xd_bytes path, xd_bytes message)) {
  char folder[FOLDER_BYTES];
  look(configuration, folder, sizeof folder, reader, fault);
}

const xd_config_v1 config_extension = {schema, check};

struct first_fault {
  int found;
  char words[512];
};

static void keep_first(void* reader, xd_bytes path, xd_bytes message) {
  struct first_fault* first = reader;
  if (!first->found++) {
    snprintf(first->words, sizeof first->words, "%.*s %.*s", (int)path.size, path.data,
             (int)message.size, message.data);
  }
}

int read_settings(xd_bytes configuration, char* folder, size_t folder_bytes,
                  const xd_error_sink* error) {
  struct first_fault first = {0, ""};
  look(configuration, folder, folder_bytes, &first, keep_first);
  if (first.found) {
    say(error, first.words);
  }
  return !first.found;
}
