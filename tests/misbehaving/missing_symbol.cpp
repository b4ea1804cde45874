// A connector that was linked without a library it needs.
#include <crossdock/abi.h>

extern "C" int from_a_library_that_is_not_there();
extern "C" __attribute__((visibility("default"))) const xd_plugin_table_v0* xd_plugin_v0(void) {
  return from_a_library_that_is_not_there() == 0 ? nullptr : nullptr;
}
