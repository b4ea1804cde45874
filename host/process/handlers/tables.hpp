// The handlers of each part of the business processes, by message type, and what its timers do, by
// kind. handlers.hpp and timers.hpp join them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crossdock/canonical/codec.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

using Handler = std::function<void(Context&, const canonical::MessageView&)>;
using HandlerTable = std::vector<std::pair<std::string_view, Handler>>;

using TimerHandler = void (*)(Context&, const std::string& key);
using TimerTable = std::vector<std::pair<std::string_view, TimerHandler>>;

HandlerTable directory_handlers();
HandlerTable document_handlers();
HandlerTable order_handlers();
HandlerTable partner_handlers();
HandlerTable stock_handlers();
TimerTable document_timers();
TimerTable order_timers();
TimerTable stock_timers();

// The message's data as what its type says. Throws Refused with every fault of it.
template <class T>
T read(const canonical::MessageView& message) {
  auto decoded = canonical::decode<T>(message.data);
  if (!decoded.value) {
    throw Refused("the message's data is not what its type says: " +
                  canonical::to_text(decoded.problems));
  }
  return std::move(*decoded.value);
}

// A handler of messages whose data is a T; some ask for the message itself, too.
template <class T>
Handler on(void (*handle)(Context&, const T&, const canonical::MessageView&)) {
  return [handle](Context& context, const canonical::MessageView& message) {
    handle(context, read<T>(message), message);
  };
}
template <class T>
Handler on(void (*handle)(Context&, const T&)) {
  return [handle](Context& context, const canonical::MessageView& message) {
    handle(context, read<T>(message));
  };
}

}  // namespace crossdock::host::process
