/* crossdock.config/1, offered by a plugin: its configuration as JSON Schema, read once at build
 * time on the author's machine and put into the manifest. */
#ifndef CROSSDOCK_EXT_CONFIG_H
#define CROSSDOCK_EXT_CONFIG_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_CONFIG "crossdock.config/1"

/* FROZEN. */
typedef struct xd_config_v1 {
  /* [any] The schema (JSON Schema 2020-12). */
  void (*schema)(void* reader, void (*read)(void* reader, xd_bytes schema));
  /* [any] Checks a configuration; calls `fault` once per fault with its path and words. */
  void (*check)(xd_bytes configuration, void* reader,
                void (*fault)(void* reader, xd_bytes path, xd_bytes message));
} xd_config_v1;

#ifdef __cplusplus
}
#endif
#endif
