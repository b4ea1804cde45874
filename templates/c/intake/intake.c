/* From outside: every *.json in FOLDER/in is a list of products. One file is one batch; it moves to
 * FOLDER/done once the host says that what was made of it is durable, and not before. */
#include <crossdock/ext/poll.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "instance.h"
#include "mapping.h"

#define MOST_PRODUCTS 1000
#define MOST_BYTES (8L << 20)

static int is_document(const struct dirent* entry) {
  const size_t size = strlen(entry->d_name);
  return entry->d_name[0] != '.' && size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

/* Takes a place for the file; 0 where it is on its way already or too many are. */
static uint64_t begin(xd_instance* self, const char* name) {
  uint64_t tag = 0;
  struct pending* free_place = NULL;
  pthread_mutex_lock(&self->mutex);
  for (int i = 0; i < MOST_PENDING; ++i) {
    if (self->pending[i].tag == 0) {
      free_place = &self->pending[i];
    } else if (strcmp(self->pending[i].name, name) == 0) {
      free_place = NULL;
      break;
    }
  }
  if (free_place != NULL && strlen(name) < sizeof free_place->name) {
    strcpy(free_place->name, name);
    tag = free_place->tag = ++self->last_tag;
  }
  pthread_mutex_unlock(&self->mutex);
  return tag;
}

/* Gives the place back; moves the file when `durable`. */
static void end(xd_instance* self, uint64_t tag, int durable) {
  char from[PATH_BYTES];
  char to[PATH_BYTES];
  pthread_mutex_lock(&self->mutex);
  for (int i = 0; i < MOST_PENDING; ++i) {
    if (self->pending[i].tag == tag) {
      if (durable) {
        snprintf(from, sizeof from, "%s/in/%s", self->folder, self->pending[i].name);
        snprintf(to, sizeof to, "%s/done/%s", self->folder, self->pending[i].name);
        if (rename(from, to) != 0) {
          self->host->log(self->host->context, XD_LOG_ERROR,
                          text_of("a file that is durable cannot be moved to done/"));
        }
      }
      self->pending[i].tag = 0;
    }
  }
  pthread_mutex_unlock(&self->mutex);
}

void file_accepted(xd_instance* self, uint64_t tag) { end(self, tag, 1); }

static json_t* load(const char* path, char* fault) {
  struct stat info;
  if (stat(path, &info) != 0 || info.st_size > MOST_BYTES) {
    snprintf(fault, FAULT_BYTES, "%s cannot be read or is larger than 8 MiB", path);
    return NULL;
  }
  json_error_t error;
  json_t* list = json_load_file(path, 0, &error);
  if (!json_is_array(list) || json_array_size(list) > MOST_PRODUCTS) {
    snprintf(fault, FAULT_BYTES, "%s is not a list of at most %d products", path, MOST_PRODUCTS);
    json_decref(list);
    return NULL;
  }
  return list;
}

/* The texts behind a message live until the batch has been emitted. */
struct made {
  char* data;
  char* original;
  char key[512];
};

static int make(const json_t* product, xd_message* message, struct made* made, char* fault) {
  json_t* canonical = convert_product(product, XD_TO_CANONICAL, fault);
  const json_t* code = json_object_get(product, "code");
  const json_t* changed = json_object_get(product, "changed");
  if (canonical == NULL || !json_is_integer(changed)) {
    if (canonical != NULL) {
      snprintf(fault, FAULT_BYTES, "changed is missing; it is needed to know the event");
    }
    json_decref(canonical);
    return 0;
  }
  made->data = json_dumps(canonical, JSON_COMPACT);
  made->original = json_dumps(product, JSON_COMPACT);
  json_decref(canonical);
  /* The same state read twice is one event. */
  snprintf(made->key, sizeof made->key, "%.400s@%lld", json_string_value(code),
           (long long)json_integer_value(changed));
  message->struct_size = sizeof *message;
  message->type = text_of("crossdock.catalog.product.upserted.v1");
  message->subject = text_of(json_string_value(code));
  message->business_key = message->subject;
  message->idempotency_key = text_of(made->key);
  message->data = text_of(made->data);
  message->original = text_of(made->original);
  message->original_type = text_of("application/json");
  return made->data != NULL && made->original != NULL;
}

static xd_status emit_file(xd_instance* self, const char* path, uint64_t tag, char* fault) {
  json_t* list = load(path, fault);
  if (list == NULL) {
    return XD_FAILED;
  }
  const size_t count = json_array_size(list);
  xd_message* messages = calloc(count + 1, sizeof *messages);
  struct made* made = calloc(count + 1, sizeof *made);
  xd_status status = messages == NULL || made == NULL ? XD_FAILED : XD_OK;
  for (size_t i = 0; status == XD_OK && i < count; ++i) {
    if (!make(json_array_get(list, i), &messages[i], &made[i], fault)) {
      status = XD_FAILED;
    }
  }
  if (status == XD_OK) {
    xd_batch batch = {0};
    batch.struct_size = sizeof batch;
    batch.messages = messages;
    batch.message_count = count;
    batch.tag = tag;
    status = self->host->emit(self->host->context, &batch);
  }
  for (size_t i = 0; made != NULL && i < count; ++i) {
    free(made[i].data);
    free(made[i].original);
  }
  free(made);
  free(messages);
  json_decref(list);
  return status;
}

void poll_folder(xd_instance* self, xd_bytes cursor, xd_outcome* outcome,
                 const xd_error_sink* error) {
  (void)cursor; /* what is left in the folder is what is left to do */
  char path[PATH_BYTES];
  char fault[FAULT_BYTES] = "";
  snprintf(path, sizeof path, "%s/in", self->folder);
  struct dirent** names = NULL;
  const int count = scandir(path, &names, is_document, alphasort);
  outcome->kind = count < 0 ? XD_RETRY : XD_DONE;
  if (count < 0) {
    say(error, "the folder in/ cannot be listed");
  }
  for (int i = 0; i < count; ++i) {
    const uint64_t tag = outcome->kind == XD_DONE ? begin(self, names[i]->d_name) : 0;
    if (tag != 0) {
      snprintf(path, sizeof path, "%s/in/%s", self->folder, names[i]->d_name);
      const xd_status status = emit_file(self, path, tag, fault);
      if (status != XD_OK) {
        end(self, tag, 0);
        outcome->kind = XD_RETRY;
        say(error, status == XD_AGAIN ? "no credit now" : fault[0] != '\0' ? fault : "not taken");
      }
    }
    free(names[i]);
  }
  free(names);
}
