// Canonical entities as ShipEngine's requests, and its answers as canonical entities (OpenAPI
// 1.1.202604070904). Pure.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "crossdock/canonical/fulfillment.hpp"
#include "plugins/carrier_shipengine/config.hpp"

namespace crossdock::carrier {

// shipment of POST /v1/labels, its external_shipment_id being ours. `service` is its service_code.
boost::json::object shipment_of(const canonical::LabelRequest& request, const Config& config,
                                const std::string& service);
boost::json::object label_request_of(const canonical::LabelRequest& request, const Config& config,
                                     const std::string& service);
boost::json::object rate_request_of(const canonical::LabelRequest& request, const Config& config);

// The service_code of the cheapest rate that has no errors; among equals the quicker one.
std::optional<std::string> cheapest_service(const boost::json::value& rates_answer);

// A label as ShipEngine describes it; nothing where the answer lacks the label's id or number.
std::optional<canonical::ShipmentLabel> read_label(const boost::json::value& answer,
                                                   const canonical::LabelRequest& request,
                                                   const Config& config);

// The scans of a tracking webhook (resource_type API_TRACK), oldest first.
std::vector<canonical::TrackingEvent> read_tracking(const boost::json::value& body);

}  // namespace crossdock::carrier
