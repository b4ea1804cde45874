/* The configuration: {"folder": "/srv/exchange"}. Its schema, its check, its reading. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <crossdock/ext/config.h>

extern const xd_config_v1 config_extension;

/* Copies the folder; 0 with the reason in `error` where the configuration is wrong. */
int read_settings(xd_bytes configuration, char* folder, size_t folder_bytes,
                  const xd_error_sink* error);

#endif
