/* crossdock.poll/1, offered by a plugin: the host lets it look for news at its source. */
#ifndef CROSSDOCK_EXT_POLL_H
#define CROSSDOCK_EXT_POLL_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_POLL "crossdock.poll/1"

/* FROZEN. */
typedef struct xd_poll_v1 {
  /* [poll] Reads the source from `cursor` on and emits what is new. The answer goes to `outcome`,
   * which the host prepared: kind, retry_after_ns; the reason goes to `error`. */
  void (*poll)(xd_instance* instance, xd_bytes cursor, xd_outcome* outcome,
               const xd_error_sink* error);
} xd_poll_v1;

#ifdef __cplusplus
}
#endif
#endif
