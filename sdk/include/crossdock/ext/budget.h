/* crossdock.budget/1, offered by the host: who shares an account with an outside system asks before
 * each request whether it may be made, and tells what the answer said. The host keeps the limits,
 * for all connectors of the account together, and lets what is urgent go first. Deliveries whose
 * operation the manifest declares have been let through when they arrive and need not ask. */
#ifndef CROSSDOCK_EXT_BUDGET_H
#define CROSSDOCK_EXT_BUDGET_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_BUDGET "crossdock.budget/1"

/* What it costs to let a request wait. */
typedef int32_t xd_priority;
#define XD_URGENT 1 /* would sell what is gone, or ship what was cancelled */
#define XD_NORMAL 2
#define XD_BULK 3 /* catalogues, prices, looking through old data */

/* APPENDABLE. A request that wants to be made. */
typedef struct xd_spend {
  uint32_t struct_size;
  xd_priority priority;
  xd_bytes
      operation; /* as the outside system counts, for example "orders.read"; 64 bytes at most */
  double cost;   /* in its units; 1 where it counts requests */
  int64_t timeout_ns; /* how long to wait for room, 10 minutes at most */
} xd_spend;

/* APPENDABLE. What an answer said. Negative numbers: nothing. */
typedef struct xd_spent {
  uint32_t struct_size;
  int32_t refused;        /* not 0: the request was refused for having asked too much */
  uint64_t ticket;        /* of take; 0: a request without one, of `operation` */
  xd_bytes operation;     /* with ticket 0 */
  double cost;            /* what it cost in truth */
  double limit;           /* most units at once, or in one window */
  double remaining;       /* units that are left */
  double rate;            /* units that come back each second */
  int64_t reset_after_ns; /* until all units are back */
  int64_t window_ns;
  int64_t retry_after_ns; /* not before */
} xd_spent;

/* FROZEN. */
typedef struct xd_budget_v1 {
  /* [any] Not from within deliver, find or accepted themselves, because it waits. XD_OK: the
   * request may be made, *ticket names it. XD_AGAIN: there is no room in time; come back after
   * *retry_after_ns. XD_CLOSED: the host is stopping. */
  xd_status (*take)(void* context, const xd_spend* spend, uint64_t* ticket, int64_t* retry_after_ns,
                    const xd_error_sink* error);
  /* [any] Once per ticket, also where the answer said nothing: it was made and is answered. */
  xd_status (*learn)(void* context, const xd_spent* spent);
} xd_budget_v1;

#ifdef __cplusplus
}
#endif
#endif
