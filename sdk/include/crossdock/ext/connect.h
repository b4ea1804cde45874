/* crossdock.connect/1, offered by the host to a connector that has no network of its own: the host
 * opens the connections that the operator granted and hands the connected socket over. TLS and all
 * that is said stay with the connector. Without this extension a connector connects by itself. */
#ifndef CROSSDOCK_EXT_CONNECT_H
#define CROSSDOCK_EXT_CONNECT_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_CONNECT "crossdock.connect/1"

/* FROZEN. */
typedef struct xd_connect_v1 {
  /* [any] Opens a TCP connection; waits at most timeout_ns. XD_OK: *descriptor is a connected,
   * blocking socket, which the plugin owns and closes. XD_FAILED: `error` says why, for example
   * that the address is not granted; nothing was sent to anyone. */
  xd_status (*open)(void* context, xd_bytes host, uint16_t port, int64_t timeout_ns,
                    int32_t* descriptor, const xd_error_sink* error);
} xd_connect_v1;

#ifdef __cplusplus
}
#endif
#endif
