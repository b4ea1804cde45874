// orders, trace: the newest orders, and one order's whole way.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

void print_order(const json::value& order, std::ostream& out) {
  out << "order " << cell(order, "id") << "  PO " << cell(order, "po_number") << "  "
      << cell(order, "channel") << "  " << cell(order, "status") << "\n\n";
  print_rows(order.at("lines"),
             {{"line", "line"},
              {"sku", "sku"},
              {"ordered", "ordered"},
              {"shipped", "shipped"},
              {"invoiced", "invoiced"},
              {"cancelled", "cancelled"}},
             out);
  out << '\n';
  print_rows(order.at("shipments"),
             {{"warehouse", "warehouse"},
              {"state", "state"},
              {"SSCC", "sscc"},
              {"carrier", "carrier"},
              {"tracking", "tracking_number"},
              {"shipment", "id"}},
             out);
  out << '\n';
  print_rows(
      order.at("invoices"),
      {{"invoice", "number"}, {"state", "state"}, {"total", "total"}, {"currency", "currency"}},
      out);
  out << '\n';
  print_rows(order.at("documents"),
             {{"document", "kind"}, {"control number", "control_number"}, {"file", "file"}}, out);
  out << '\n';
}

void print_trace(const json::value& trace, std::ostream& out) {
  if (const auto& order = trace.at("order"); !order.is_null()) {
    print_order(order, out);
  }
  print_rows(trace.at("timeline"),
             {{"at", "at"},
              {"what", "what"},
              {"message", "type"},
              {"by", "source"},
              {"to", "destination"},
              {"outcome", "outcome"},
              {"reference", "reference"},
              {"reason", "reason"}},
             out);
}

}  // namespace

void add_order_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string channel;
    std::string status;
    std::string key;
  };
  const auto options = std::make_shared<Options>();
  auto* orders_command = app.add_subcommand("orders", "the newest orders");
  const auto asking = asks_host(*orders_command);
  orders_command->add_option("--channel", options->channel, "only of this channel");
  orders_command->add_option("--status", options->status, "only with this status");
  orders_command->callback([&console, asking, options] {
    show(console, *asking,
         "/v1/orders?channel=" + encoded(options->channel) + "&status=" + encoded(options->status),
         [&](const json::value& v) {
           print_rows(v.at("orders"),
                      {{"order", "id"},
                       {"PO number", "po_number"},
                       {"channel", "channel"},
                       {"status", "status"},
                       {"since", "created_at"},
                       {"trouble", "trouble"}},
                      console.out);
         });
  });

  auto* trace_command =
      app.add_subcommand("trace", "where an order is and everything that happened to it");
  const auto asking_trace = asks_host(*trace_command);
  trace_command->add_option("key", options->key, "order number, PO number or correlation id")
      ->required();
  trace_command->callback([&console, asking_trace, options] {
    show(console, *asking_trace, "/v1/trace/" + encoded(options->key),
         [&](const json::value& v) { print_trace(v, console.out); });
  });
}

}  // namespace crossdock::host::app
