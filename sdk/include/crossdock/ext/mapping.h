/* crossdock.mapping/1, offered by a plugin: its mapping tables, to be printed for people and proved
 * by pairs of documents (`crossdock mapping`, `crossdock golden`). No host needs it. */
#ifndef CROSSDOCK_EXT_MAPPING_H
#define CROSSDOCK_EXT_MAPPING_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_MAPPING "crossdock.mapping/1"

#define XD_TO_CANONICAL 1
#define XD_TO_OUTSIDE 2

/* FROZEN. Neither function needs an instance. */
typedef struct xd_mapping_v1 {
  /* [any] Calls `table` once per table with its name (a-z, 0-9, _) and its rows as a JSON list of
   * {"canonical", "outside", "codec", "presence"}. */
  void (*describe)(void* reader, void (*table)(void* reader, xd_bytes name, xd_bytes rows));
  /* [any] Converts a document by the named table; the result goes to `read`. XD_MISSING: no such
   * table. XD_FAILED: it does not fit, every fault with its path in `error`. */
  xd_status (*convert)(xd_bytes table, int32_t direction, xd_bytes document, void* reader,
                       void (*read)(void* reader, xd_bytes document), const xd_error_sink* error);
} xd_mapping_v1;

#ifdef __cplusplus
}
#endif
#endif
