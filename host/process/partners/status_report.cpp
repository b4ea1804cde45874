#include "host/process/partners/status_report.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "host/process/fulfilment/tracking.hpp"

namespace crossdock::host::process {
namespace {

using canonical::TrackingCode;

// The words of the mapping (214) and what they are on a parcel's way. What only foresees is no
// event.
struct Word {
  std::string_view word;
  TrackingCode code;
};
constexpr Word kWords[] = {
    {"loading", TrackingCode::label_created},
    {"arrived_at_pickup", TrackingCode::label_created},
    {"picked_up", TrackingCode::picked_up},
    {"in_transit", TrackingCode::in_transit},
    {"delivered_to_connecting", TrackingCode::in_transit},
    {"arrived_at_delivery", TrackingCode::in_transit},
    {"offered", TrackingCode::out_for_delivery},
    {"out_for_delivery", TrackingCode::out_for_delivery},
    {"delivered", TrackingCode::delivered},
    {"delayed", TrackingCode::delayed},
    {"refused", TrackingCode::exception},
    {"cancelled", TrackingCode::exception},
};

TrackingCode code_of(std::string_view word) {
  const auto* found = std::find_if(std::begin(kWords), std::end(kWords),
                                   [&](const Word& one) { return one.word == word; });
  return found == std::end(kWords) ? TrackingCode::unknown : found->code;
}

std::string place_of(const canonical::StatusEvent& event) {
  std::string out;
  for (const auto& part : {event.city, event.region, event.country}) {
    if (part && !part->empty()) {
      out += (out.empty() ? "" : ", ") + *part;
    }
  }
  return out;
}

// The tracking numbers of a shipment's cartons.
void add_cartons(journal::Database& db, const std::string& shipment, std::set<std::string>& out) {
  auto statement =
      db.prepare("SELECT tracking_no FROM packages WHERE shipment_id = ? AND tracking_no <> ''");
  statement.bind(shipment);
  while (statement.step()) {
    out.insert(statement.text(0));
  }
}

void add_by_sscc(journal::Database& db, const std::string& mark, std::set<std::string>& out) {
  // Many write an SSCC with its application identifier 00 before it.
  const auto sscc = mark.size() == 20 && mark.starts_with("00") ? mark.substr(2) : mark;
  auto statement = db.prepare("SELECT tracking_no FROM packages WHERE sscc = ?");
  statement.bind(sscc);
  while (statement.step()) {
    out.insert(statement.text(0));
  }
}

bool is_known(journal::Database& db, const std::string& tracking_no) {
  auto statement = db.prepare("SELECT 1 FROM packages WHERE tracking_no = ? LIMIT 1");
  statement.bind(tracking_no);
  return statement.step();
}

// The parcels that one leg is about: its cartons where it marks any, else what the whole names.
std::set<std::string> parcels_of(journal::Database& db, const canonical::ShipmentStatus& report,
                                 const canonical::StatusLeg& leg) {
  std::set<std::string> out;
  for (const auto& mark : leg.marks) {
    if (mark.qualifier == "GM" || mark.qualifier == "AA") {
      add_by_sscc(db, mark.value, out);
    } else if (mark.qualifier == "CP" && is_known(db, mark.value)) {
      out.insert(mark.value);
    }
  }
  for (const auto* references : {&leg.references, &report.references}) {
    for (const auto& reference : *references) {
      // 2I tracking number, CN the carrier's own number
      if (out.empty() && (reference.qualifier == "2I" || reference.qualifier == "CN") &&
          is_known(db, reference.value)) {
        out.insert(reference.value);
      }
    }
  }
  if (out.empty() && report.tracking_no && is_known(db, *report.tracking_no)) {
    out.insert(*report.tracking_no);
  }
  if (out.empty() && report.shipment_id) {
    add_cartons(db, *report.shipment_id, out);
  }
  out.erase("");
  // Kept even so: the warehouse may confirm it after its first scan.
  if (out.empty() && report.tracking_no && !report.tracking_no->empty()) {
    out.insert(*report.tracking_no);
  }
  return out;
}

}  // namespace

void status_reported(Context& context, const canonical::ShipmentStatus& report) {
  for (const auto& leg : report.legs) {
    const auto parcels = parcels_of(context.db, report, leg);
    for (const auto& event : leg.events) {
      const auto word = event.code.value_or("");
      if (word.empty() || word == "estimated") {
        continue;
      }
      for (const auto& parcel : parcels) {
        canonical::TrackingEvent out;
        out.tracking_no = parcel;
        out.code = code_of(word);
        out.carrier_code_raw = word + (event.reason ? "/" + *event.reason : std::string());
        out.occurred_at.ns = event.occurred_at ? event.occurred_at->ns : context.now_ns;
        if (auto place = place_of(event); !place.empty()) {
          out.place = std::move(place);
        }
        out.description = report.carrier_scac + " says " + out.carrier_code_raw;
        tracking_scanned(context, out);
      }
    }
  }
}

}  // namespace crossdock::host::process
