// The tables of the business processes, one group of them per idea. Quantities are ten-thousandths
// of a unit, amounts minor units, instants nanoseconds.
#pragma once

namespace crossdock::host::process::schema {

extern const char* const kEngine;
extern const char* const kDirectory;
extern const char* const kInventory;
extern const char* const kOrders;
extern const char* const kReservations;
extern const char* const kSourcing;
extern const char* const kFulfilment;
extern const char* const kInvoicing;
extern const char* const kPricing;
extern const char* const kTransfers;
extern const char* const kReturns;
extern const char* const kReconciliation;
extern const char* const kDocuments;

// Later steps.
extern const char* const kShipmentsByState;
extern const char* const kOrderCharges;
extern const char* const kProductsByGtin;
extern const char* const kOrderChanges;

}  // namespace crossdock::host::process::schema
