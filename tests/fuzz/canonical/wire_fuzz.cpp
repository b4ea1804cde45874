// Any bytes as a message of the wire form, and what it carries as a document of its type.
#include <cstddef>
#include <cstdint>

#include "crossdock/canonical/cloud_events.hpp"
#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/message_types.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace crossdock::canonical;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  MessageView view;
  if (decode_wire(input, view).ok()) {
    if (const auto* entity = entity_of(view.type)) {
      (void)entity->check(view.data);
    }
  }
  (void)entity_of(kOrderCaptured)->check(input);
  (void)from_cloud_event(input);
  return 0;
}
