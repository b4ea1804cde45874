// What a handler works with inside of one transaction: the store, the clock, ids, and the outbox.
// Nothing here reaches outside, so a transaction may run twice.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/id.hpp"
#include "host/journal/store.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

// What the processes are called where connectors are named: source and target of messages.
inline constexpr std::string_view kProcesses = "process";

// A message that can never be handled as it is; it becomes a dead letter with this text.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Context {
  journal::Database& db;
  const Settings& settings;
  canonical::IdSource& ids;
  std::int64_t now_ns = 0;  // of the message's storage, the same when it is handled again
  // Of the message being handled.
  std::string_view message_id;
  std::string_view correlation_id;

  struct Outgoing {
    std::string_view type;
    std::string_view target;  // connector; empty: by routes
    std::string_view business_key;
    std::string_view subject;
    std::string idempotency_key;
    std::string data;
    std::string_view correlation_id;  // empty: of the message being handled
  };
  // Puts a message into the outbox; it leaves once this transaction is committed. Throws Refused
  // where the data is larger than a message may be, or an attribute is none.
  void send(const Outgoing& message);
  // A fresh SSCC of the company. Throws Refused when the prefix's numbers are used up.
  std::string next_sscc();
  // Something a person should look at.
  void alert(std::string_view kind, std::string_view subject, std::string_view text);
  // Throws Refused for a warehouse that the configuration does not know (any more).
  const WarehouseSettings& warehouse(const std::string& code) const;
};

}  // namespace crossdock::host::process
