/* To outside: each product becomes FOLDER/out/SKU.json, written whole or not at all. Written again
 * it is the same file, so a repeat does no harm. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "instance.h"
#include "mapping.h"

/* A subject becomes a file name, so it must not be able to lead anywhere else. */
static int is_file_name(xd_bytes subject) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (subject.size == 0 || subject.size > 200 || subject.data[0] == '.') {
    return 0;
  }
  for (size_t i = 0; i < subject.size; ++i) {
    if (subject.data[i] == '\0' || strchr(allowed, subject.data[i]) == NULL) {
      return 0;
    }
  }
  return 1;
}

/* 1 once the text is durable under its name. */
static int write_file(const char* path, const char* text) {
  char part[PATH_BYTES + 8];
  snprintf(part, sizeof part, "%s.part", path);
  const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) {
    return 0;
  }
  const size_t size = strlen(text);
  size_t done = 0;
  while (done < size) {
    const ssize_t wrote = write(fd, text + done, size - done);
    if (wrote <= 0) {
      break;
    }
    done += (size_t)wrote;
  }
  const int whole = done == size && fsync(fd) == 0;
  close(fd);
  return whole && rename(part, path) == 0;
}

static void deliver_one(xd_instance* self, const xd_message* message) {
  xd_outcome outcome = {0};
  char faults[FAULT_BYTES] = "";
  char path[PATH_BYTES];
  outcome.struct_size = sizeof outcome;
  outcome.token = message->token;
  outcome.kind = XD_REJECTED;
  json_t* canonical = json_loadb(message->data.data, message->data.size, 0, NULL);
  json_t* product = convert_product(canonical, XD_TO_OUTSIDE, faults);
  char* text = product == NULL ? NULL : json_dumps(product, JSON_INDENT(2));
  if (!is_file_name(message->subject)) {
    outcome.reason = text_of("the subject cannot be a file name");
  } else if (text == NULL) {
    outcome.reason = text_of(faults[0] != '\0' ? faults : "the data is not a product");
  } else {
    snprintf(path, sizeof path, "%s/out/%.*s.json", self->folder, (int)message->subject.size,
             message->subject.data);
    outcome.kind = write_file(path, text) ? XD_DONE : XD_RETRY;
    outcome.reason = text_of(outcome.kind == XD_DONE ? "" : "the file cannot be written to out/");
  }
  self->host->complete(self->host->context, &outcome, 1);
  free(text);
  json_decref(product);
  json_decref(canonical);
}

xd_status write_files(xd_instance* self, const xd_message* messages, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    deliver_one(self, xd_message_at(messages, i));
  }
  return XD_OK;
}
