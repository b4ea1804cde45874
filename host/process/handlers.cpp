#include "host/process/handlers.hpp"

#include <map>

#include "host/process/handlers/tables.hpp"

namespace crossdock::host::process {
namespace {

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> kHandlers = [] {
    std::map<std::string_view, Handler> all;
    for (const auto& part : {directory_handlers(), document_handlers(), order_handlers(),
                             partner_handlers(), stock_handlers()}) {
      all.insert(part.begin(), part.end());
    }
    return all;
  }();
  return kHandlers;
}

}  // namespace

bool is_handled(std::string_view type) { return handlers().contains(type); }

void handle_message(Context& context, const canonical::MessageView& message) {
  const auto handler = handlers().find(message.type);
  if (handler != handlers().end()) {
    handler->second(context, message);
  }
}

}  // namespace crossdock::host::process
