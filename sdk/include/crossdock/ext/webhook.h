/* crossdock.webhook/1, offered by a plugin: HTTP calls of the outside system reach it through the
 * host, and its answer is given only after what it emitted with it is durable. */
#ifndef CROSSDOCK_EXT_WEBHOOK_H
#define CROSSDOCK_EXT_WEBHOOK_H

#include <crossdock/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_EXT_WEBHOOK "crossdock.webhook/1"

/* FROZEN. */
typedef struct xd_header {
  xd_bytes name; /* lower-case in requests */
  xd_bytes value;
} xd_header;

/* APPENDABLE. */
typedef struct xd_webhook_request {
  uint32_t struct_size;
  uint32_t header_count;
  xd_bytes method;
  xd_bytes path; /* below the connector's own prefix, beginning with '/' */
  xd_bytes query;
  const xd_header* headers;
  xd_bytes body; /* the exact bytes, so that signatures can be checked */
} xd_webhook_request;

/* APPENDABLE. */
typedef struct xd_webhook_answer {
  uint32_t struct_size;
  int32_t status;
  const xd_header* headers;
  size_t header_count;
  xd_bytes body;
  const xd_message* messages;
  size_t message_count;
  const xd_state_change* state;
  size_t state_count;
} xd_webhook_answer;

/* FROZEN. */
typedef struct xd_webhook_v1 {
  /* [any] Calls `answer` exactly once, from within this call. */
  void (*handle)(xd_instance* instance, const xd_webhook_request* request, void* context,
                 void (*answer)(void* context, const xd_webhook_answer* answer));
} xd_webhook_v1;

#ifdef __cplusplus
}
#endif
#endif
