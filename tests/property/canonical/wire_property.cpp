// What holds for any message and any bytes: the wire form gives back what it was given, and never
// more than what is there.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/quantity.hpp"

namespace crossdock::canonical {
namespace {

RC_GTEST_PROP(Wire, GivesBackWhatItWasGiven,
              (const std::string& id, const std::string& type, const std::string& key,
               const std::string& data, const std::string& original, std::int64_t time)) {
  Message message;
  message.envelope.id = id.substr(0, 100);
  message.envelope.type = type.substr(0, 100);
  message.envelope.business_key = key.substr(0, 100);
  message.envelope.time.ns = time;
  message.data = data;
  message.original = original;
  std::string wire;
  append_wire(message, wire);
  MessageView view;
  RC_ASSERT(decode_wire(wire, view).ok());
  const auto back = view.to_message();
  RC_ASSERT(back.envelope.id == message.envelope.id);
  RC_ASSERT(back.envelope.type == message.envelope.type);
  RC_ASSERT(back.envelope.business_key == message.envelope.business_key);
  RC_ASSERT(back.envelope.time.ns == message.envelope.time.ns);
  RC_ASSERT(back.data == message.data);
  RC_ASSERT(back.original == message.original);
}

RC_GTEST_PROP(Wire, AnyCutIsRefusedOrReadsLess, (const std::string& data)) {
  Message message;
  message.envelope.id = "id";
  message.data = data + "x";
  std::string wire;
  append_wire(message, wire);
  const auto cut = *rc::gen::inRange<std::size_t>(0, wire.size());
  MessageView view;
  if (decode_wire(std::string_view(wire).substr(0, cut), view).ok()) {
    RC_ASSERT(view.data.size() < message.data.size());
  }
}

RC_GTEST_PROP(Wire, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  MessageView view;
  if (decode_wire(bytes, view).ok()) {
    RC_ASSERT(view.data.size() <= bytes.size());
  }
}

RC_GTEST_PROP(Json, AnyTextIsReadOrRefusedWithWords, (const std::string& text)) {
  for (const char* type :
       {"crossdock.sales.order.captured.v1", "crossdock.billing.invoice.posted.v1",
        "crossdock.inventory.snapshot.received.v1"}) {
    RC_ASSERT(!entity_of(type)->check(text).empty());
  }
}

RC_GTEST_PROP(Decimal, TextAndNumberAreOne, (std::int64_t scaled)) {
  const auto number = scaled / 1000;
  RC_ASSERT(parse_decimal(decimal_text(number, 4), 4) == number);
}

}  // namespace
}  // namespace crossdock::canonical
