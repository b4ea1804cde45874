// What a message would do, without doing it: it is applied to a copy of the store, and what would
// leave is read off the copy's outbox. Nothing reaches the store, the journal or anybody outside.
//
// Threads: whoever calls; a host may run on the store meanwhile.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crossdock/canonical/envelope.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

struct DryRun {
  struct Outgoing {
    std::string type;
    std::string target;  // connector; empty: by routes
    std::string subject;
    std::string data;  // canonical JSON
  };
  struct Change {
    std::string order_id;
    std::string po_number;
    std::string before;  // status; empty: there was no such order
    std::string after;
  };
  std::string refused;  // why it would become a dead letter; empty: it would be handled
  std::vector<Outgoing> sent;
  std::vector<Change> orders;       // whose status would change
  std::vector<std::string> alerts;  // kind: text
  std::vector<std::string> broken;  // invariants that would not hold any more
};

// `scratch`: a folder for the copy, which is gone afterwards. Throws journal::StoreError where the
// store cannot be read or copied.
DryRun dry_run(const std::filesystem::path& store, const Settings& settings, std::int64_t now_ns,
               const canonical::Message& message, const std::filesystem::path& scratch);

}  // namespace crossdock::host::process
