#include "mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"

struct row {
  const char* canonical;
  const char* outside;
  int required;
};

static const struct row product[] = {
    {"sku", "code", 1},
    {"title", "name", 1},
    {"base_uom", "unit", 1},
    {"gtins.0", "barcode", 0},
    {"origin_country", "madeIn", 0},
};
#define ROWS (sizeof product / sizeof product[0])

/* One step of a dotted path; the rest, or NULL after the last. */
static const char* step(const char* path, char* name, size_t name_bytes) {
  const char* dot = strchr(path, '.');
  const size_t size = dot == NULL ? strlen(path) : (size_t)(dot - path);
  snprintf(name, name_bytes, "%.*s", (int)size, path);
  return dot == NULL ? NULL : dot + 1;
}

static int is_place(const char* name) { return name[0] >= '0' && name[0] <= '9'; }

static json_t* at(const json_t* here, const char* path) {
  char name[64];
  while (path != NULL && here != NULL) {
    path = step(path, name, sizeof name);
    here = is_place(name) ? json_array_get(here, strtoul(name, NULL, 10))
                          : json_object_get(here, name);
  }
  return json_is_null(here) ? NULL : (json_t*)here;
}

/* Paths of the table have one place in a list at most, and at their end. */
static void put(json_t* root, const char* path, json_t* value) {
  char name[64];
  char next[64];
  const char* rest = step(path, name, sizeof name);
  if (rest == NULL) {
    json_object_set(root, name, value);
    return;
  }
  step(rest, next, sizeof next);
  json_t* child = json_object_get(root, name);
  if (child == NULL) {
    child = is_place(next) ? json_array() : json_object();
    json_object_set_new(root, name, child);
  }
  if (is_place(next)) {
    json_array_append(child, value);
  } else {
    put(child, rest, value);
  }
}

json_t* convert_product(const json_t* from, int32_t direction, char* faults) {
  json_t* out = json_object();
  size_t used = 0;
  faults[0] = '\0';
  for (size_t i = 0; i < ROWS; ++i) {
    const int inward = direction == XD_TO_CANONICAL;
    const char* source = inward ? product[i].outside : product[i].canonical;
    json_t* value = at(from, source);
    if (value != NULL && json_is_string(value)) {
      put(out, inward ? product[i].canonical : product[i].outside, value);
    } else if ((value != NULL || product[i].required) && used < FAULT_BYTES - 1) {
      used += (size_t)snprintf(faults + used, FAULT_BYTES - used, "%s%s %s", used > 0 ? "; " : "",
                               source, value == NULL ? "is missing" : "is not a text");
    }
  }
  if (used > 0) {
    json_decref(out);
    return NULL;
  }
  return out;
}

static void describe(void* reader, void (*table)(void* reader, xd_bytes name, xd_bytes rows)) {
  json_t* rows = json_array();
  for (size_t i = 0; i < ROWS; ++i) {
    json_array_append_new(
        rows, json_pack("{s:s, s:s, s:s, s:s}", "canonical", product[i].canonical, "outside",
                        product[i].outside, "codec", "text", "presence",
                        product[i].required ? "required" : "optional"));
  }
  char* text = json_dumps(rows, JSON_COMPACT);
  table(reader, text_of("product"), text_of(text));
  free(text);
  json_decref(rows);
}

static xd_status convert(xd_bytes table, int32_t direction, xd_bytes document, void* reader,
                         void (*read)(void* reader, xd_bytes document),
                         const xd_error_sink* error) {
  if (table.size != strlen("product") || memcmp(table.data, "product", table.size) != 0) {
    return XD_MISSING;
  }
  json_t* from = json_loadb(document.data, document.size, 0, NULL);
  char faults[FAULT_BYTES];
  json_t* out = convert_product(from, direction, faults);
  json_decref(from);
  if (out == NULL) {
    say(error, faults);
    return XD_FAILED;
  }
  char* text = json_dumps(out, JSON_COMPACT);
  read(reader, text_of(text));
  free(text);
  json_decref(out);
  return XD_OK;
}

const xd_mapping_v1 mapping_extension = {describe, convert};
