/* A small connector in C that does everything right, and, built with FAULT set, one thing wrong.
 * The judge must pass the first and refuse every other. It reads events from FOLDER/events (a
 * number) and brings messages out as files in FOLDER/out, one per idempotency key. */
#include <arpa/inet.h>
#include <crossdock/abi.h>
#include <crossdock/ext/config.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/mapping.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/webhook.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

#define IS(fault) (FAULT == FAULT_##fault)

struct xd_instance {
  const xd_host_v0* host;
  char folder[1024];
  volatile int stopping;
  uint64_t emitted;
  char* held;
  const xd_message* kept;
  pthread_t thread;
};

static xd_bytes text_of(const char* text) {
  xd_bytes out = {text, strlen(text)};
  return out;
}

static long elapsed_ms(const struct timespec* since) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void path_in(const xd_instance* self, const char* name, char* path, size_t size) {
  snprintf(path, size, "%s/%s", self->folder, name);
}

/* GET / of an http://ADDRESS:PORT; the first bytes of the answer. */
static void ask(const xd_instance* self, const char* method, char* answer, size_t size) {
  struct sockaddr_in address = {0};
  char request[200];
  const char* colon = strrchr(self->folder, ':');
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)atoi(colon == NULL ? "1" : colon + 1));
  answer[0] = '\0';
  if (connect(fd, (struct sockaddr*)&address, sizeof address) == 0) {
    snprintf(request, sizeof request, "%s / HTTP/1.1\r\nHost: x\r\n\r\n", method);
    if (send(fd, request, strlen(request), MSG_NOSIGNAL) > 0) {
      const ssize_t got = recv(fd, answer, size - 1, MSG_WAITALL);
      answer[got > 0 ? got : 0] = '\0';
    }
  }
  close(fd);
}

/* --- configuration: {"folder":"..."} and nothing else ------------------------------------------
 */

static const char kSchemaText[] =
    "{\"type\":\"object\",\"properties\":{\"folder\":{\"type\":\"string\""
#if IS(LOGS_A_SECRET)
    ",\"x-secret\":true"
#endif
    "}},\"required\":[\"folder\"],\"additionalProperties\":false}";

static void schema(void* reader, void (*read_schema)(void* reader, xd_bytes schema)) {
  if (IS(SCHEMA_CHANGES) && getenv("PATH") == NULL) {
    read_schema(reader, text_of("{\"type\":\"object\"}"));
    return;
  }
  read_schema(reader, text_of(kSchemaText));
}

/* 1 and the folder where the configuration is exactly what the schema says. */
static int read_folder(xd_bytes in, char* folder, size_t size) {
  static const char kHead[] = "{\"folder\":\"";
  const size_t begin = sizeof kHead - 1;
  if (in.size < begin + 3 || memcmp(in.data, kHead, begin) != 0 ||
      memcmp(in.data + in.size - 2, "\"}", 2) != 0 || in.size - begin - 2 >= size) {
    return 0;
  }
  memcpy(folder, in.data + begin, in.size - begin - 2);
  folder[in.size - begin - 2] = '\0';
  return strpbrk(folder, "\"\\") == NULL;
}

static void check(xd_bytes configuration, void* reader,
                  void (*fault)(void* reader, xd_bytes path, xd_bytes message)) {
  char folder[1024];
  if (!IS(CONFIG_CHECKS_NOTHING) && !read_folder(configuration, folder, sizeof folder)) {
    fault(reader, text_of("folder"), text_of("is missing or not alone"));
  }
}

/* --- life --------------------------------------------------------------------------------------
 */

static void* haunt(void* argument) {
  xd_instance* self = (xd_instance*)argument;
  const xd_host_v0* host = self->host;
  for (int i = 0; i < 20; ++i) {
    usleep(10000);
    host->log(host->context, XD_LOG_INFO, text_of("still here"));
  }
  return NULL;
}

static void* sleep_on(void* argument) {
  sleep(1000);
  return argument;
}

static char* volatile lost;

