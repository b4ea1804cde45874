/* crossdock.clock/1, offered by the host: its clock, virtual in tests. */
#ifndef CROSSDOCK_EXT_CLOCK_H
#define CROSSDOCK_EXT_CLOCK_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_CLOCK "crossdock.clock/1"

/* FROZEN. */
typedef struct xd_clock_v1 {
  int64_t (*now_ns)(void* context); /* [any] since the epoch, UTC */
} xd_clock_v1;

#ifdef __cplusplus
}
#endif
#endif
