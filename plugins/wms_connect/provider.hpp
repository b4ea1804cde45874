// The ShipEngine Connect fulfillment provider contract (4.6.0), as far as a distributor calls it.
// Every call is a POST with the credentials in its body. Sending and asking back are deliveries,
// which the host has let through; each other call asks the account for leave.
//
// Thread-safe: nothing changes after construction.
#pragma once

#include <boost/json.hpp>
#include <crossdock/paced_http.hpp>

#include "crossdock/canonical/fulfillment.hpp"
#include "plugins/wms_connect/config.hpp"

namespace crossdock::wms {

class Provider {
 public:
  Provider(const Host& host, const Config& config);

  // The body of delegate_fulfillment, credentials apart. A line is sent with the id
  // "<fulfillment order>:<line>", so that a change report that names lines only can be told apart.
  boost::json::object order_of(const canonical::FulfillmentRequest& request) const;

  HttpResult delegate_fulfillment(const boost::json::object& order) const;
  HttpResult cancel_fulfillment(const std::string& order_id, const std::string& reason) const;
  HttpResult get_fulfillments(const std::string& order_id) const;
  // Both are paged: what the answer says as next_request goes into the next call; null at first.
  HttpResult get_recent_changes(const std::string& since,
                                const boost::json::value& next_request) const;
  HttpResult get_inventory(const boost::json::value& next_request) const;

 private:
  HttpResult deliver(const char* operation, const char* path, boost::json::object body) const;
  HttpResult read(const char* operation, Priority priority, const char* path,
                  boost::json::object body) const;
  std::string with_credentials(boost::json::object body) const;
  std::string their_warehouse(const std::string& ours) const;

  Config config_;
  PacedHttp http_;
};

}  // namespace crossdock::wms
