// Canonical documents as sets for a partner: his mapping, his grammar and his codes joined; and
// what he would find in an interchange before it is sent.
//
// Any thread; libraries and profiles are borrowed.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/writer/batch.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"

namespace crossdock::x12 {

struct Outgoing {
  OutgoingSet set;
  std::vector<std::string> problems;   // not empty: it cannot be written; the set is empty then
  std::vector<std::string> unclaimed;  // canonical values that the set has no place for
};

class OutgoingDocuments {
 public:
  explicit OutgoingDocuments(Partners& partners) : partners_(partners) {}

  // `version` is the GS08 that is written. Throws GrammarError where tables are wrong.
  Outgoing make(const Profile* profile, const std::string& version, const std::string& set,
                std::string_view json);

 private:
  Partners& partners_;
  std::mutex mutex_;
  std::map<std::pair<const MapTable*, const Grammar*>, MapTable> fitted_;
};

// What the receiver would say of an interchange: everything but notices, in words; `rejected` when
// he would refuse a set of it.
struct Foreseen {
  std::vector<std::string> findings;
  bool rejected = false;
};
Foreseen foresee(std::string_view interchange, const std::shared_ptr<const Grammar>& grammar);

}  // namespace crossdock::x12
