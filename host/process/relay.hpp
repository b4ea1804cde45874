// The way from the store to the journal: what a group of messages sent, with the settlements of the
// group, as one transaction. The store is made durable first: nothing leaves that a crash could
// take back.
//
// Threads: one at a time, any of them; the store's writer goes on meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/id.hpp"
#include "host/journal/journal.hpp"
#include "host/journal/store.hpp"

namespace crossdock::host::process {

class Relay {
 public:
  // Turns wires into journal messages with destinations. Returns why it cannot; empty: it did.
  using Intake =
      std::function<std::string(const std::vector<std::string_view>& wires, journal::Transaction&)>;

  // The store has its tables already, and its writer leaves the sync to others. Throws StoreError.
  Relay(const std::filesystem::path& store, journal::Journal& journal, Intake intake);

  struct Brought {
    std::string fault;           // why the journal does not take it; empty: it has it
    std::int64_t outbox_to = 0;  // the last row of the outbox that it has; 0: there was none
  };
  // Brings the rows of the outbox behind one. Throws StoreError.
  Brought bring(std::int64_t outbox_after, journal::Transaction transaction);

 private:
  journal::Journal& journal_;
  Intake intake_;
  journal::Database store_;
  journal::StoreSync sync_;
  canonical::IdSource ids_;
};

}  // namespace crossdock::host::process
