/* What one instance of the connector holds, and the few helpers that its files share. */
#ifndef INSTANCE_H
#define INSTANCE_H

#include <crossdock/abi.h>
#include <pthread.h>
#include <string.h>

#define FOLDER_BYTES 1024
#define PATH_BYTES 2048
#define MOST_PENDING 64

/* A file that was emitted and is not yet known to be durable. */
struct pending {
  uint64_t tag; /* 0: free */
  char name[256];
};

struct xd_instance {
  const xd_host_v0* host;
  char folder[FOLDER_BYTES];
  pthread_mutex_t mutex; /* guards what follows */
  uint64_t last_tag;
  struct pending pending[MOST_PENDING];
};

static inline xd_bytes text_of(const char* text) {
  xd_bytes out = {text, text == NULL ? 0 : strlen(text)};
  return out;
}

static inline void say(const xd_error_sink* sink, const char* reason) {
  if (sink != NULL && sink->set != NULL) {
    sink->set(sink->context, text_of(reason));
  }
}

/* poll and accepted, in intake.c */
void poll_folder(xd_instance* self, xd_bytes cursor, xd_outcome* outcome,
                 const xd_error_sink* error);
void file_accepted(xd_instance* self, uint64_t tag);

/* deliver, in outlet.c */
xd_status write_files(xd_instance* self, const xd_message* messages, size_t count);

#endif
