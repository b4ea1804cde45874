// Work for a warehouse partner (940) between being sent and being taken: what is remembered under
// the control number of its group, and what the partner's 997, 999 or TA1 for that group means for
// the work. He who accepts a 940 has taken the work; he who refuses it has not; who accepts a
// cancellation gives the work back where that was agreed (`cancellation acknowledgement`), and else
// says so with his report (945).
//
// Any thread.
#pragma once

#include <crossdock/host.hpp>
#include <string>

#include "crossdock/canonical/documents.hpp"
#include "plugins/edi_x12/exchange/control_numbers.hpp"
#include "plugins/edi_x12/exchange/trading_partners.hpp"

namespace crossdock::edi {

struct WarehouseWork {
  std::string fulfillment_order_id;
  std::string order_id;
  std::string warehouse;
  bool cancels = false;  // it asks the work back
  std::string correlation_id;
  std::string business_key;
};

// The work that a message to a warehouse is about. Throws std::runtime_error where its data is not
// what its type says.
WarehouseWork work_of(const Message& message);

// What must be durable before the set goes out; none for a partner who never acknowledges.
std::optional<StateChange> awaited(const TradingPartner& partner, const Allotted& allotted,
                                   const WarehouseWork& work);
// Of a partner who never acknowledges: the work is his when it is sent.
std::optional<Message> taken_when_sent(const TradingPartner& partner, const WarehouseWork& work);
// An acknowledgement of his, if it is of such a set: the decision and that nothing more is awaited.
void add_decision(const Host& host, const TradingPartner& partner,
                  const canonical::DocumentAcknowledged& said, Batch& batch);
// A cancellation that is not even sent: he takes none.
Message cancellation_refused(const Message& request, const WarehouseWork& work,
                             const std::string& partner);

}  // namespace crossdock::edi
