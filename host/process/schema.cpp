#include "host/process/schema.hpp"

#include "host/process/schema/tables.hpp"

namespace crossdock::host::process {

const std::vector<std::string>& schema_steps() {
  using namespace schema;
  static const std::vector<std::string> kSteps = [] {
    std::string first;
    for (const auto* tables :
         {kEngine, kDirectory, kInventory, kOrders, kReservations, kSourcing, kFulfilment,
          kInvoicing, kPricing, kTransfers, kReturns, kReconciliation, kDocuments}) {
      first += tables;
    }
    return std::vector<std::string>{first, kShipmentsByState, kOrderCharges, kProductsByGtin,
                                    kOrderChanges};
  }();
  return kSteps;
}

}  // namespace crossdock::host::process