static xd_instance* create(const xd_host_v0* host, xd_bytes configuration,
                           const xd_error_sink* error) {
  xd_instance* self = (xd_instance*)calloc(1, sizeof *self);
  const int right = read_folder(configuration, self->folder, sizeof self->folder);
  if ((IS(NEEDS_THIS_MINOR) && host->struct_size != sizeof *host) ||
      (!right && !IS(CONFIG_TAKES_ANYTHING))) {
    if (!IS(REFUSES_SILENTLY)) {
      error->set(error->context, text_of("this cannot be used"));
    }
    free(self);
    return NULL;
  }
  self->host = host;
  self->held = (char*)malloc(64);
  if (IS(LEAKS_MEMORY)) {
    lost = (char*)malloc(500);
  }
  if (IS(LEAKS_DESCRIPTORS) && open("/dev/null", O_RDONLY) < 0) {
    free(self);
    return NULL;
  }
  if (IS(LOGS_A_SECRET)) {
    host->log(host->context, XD_LOG_INFO, text_of(self->folder));
  }
  return self;
}

static void destroy(xd_instance* self) {
  if (!IS(CALLS_AFTER_DESTROY)) {
    free(self->held);
    free(self);
  }
}

static xd_status start(xd_instance* self, const xd_error_sink* error) {
  char path[2048];
  (void)error;
  path_in(self, "out", path, sizeof path);
  mkdir(path, 0755);
  if (IS(EXITS)) {
    _exit(0);
  }
  if (IS(CALLS_AFTER_DESTROY) || IS(LEAKS_THREADS)) {
    pthread_create(&self->thread, NULL, IS(LEAKS_THREADS) ? sleep_on : haunt, self);
    pthread_detach(self->thread);
  }
  return XD_OK;
}

static void stop(xd_instance* self) {
  if (IS(STOP_HANGS)) {
    sleep(1000);
  }
  if (IS(STOPS_ONCE)) {
    if (self->stopping) {
      abort();
    }
  }
  self->stopping = !IS(WAITS_FOR_CREDIT);
}

/* --- out ---------------------------------------------------------------------------------------
 */

static void effect_path(const xd_instance* self, const xd_message* message, char* path,
                        size_t size) {
  static int count;
  uint64_t hash = 1469598103934665603u; /* FNV-1a: any key is a file name */
  for (size_t i = 0; i < message->idempotency_key.size; ++i) {
    hash = (hash ^ (unsigned char)message->idempotency_key.data[i]) * 1099511628211u;
  }
  if (IS(NOT_IDEMPOTENT)) {
    hash += (uint64_t)getpid() * 1000 + (uint64_t)count++;
  }
  snprintf(path, size, "%s/out/%016llx", self->folder, (unsigned long long)hash);
}

static void answer(xd_instance* self, uint64_t token, xd_outcome_kind kind, const char* reason) {
  struct timespec since;
  xd_outcome outcome;
  memset(&outcome, 0, sizeof outcome);
  outcome.struct_size = sizeof outcome;
  outcome.token = token;
  outcome.kind = kind;
  outcome.reason = text_of(reason);
  clock_gettime(CLOCK_MONOTONIC, &since);
  self->host->complete(self->host->context, &outcome, 1);
  if (IS(IMPATIENT) && elapsed_ms(&since) > 30) {
    abort();
  }
}

static void* answer_later(void* argument) {
  xd_instance* self = (xd_instance*)argument;
  usleep(50000);
  answer(self, self->kept->token, XD_DONE, "");
  return NULL;
}

