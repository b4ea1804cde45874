// What shippers and truck carriers say to each other: a load is offered and answered, its way is
// reported, its freight is charged (X12 204, 990, 214, 210; UBL TransportationStatus).
#pragma once

#include <string_view>

#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/statements.hpp"

namespace crossdock::canonical {

// Message types that carry these. Where a shipment stands the tracking process takes up; the
// others a route brings on.
inline constexpr std::string_view kLoadTendered = "crossdock.transport.load.tendered.v1";
inline constexpr std::string_view kLoadAnswered = "crossdock.transport.load.answered.v1";
inline constexpr std::string_view kShipmentStatusReported =
    "crossdock.transport.status.reported.v1";
inline constexpr std::string_view kFreightInvoiced = "crossdock.transport.freight.invoiced.v1";

// A number of a load or stop, with words.
struct LoadReference {
  std::string qualifier;  // data element 128
  std::string value;
  std::optional<std::string> description;
  Unknown unknown;
};

struct Equipment {
  std::optional<std::string> prefix;
  std::optional<std::string> number;
  std::optional<std::string> kind;  // TL trailer, CN container ...: data element 40
  Unknown unknown;
};

struct StopDate {
  std::optional<std::string> kind;  // data element 432
  std::optional<LocalDate> day;
  std::optional<std::string> time_kind;
  std::optional<std::string> time;  // HHMM
  Unknown unknown;
};

struct StopParty {
  std::optional<std::string> role;
  std::string name;
  std::string name2;
  std::optional<std::string> qualifier;
  std::optional<std::string> code;
  std::string street;
  std::string street2;
  std::string city;
  std::string region;
  std::string postal_code;
  std::optional<std::string> country;
  std::vector<Contact> contacts;
  Unknown unknown;
};

struct StopGoods {
  std::optional<std::int64_t> line;
  std::optional<std::string> description;
  std::optional<std::string> commodity;
  std::optional<std::string> commodity_list;
  std::optional<std::string> weight_kind;
  std::optional<std::string> weight_unit;
  std::optional<std::string> weight;  // decimal
  std::optional<std::int64_t> pieces;
  Unknown unknown;
};

struct StopOrder {
  std::optional<std::string> reference;
  std::optional<std::string> po_number;
  std::optional<std::string> unit;
  std::optional<std::string> quantity;  // decimal
  std::optional<std::string> weight_unit;
  std::optional<std::string> weight;  // decimal
  Unknown unknown;
};

struct LoadStop {
  std::int64_t sequence = 0;
  std::string reason;  // LD load, UL unload ...: data element 163
  std::optional<std::string> weight;
  std::optional<std::string> weight_unit;
  std::optional<std::string> units;
  std::optional<std::string> unit;
  std::optional<std::string> weight_kind;
  std::optional<std::string> total_weight;
  std::optional<std::string> total_weight_unit;
  std::optional<std::int64_t> pieces;
  std::optional<StopParty> party;
  std::vector<StopDate> dates;
  std::vector<StopGoods> goods;
  std::vector<StopOrder> orders;
  std::vector<LoadReference> references;
  std::vector<Note> notes;
  Unknown unknown;
};

// A truck load is offered to a carrier.
struct LoadTender {
  std::string shipment_id;
  std::string purpose;
  std::string freight_payer;
  std::optional<std::string> carrier_scac;
  std::optional<std::string> application;
  std::optional<std::string> respond_kind;
  std::optional<Instant> respond_by;
  std::optional<std::string> routing_scac;
  std::optional<std::string> routing_sequence;
  std::optional<std::string> transport_mode;
  std::vector<LoadStop> stops;
  std::vector<Equipment> equipment;
  std::optional<std::string> total_weight;
  std::optional<std::string> weight_kind;
  std::optional<std::string> rate;
  std::optional<std::string> rate_kind;
  std::optional<Money> charge;
  std::optional<std::int64_t> pieces;
  std::vector<Party> parties;
  std::vector<LoadReference> references;
  std::vector<Note> notes;
  Unknown unknown;
};

// The carrier's answer.
struct LoadTenderAnswer {
  std::string shipment_id;
  std::optional<std::string> carrier_scac;
  std::optional<LocalDate> answered_on;
  std::optional<std::string> answer;  // accepted, declined ...
  std::optional<std::string> reference_qualifier;
  std::optional<std::string> reference;
  Unknown unknown;
};

struct StatusEvent {
  std::optional<std::string> code;  // picked_up, delivered ...
  std::optional<std::string> reason;
  std::optional<std::string> appointment;
  std::optional<std::string> appointment_reason;
  std::optional<Instant> occurred_at;
  std::optional<std::string> time_zone;  // data element 623
  std::optional<std::string> city;
  std::optional<std::string> region;
  std::optional<std::string> country;
  std::optional<std::string> latitude;
  std::optional<std::string> longitude;
  std::optional<std::string> equipment_prefix;
  std::optional<std::string> equipment_number;
  Unknown unknown;
};

struct StatusLeg {
  std::int64_t number = 0;
  std::vector<StatusEvent> events;
  std::vector<Reference> references;
  std::vector<Reference> marks;
  Unknown unknown;
};

// Where a shipment stands, in the carrier's words.
struct ShipmentStatus {
  std::string carrier_scac;
  std::optional<std::string> tracking_no;
  std::optional<std::string> shipment_id;
  std::vector<StatusLeg> legs;
  std::vector<Party> parties;
  std::vector<Reference> references;
  Unknown unknown;
};

struct FreightLine {
  std::int64_t number = 0;
  std::optional<std::int64_t> line;
  std::optional<std::string> description;
  std::optional<std::string> commodity;
  std::optional<std::string> commodity_list;
  std::optional<std::string> marks;
  std::optional<std::int64_t> lading_line;
  std::optional<std::string> billed;
  std::optional<std::string> billed_kind;
  std::optional<std::string> weight;
  std::optional<std::string> weight_kind;
  std::optional<std::int64_t> pieces;
  std::optional<std::string> packaging;
  std::optional<std::int64_t> rate_line;
  std::optional<std::string> rate;
  std::optional<std::string> rate_kind;
  std::optional<Money> charge;
  std::optional<std::string> special_charge;
  Unknown unknown;
};

struct Remark {
  std::string text;
  std::optional<std::string> more;
  Unknown unknown;
};

// What a truck carrier charges for a shipment.
struct FreightInvoice {
  std::string number;
  std::string carrier_scac;
  std::string freight_payer;
  LocalDate invoice_date;
  Money total;
  std::optional<std::string> currency;
  std::optional<std::string> shipment_id;
  std::optional<std::string> weight_unit;
  std::optional<LocalDate> delivered_on;
  std::optional<LocalDate> picked_up_on;
  std::optional<std::string> date_kind;
  std::optional<std::string> weight;
  std::optional<std::string> weight_kind;
  std::optional<Money> charges;
  std::optional<std::int64_t> pieces;
  std::vector<FreightLine> lines;
  std::vector<Equipment> equipment;
  std::vector<Party> parties;
  std::vector<Reference> references;
  std::vector<Remark> remarks;
  Unknown unknown;
};

}  // namespace crossdock::canonical
