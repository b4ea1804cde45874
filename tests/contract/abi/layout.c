/* The contract's layout, asserted by a compiler of C11: compiling this file is the test. */
#include <crossdock/abi.h>
#include <crossdock/ext/budget.h>
#include <crossdock/ext/clock.h>
#include <crossdock/ext/config.h>
#include <crossdock/ext/connect.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/mapping.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/state.h>
#include <crossdock/ext/token.h>
#include <crossdock/ext/webhook.h>
#include <stddef.h>

#define XD_ASSERT(condition, words) _Static_assert(condition, words)
#define XD_SIZE(type, bytes) XD_ASSERT(sizeof(type) == (bytes), "size of " #type);
#define XD_AT(type, member, place) XD_ASSERT(offsetof(type, member) == (place), #type "." #member);

#include "tests/contract/abi/layout.inc"

XD_ASSERT(XD_ABI_MAJOR == 0 && XD_ABI_MINOR == 9, "called 0.9 until shops have been built on it");
XD_ASSERT(XD_DONE == 1 && XD_REJECTED == 2 && XD_RETRY == 3 && XD_THROTTLED == 4, "outcomes");
XD_ASSERT(XD_UNAUTHORISED == 5 && XD_UNKNOWN == 6 && XD_BROKEN == 7, "outcomes");
XD_ASSERT(XD_OK == 0 && XD_AGAIN == 1 && XD_CLOSED == 2 && XD_INVALID == 3, "statuses");
XD_ASSERT(XD_TOO_LARGE == 4 && XD_FAILED == 5 && XD_MISSING == 6, "statuses");