static void bring_out(xd_instance* self, const xd_message* message) {
  char path[2048];
  char reply[64];
  struct stat info;
  effect_path(self, message, path, sizeof path);
  const int there = stat(path, &info) == 0;
  if (IS(THROWS)) {
#ifdef __cplusplus
    throw 42;
#endif
  }
  if (IS(CRASHES_ON_HOSTILE) && (message->data.size == 0 || message->data.data[0] != '{')) {
    abort();
  }
  if (IS(BREAKS_ON_HOSTILE) && (message->data.size == 0 || message->data.data[0] != '{')) {
    answer(self, message->token, XD_BROKEN, "I do not understand");
    return;
  }
  if (IS(PUNISHES_REPEATS) && there) {
    answer(self, message->token, XD_REJECTED, "seen before");
    return;
  }
  if (IS(BLOCKS_IN_DELIVER)) {
    ask(self, "POST", reply, sizeof reply);
  }
  if (IS(NEVER_COMPLETES)) {
    return;
  }
  if (IS(KEEPS_A_POINTER)) {
    self->kept = message;
    pthread_create(&self->thread, NULL, answer_later, self);
    pthread_detach(self->thread);
    return;
  }
  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd >= 0) {
    close(fd);
  }
  if (IS(NO_SUCH_OUTCOME)) {
    answer(self, message->token, 77, "what is this");
  } else if (IS(GIVES_NO_REASON)) {
    answer(self, message->token, XD_REJECTED, "");
  } else {
    answer(self, message->token, XD_DONE, "");
  }
  if (IS(COMPLETES_TWICE)) {
    answer(self, message->token, XD_DONE, "");
  }
}

static xd_status deliver(xd_instance* self, const xd_message* messages, size_t count) {
  if (IS(TAKES_ONE_ONLY) && count > 1) {
    return XD_FAILED;
  }
  for (size_t i = 0; i < count; ++i) {
    bring_out(self, IS(WALKS_BY_SIZEOF) ? &messages[i] : xd_message_at(messages, i));
  }
  return XD_OK;
}

static xd_status find(xd_instance* self, const xd_message* message, void* context,
                      void (*not_found)(void* context, uint64_t token)) {
  char path[2048];
  struct stat info;
  effect_path(self, message, path, sizeof path);
  if (stat(path, &info) == 0) {
    answer(self, message->token, XD_DONE, "");
  } else {
    not_found(context, message->token);
  }
  return XD_OK;
}

/* --- in ----------------------------------------------------------------------------------------
 */

static void poll_events(xd_instance* self, xd_bytes cursor, xd_outcome* outcome,
                        const xd_error_sink* error) {
  static int readings;
  xd_message messages[3];
  xd_batch batch;
  char keys[3][40];
  char path[2048];
  char reply[64];
  struct stat info;
  struct timespec since;
  xd_status status;
  outcome->kind = XD_DONE;
  ++readings;
  if (IS(TRUSTS_THE_WORLD)) {
    ask(self, "GET", reply, sizeof reply);
    if (strncmp(reply, "HTTP/1.1 200", 12) != 0) {
      abort();
    }
  }
  path_in(self, "events", path, sizeof path);
  if ((cursor.size == 1 && cursor.data[0] == '3') || stat(path, &info) != 0) {
    return;
  }
  memset(messages, 0, sizeof messages);
  memset(&batch, 0, sizeof batch);
  for (int i = 0; i < 3; ++i) {
    if (IS(KEY_OF_THE_READING)) {
      snprintf(keys[i], sizeof keys[i], "event-%d-%ld-%d", i, (long)getpid(), readings);
    } else {
      snprintf(keys[i], sizeof keys[i], "event-%d", i);
    }
    messages[i].struct_size = sizeof messages[i];
    messages[i].type =
        text_of(IS(EMITS_WHAT_IT_DOES_NOT_GIVE) ? "crossdock.catalog.product.upserted.v1"
                                                : "crossdock.tracking.event.scanned.v1");
    messages[i].subject = text_of("1Z999");
    messages[i].business_key = text_of("1Z999");
    messages[i].idempotency_key = text_of(IS(EMITS_WITHOUT_KEY) ? "" : keys[i]);
    messages[i].data = text_of(
        IS(EMITS_NONSENSE) ? "{\"tracking_no\":7}"
                           : "{\"tracking_no\":\"1Z999\",\"code\":\"in_transit\",\"occurred_at\":"
                             "\"2026-03-01T08:00:00Z\"}");
  }
  batch.struct_size = sizeof batch;
  batch.messages = messages;
  batch.message_count = 3;
  batch.has_cursor = 1;
  batch.cursor = text_of("3");
  batch.tag = 1;
  if (IS(ACKNOWLEDGES_EARLY)) {
    unlink(path);
  }
  if (IS(LOSES_WITHOUT_CREDIT) && self->emitted) {
    return;
  }
  self->emitted = 1;
  clock_gettime(CLOCK_MONOTONIC, &since);
  do {
    status = self->host->emit(self->host->context, &batch);
  } while (IS(WAITS_FOR_CREDIT) && status == XD_AGAIN && usleep(1000) == 0);
  if (status != XD_OK) {
    outcome->kind = XD_RETRY;
    error->set(error->context, text_of("no credit"));
  }
}

