/* crossdock.token/1, offered by the host where the connector's account has a token block: access
 * tokens (OAuth 2.0, RFC 6749) that the host fetches, refreshes and rotates, once for all
 * connectors of the account. The plugin never sees client secret or refresh token. */
#ifndef CROSSDOCK_EXT_TOKEN_H
#define CROSSDOCK_EXT_TOKEN_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_TOKEN "crossdock.token/1"

/* FROZEN. */
typedef struct xd_token_v1 {
  /* [any] Not from within deliver, find or accepted themselves: it waits for an answer that comes
   * by the thread that calls those. Calls `found` with the token, which is good until expires_at_ns
   * (0: not known). `refused` is a token that the outside system has just refused, or empty: the
   * host then gets another one. XD_FAILED: there is none, `error` says why. */
  xd_status (*get)(void* context, xd_bytes refused, int64_t timeout_ns, void* reader,
                   void (*found)(void* reader, xd_bytes token, int64_t expires_at_ns),
                   const xd_error_sink* error);
} xd_token_v1;

#ifdef __cplusplus
}
#endif
#endif
