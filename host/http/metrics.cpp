#include "host/http/metrics.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace crossdock::host::http {

std::string to_prometheus(const Gauges& g) {
  prometheus::Registry registry;
  const auto one = [&](const char* name, const char* help, double value) {
    prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({}).Set(value);
  };
  one("crossdock_obligations_accepted_total", "Messages accepted, once per destination",
      static_cast<double>(g.accepted));
  one("crossdock_obligations_delivered_total", "Obligations fulfilled",
      static_cast<double>(g.delivered));
  one("crossdock_obligations_dead_lettered", "Obligations that are dead letters",
      static_cast<double>(g.dead_lettered));
  one("crossdock_obligations_pending", "Obligations still owed", static_cast<double>(g.pending));
  one("crossdock_repeats_total", "Messages that came again and were dropped",
      static_cast<double>(g.repeats));
  one("crossdock_uptime_seconds", "Seconds since the host started", g.uptime_seconds);
  const auto per_connector = [&](const char* name, const char* help, const auto& value) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    for (const auto& connector : g.connectors) {
      family.Add({{"connector", connector.name}}).Set(static_cast<double>(value(connector)));
    }
  };
  using C = Gauges::Connector;
  per_connector("crossdock_connector_up", "1 while the connector runs",
                [](const C& c) { return c.state == "running" ? 1 : 0; });
  per_connector("crossdock_connector_emitted_total", "Messages emitted since start",
                [](const C& c) { return c.emitted; });
  per_connector("crossdock_connector_delivered_total", "Messages delivered since start",
                [](const C& c) { return c.delivered; });
  per_connector("crossdock_connector_retries_total", "Failed tries since start",
                [](const C& c) { return c.retries; });
  per_connector("crossdock_connector_restarts_total", "Restarts of its worker since start",
                [](const C& c) { return c.restarts; });
  per_connector("crossdock_connector_in_flight", "Messages out without an outcome",
                [](const C& c) { return c.in_flight; });
  per_connector("crossdock_connector_pending", "Messages waiting for it",
                [](const C& c) { return c.pending; });
  per_connector("crossdock_connector_breaker_open", "1 while its circuit breaker is open",
                [](const C& c) { return c.breaker_open ? 1 : 0; });
  const auto per_limit = [&](const char* name, const char* help, const auto& value) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    for (const auto& limit : g.limits) {
      family.Add({{"account", limit.account}, {"operation", limit.operation}}).Set(value(limit));
    }
  };
  using L = Gauges::Limit;
  per_limit("crossdock_budget_level", "Units that may be spent now",
            [](const L& l) { return l.level; });
  per_limit("crossdock_budget_burst", "Most units at once; 0: not known",
            [](const L& l) { return l.burst; });
  per_limit("crossdock_budget_granted_total", "Requests let through since start",
            [](const L& l) { return static_cast<double>(l.granted); });
  per_limit("crossdock_budget_refused_total", "Requests the outside system found too many",
            [](const L& l) { return static_cast<double>(l.refused); });
  per_limit("crossdock_budget_waited_seconds_total", "What requests waited, together",
            [](const L& l) { return l.waited_seconds; });
  auto& waiting = prometheus::BuildGauge()
                      .Name("crossdock_budget_waiting")
                      .Help("Requests that wait for their account")
                      .Register(registry);
  for (const auto& line : g.waiting) {
    waiting.Add({{"account", line.account}, {"priority", line.priority}})
        .Set(static_cast<double>(line.count));
  }
  auto& orders =
      prometheus::BuildGauge().Name("crossdock_orders").Help("Orders by status").Register(registry);
  for (const auto& [status, count] : g.orders_by_status) {
    orders.Add({{"status", status}}).Set(static_cast<double>(count));
  }
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace crossdock::host::http