static void webhook(xd_instance* self, const xd_webhook_request* request, void* context,
                    void (*give)(void* context, const xd_webhook_answer* answer)) {
  xd_webhook_answer out;
  (void)self;
  (void)request;
  memset(&out, 0, sizeof out);
  out.struct_size = sizeof out;
  out.status = 404;
  give(context, &out);
  if (IS(ANSWERS_TWICE)) {
    give(context, &out);
  }
}

static void describe(void* reader, void (*table)(void* reader, xd_bytes name, xd_bytes rows)) {
  table(reader, text_of("event"), text_of("[]"));
}

static xd_status convert(xd_bytes table, int32_t direction, xd_bytes document, void* reader,
                         void (*read_document)(void* reader, xd_bytes document),
                         const xd_error_sink* error) {
  (void)table;
  (void)direction;
  (void)error;
  read_document(reader, IS(MAPS_WRONGLY) ? text_of("{\"wrong\":true}") : document);
  return XD_OK;
}

static void accepted(xd_instance* self, uint64_t tag) {
  (void)self;
  (void)tag;
}

/* --- the table ---------------------------------------------------------------------------------
 */

static const void* extension(const char* name) {
  static const xd_config_v1 kConfigTable = {schema, check};
  static const xd_poll_v1 kPollTable = {poll_events};
  static const xd_find_v1 kFindTable = {find};
  static const xd_webhook_v1 kWebhookTable = {webhook};
  static const xd_mapping_v1 kMappingTable = {describe, convert};
  if (strcmp(name, XD_EXT_CONFIG) == 0) {
    return &kConfigTable;
  }
  if (strcmp(name, XD_EXT_POLL) == 0) {
    return &kPollTable;
  }
  if (strcmp(name, XD_EXT_WEBHOOK) == 0) {
    return &kWebhookTable;
  }
  if (strcmp(name, XD_EXT_MAPPING) == 0) {
    return &kMappingTable;
  }
  if (IS(ANSWERS_TO_ANY_NAME)) {
    return &kConfigTable;
  }
  return strcmp(name, XD_EXT_FIND) == 0 && !IS(OFFERS_NO_FIND) ? &kFindTable : NULL;
}

#if IS(ABORTS_WHEN_OPENED)
/* A trial has an empty environment; the build, which opens the library once, has not. */
__attribute__((constructor)) static void abort_early(void) {
  if (getenv("PATH") == NULL) {
    abort();
  }
}
#endif

#ifdef __cplusplus
extern "C" {
#endif
const xd_plugin_table_v0* xd_plugin_v0(void);
void an_exported_helper(void);
__attribute__((visibility("default"))) void an_exported_helper(void) {}
__attribute__((visibility("default"))) const xd_plugin_table_v0* xd_plugin_v0(void) {
  static xd_plugin_table_v0 table;
  if (IS(RETURNS_NO_TABLE) && getenv("PATH") == NULL) {
    return NULL;
  }
  table.struct_size = IS(TABLE_TOO_SMALL) ? 16 : sizeof table;
  table.minor = XD_ABI_MINOR;
  table.create = create;
  table.destroy = destroy;
  table.start = start;
  table.stop = IS(HAS_NO_STOP) ? NULL : stop;
  table.deliver = deliver;
  table.accepted = accepted;
  table.extension = extension;
  return &table;
}
#ifdef __cplusplus
}
#endif
