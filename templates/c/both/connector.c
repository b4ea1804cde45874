/* Products come in from files and go out to files: the table that the host calls. What it does is
 * in intake.c and outlet.c. */
#include <crossdock/ext/poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "instance.h"
#include "mapping.h"
#include "settings.h"

static xd_instance* create(const xd_host_v0* host, xd_bytes configuration,
                           const xd_error_sink* error) {
  xd_instance* self = calloc(1, sizeof *self);
  if (self == NULL || !read_settings(configuration, self->folder, sizeof self->folder, error)) {
    free(self);
    return NULL;
  }
  self->host = host;
  pthread_mutex_init(&self->mutex, NULL);
  return self;
}

static void destroy(xd_instance* self) {
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

static xd_status start(xd_instance* self, const xd_error_sink* error) {
  static const char* const folders[] = {"in", "done", "out"};
  char path[PATH_BYTES];
  struct stat info;
  for (size_t i = 0; i < sizeof folders / sizeof folders[0]; ++i) {
    snprintf(path, sizeof path, "%s/%s", self->folder, folders[i]);
    if (mkdir(path, 0755) != 0 && (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))) {
      say(error, "the folder does not exist or cannot be written to");
      return XD_FAILED;
    }
  }
  return XD_OK;
}

static void stop(xd_instance* self) { (void)self; /* nothing goes on by itself */ }

static const void* extension(const char* name) {
  static const xd_poll_v1 poll_extension = {poll_folder};
  if (strcmp(name, XD_EXT_POLL) == 0) {
    return &poll_extension;
  }
  if (strcmp(name, XD_EXT_CONFIG) == 0) {
    return &config_extension;
  }
  return strcmp(name, XD_EXT_MAPPING) == 0 ? &mapping_extension : NULL;
}

static const xd_plugin_table_v0 table = {
    .struct_size = sizeof(xd_plugin_table_v0),
    .minor = XD_ABI_MINOR,
    .create = create,
    .destroy = destroy,
    .start = start,
    .stop = stop,
    .deliver = write_files,
    .accepted = file_accepted,
    .extension = extension,
};

/* The version script lets this name out and no other. */
const xd_plugin_table_v0* xd_plugin_v0(void);
__attribute__((visibility("default"))) const xd_plugin_table_v0* xd_plugin_v0(void) {
  return &table;
}
