/* crossdock.state/1, offered by the host: the connector's own small durable state (control numbers,
 * serials, seen ids). Changes travel in batches and outcomes, and commit with them. */
#ifndef CROSSDOCK_EXT_STATE_H
#define CROSSDOCK_EXT_STATE_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_STATE "crossdock.state/1"

/* FROZEN. */
typedef struct xd_state_v1 {
  /* [any] Calls `found` with the value, own changes that are on their way included; XD_MISSING
   * without a call where there is none. */
  xd_status (*get)(void* context, xd_bytes key, void* reader,
                   void (*found)(void* reader, xd_bytes value));
} xd_state_v1;

#ifdef __cplusplus
}
#endif
#endif
