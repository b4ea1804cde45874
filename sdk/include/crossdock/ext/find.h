/* crossdock.find/1, offered by a plugin: after an outcome in doubt the host asks whether a message
 * got through before it is tried again. */
#ifndef CROSSDOCK_EXT_FIND_H
#define CROSSDOCK_EXT_FIND_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_FIND "crossdock.find/1"

/* FROZEN. */
typedef struct xd_find_v1 {
  /* [deliver] Like deliver for one message that may be there already: found means completed with
   * XD_DONE; not found means that the plugin calls `not_found` and the host delivers it. Completed
   * with XD_RETRY: could not look. Returns soon, as deliver does. */
  xd_status (*find)(xd_instance* instance, const xd_message* message, void* context,
                    void (*not_found)(void* context, uint64_t token));
} xd_find_v1;

#ifdef __cplusplus
}
#endif
#endif
