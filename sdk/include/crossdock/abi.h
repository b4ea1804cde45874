/* The contract between a host and a connector plugin, version 0.9. C11, also valid C++.
 *
 * A plugin is a shared library with one exported function, xd_plugin_v0, that returns a constant
 * table. Text and bytes cross this boundary, objects never: no exception, allocator, enum, socket
 * or logger of either side.
 *
 * Memory    All arguments are borrowed for the call. Each side frees only what it allocated.
 * Growth    FROZEN structs never change. APPENDABLE structs begin with their size; members are only
 *           added at the end, and the smallest accepted size is that of the first release. In a
 *           list of them the next one begins struct_size bytes after the last, which may be more
 *           than the size that this header knows: walk with xd_message_at and xd_outcome_at. New
 *           abilities come as extensions named crossdock.<ability>/<revision>.
 * Threads   [control] and [deliver] are never called at the same time for one instance; [poll] has
 *           a thread of its own; [any] may be called from any thread, also from several at once.
 * Time      Nanoseconds since 1970-01-01T00:00:00Z; 0 means not known.
 * Numbers   Codes are int32_t constants; 0 is never a meaningful outcome by accident.
 */
#ifndef CROSSDOCK_ABI_H
#define CROSSDOCK_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XD_ABI_MAJOR 0
#define XD_ABI_MINOR 9
#define XD_ENTRY_NAME "xd_plugin_v0"

/* FROZEN. Text (UTF-8) or bytes with their length; data may be NULL when size is 0. */
typedef struct xd_bytes {
  const char* data;
  size_t size;
} xd_bytes;

/* What a call returns. */
typedef int32_t xd_status;
#define XD_OK 0
#define XD_AGAIN 1     /* no credit now: nothing was taken, try again later */
#define XD_CLOSED 2    /* the other side is stopping: nothing was taken */
#define XD_INVALID 3   /* the arguments break this contract; the log says how */
#define XD_TOO_LARGE 4 /* more bytes than one call may carry */
#define XD_FAILED 5    /* the plugin could not; it said why in the error sink */
#define XD_MISSING 6   /* there is no such thing */

/* What to do next with a delivered message. */
typedef int32_t xd_outcome_kind;
#define XD_DONE 1         /* it is in the outside system */
#define XD_REJECTED 2     /* it can never be taken as it is: dead letter */
#define XD_RETRY 3        /* it did not get there: again, after a while */
#define XD_THROTTLED 4    /* the outside system wants less: not before retry_after_ns */
#define XD_UNAUTHORISED 5 /* credentials are refused: pause, do not count the try */
#define XD_UNKNOWN 6      /* it may or may not have got there: look before trying again */
#define XD_BROKEN 7       /* this instance is not usable any more: restart it */

#define XD_LOG_DEBUG 1
#define XD_LOG_INFO 2
#define XD_LOG_WARNING 3
#define XD_LOG_ERROR 4

/* APPENDABLE. A canonical message. Texts may be empty unless said otherwise. */
typedef struct xd_message {
  uint32_t struct_size;
  uint32_t attempt; /* deliver: from 1; emit: 0 */
  uint64_t token;   /* deliver: names this delivery in its outcome; emit: 0 */
  xd_bytes id;      /* emit: empty, the host gives one */
  xd_bytes type;    /* required */
  xd_bytes source;  /* emit: empty, the host fills it */
  xd_bytes subject;
  xd_bytes dataschema;
  xd_bytes traceparent;
  xd_bytes tenant;
  xd_bytes correlation_id; /* emit: empty begins a new flow */
  xd_bytes causation_id;
  xd_bytes idempotency_key; /* emit: required; one business event of this connector */
  xd_bytes business_key;    /* order is kept among messages of one key */
  xd_bytes target;          /* connector that must receive it; empty: by routes */
  int64_t occurred_at_ns;
  int64_t observed_at_ns;
  int64_t recorded_at_ns; /* emit: 0 */
  xd_bytes data;          /* canonical JSON, required */
  xd_bytes original;      /* the outside bytes it was made from */
  xd_bytes original_type;
} xd_message;

/* FROZEN. One key of the connector's durable state; erase != 0 removes it. */
typedef struct xd_state_change {
  xd_bytes key;
  xd_bytes value;
  int32_t erase;
} xd_state_change;

