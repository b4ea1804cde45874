// Which messages the business processes take, and what is done with each. A handler works on the
// store only; what it sends goes to the outbox of the same transaction.
//
// Process thread (whoever owns the writing connection).
#pragma once

#include <string_view>

#include "host/process/context.hpp"

namespace crossdock::host::process {

bool is_handled(std::string_view type);

// Runs the handler of the message's type; types without one are let pass. Throws Refused when the
// message can never be handled (the text says why), journal::StoreError when the store refuses.
// After a throw the caller rolls back what was done.
void handle_message(Context& context, const canonical::MessageView& message);

}  // namespace crossdock::host::process
