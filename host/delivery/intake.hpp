// From messages that a connector emitted to a transaction of the journal: each is checked, given
// its destinations, or turned into a dead letter that says what is wrong with it.
//
// Loop thread. Pure but for the routes it reads.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/delivery/routes.hpp"
#include "host/journal/journal.hpp"

namespace crossdock::host::delivery {

class Intake {
 public:
  explicit Intake(const Routes& routes) : routes_(routes) {}

  // Who wrote a message's data: anybody, so that it is checked whole, or our own codec a moment
  // ago.
  enum class Data : std::uint8_t { unchecked, ours };

  // Appends the messages to `transaction` (whose actor is the source; the bytes are borrowed).
  // Returns why the whole batch breaks the contract and must be refused, or empty.
  std::string add(const std::vector<std::string_view>& wires, journal::Transaction& transaction,
                  Data data = Data::unchecked) const;

 private:
  std::string fault_of(const canonical::MessageView& message, std::string_view source) const;
  // Why a message that keeps to the contract cannot be brought to anybody, or empty.
  std::string dead_letter_reason(const canonical::MessageView& message) const;

  const Routes& routes_;
};

}  // namespace crossdock::host::delivery