/* APPENDABLE. What one emit makes durable: all of it or nothing. */
typedef struct xd_batch {
  uint32_t struct_size;
  int32_t has_cursor;
  const xd_message* messages;
  size_t message_count;
  xd_bytes cursor; /* how far the source has been read, with has_cursor */
  const xd_state_change* state;
  size_t state_count;
  uint64_t tag; /* comes back in accepted() */
} xd_batch;

/* APPENDABLE. What became of one delivered message. State and messages commit with the outcome. */
typedef struct xd_outcome {
  uint32_t struct_size;
  xd_outcome_kind kind;
  uint64_t token;
  int64_t retry_after_ns;    /* XD_RETRY, XD_THROTTLED: not before; 0: the host decides */
  xd_bytes reason;           /* plain words; required unless XD_DONE */
  xd_bytes reference;        /* the outside system's number for it */
  xd_bytes evidence_request; /* what was sent and answered, secrets masked */
  xd_bytes evidence_answer;
  const xd_state_change* state;
  size_t state_count;
  const xd_message* messages;
  size_t message_count;
} xd_outcome;

/* FROZEN. Where a function writes its reason when it returns XD_FAILED. Borrowed for the call. */
typedef struct xd_error_sink {
  void* context;
  void (*set)(void* context, xd_bytes reason);
} xd_error_sink;

/* APPENDABLE. What the host offers; valid from create until destroy returns. */
typedef struct xd_host_v0 {
  uint32_t struct_size;
  uint32_t minor;
  void* context; /* first argument of every function below */
  /* [any] Takes the batch, or XD_AGAIN when no credit is left. The messages are copied. */
  xd_status (*emit)(void* context, const xd_batch* batch);
  /* [any] Completes delivered messages by their tokens, in any order. Each token once. */
  xd_status (*complete)(void* context, const xd_outcome* outcomes, size_t count);
  /* [any] One line for the host's log. */
  void (*log)(void* context, int32_t level, xd_bytes text);
  /* [any] An extension's table by name, or NULL where the host has none. */
  const void* (*extension)(void* context, const char* name);
} xd_host_v0;

/* The element of a list; every struct_size up to it has been found good. */
static inline const xd_message* xd_message_at(const xd_message* list, size_t place) {
  for (; place > 0; --place) {
    list = (const xd_message*)(const void*)((const char*)list + list->struct_size);
  }
  return list;
}
static inline const xd_outcome* xd_outcome_at(const xd_outcome* list, size_t place) {
  for (; place > 0; --place) {
    list = (const xd_outcome*)(const void*)((const char*)list + list->struct_size);
  }
  return list;
}

typedef struct xd_instance xd_instance; /* the plugin's own; the host only carries the pointer */

/* APPENDABLE. What a plugin offers; constant, valid as long as the library is loaded. */
typedef struct xd_plugin_table_v0 {
  uint32_t struct_size;
  uint32_t minor;
  /* [control] A new instance, or NULL with the reason in `error`. `configuration` is JSON. */
  xd_instance* (*create)(const xd_host_v0* host, xd_bytes configuration,
                         const xd_error_sink* error);
  /* [control] After stop. No function of this instance is called afterwards. */
  void (*destroy)(xd_instance* instance);
  /* [control] Ready to take and give messages once it returns XD_OK. */
  xd_status (*start)(xd_instance* instance, const xd_error_sink* error);
  /* [control] In any state, also twice. Outcomes not given when it returns count as unknown. */
  void (*stop)(xd_instance* instance);
  /* [deliver] Messages to bring out; never two of one business key at once. Returns soon: what
   * takes long is completed later by host->complete. Not XD_OK: none of them was taken. */
  xd_status (*deliver)(xd_instance* instance, const xd_message* messages, size_t count);
  /* [any] The batch emitted with this tag is durable. Not said any more once stop was called, so
   * nothing that stop waits for may wait for it. May be NULL. */
  void (*accepted)(xd_instance* instance, uint64_t tag);
  /* [any] An extension's table by name, or NULL. May be NULL. */
  const void* (*extension)(const char* name);
} xd_plugin_table_v0;

/* The one export. Returns the same table at every call; does nothing else. */
typedef const xd_plugin_table_v0* (*xd_plugin_entry_v0)(void);

#ifdef __cplusplus
}
#endif

#endif
