// why: what makes a number or a decision.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

void print_product(const json::value& v, std::ostream& out) {
  out << cell(v, "available_to_sell") << " of " << cell(v, "sku") << ": " << cell(v, "because")
      << "\n";
  if (const auto* components = v.as_object().if_contains("components")) {
    for (const auto& component : components->as_array()) {
      out << "\n"
          << cell(component, "in_one_kit") << " in one kit, enough for "
          << cell(component, "enough_for") << "\n";
      print_product(component, out);
    }
    return;
  }
  out << "(" << cell(v, "provenance") << ", revision " << cell(v, "rev") << ", as of "
      << cell(v, "as_of") << ")\n\n";
  print_rows(v.at("warehouses"),
             {{"warehouse", "warehouse"},
              {"on hand", "on_hand"},
              {"damaged", "damaged"},
              {"quality", "quality_hold"},
              {"allocated", "allocated"},
              {"soft", "soft_reserved"},
              {"safety", "safety_stock"},
              {"net", "net"},
              {"for later", "kept_for_later"},
              {"shared", "shared"},
              {"gives", "part"},
              {"nothing because", "gives_nothing_because"}},
             out);
  for (const auto& at : v.at("warehouses").as_array()) {
    out << "\n" << cell(at, "warehouse") << ": movements\n";
    print_rows(at.at("movements"),
               {{"kind", "kind"}, {"count", "count"}, {"on hand", "on_hand"}, {"last", "last"}},
               out);
    if (!at.at("pools").as_array().empty()) {
      out << cell(at, "warehouse") << ": pools\n";
      print_rows(at.at("pools"),
                 {{"channel", "channel"},
                  {"mode", "mode"},
                  {"quota", "quota"},
                  {"used", "used"},
                  {"left", "left"}},
                 out);
    }
    if (!at.at("reservations").as_array().empty()) {
      out << cell(at, "warehouse") << ": held by\n";
      print_rows(at.at("reservations"),
                 {{"for", "for"},
                  {"line", "line"},
                  {"channel", "channel"},
                  {"state", "state"},
                  {"open", "open"},
                  {"expires", "expires_at"}},
                 out);
    }
  }
}

// Each routing decision of an order: what was chosen, under which rules, and why every warehouse
// was or was not; then what held the order back and what happened to it.
void print_order_decisions(const json::value& order, std::ostream& out) {
  out << "order " << cell(order, "id") << "  PO " << cell(order, "po_number") << "  "
      << cell(order, "channel") << "  " << cell(order, "status") << '\n';
  const auto& decisions = order.at("decisions").as_array();
  if (decisions.empty()) {
    out << "\nno routing decision was made yet\n";
  }
  for (const auto& one : decisions) {
    const auto& decision = one.at("decision");
    out << "\n"
        << cell(one, "at") << "  " << cell(decision, "rule") << ", rules \""
        << cell(decision, "rules") << "\" version " << cell(decision, "version");
    if (const auto day = cell(decision, "ship_on"); !day.empty()) {
      out << ", leaves " << day;
    }
    out << '\n';
    print_rows(decision.at("choices"),
               {{"line", "line"}, {"sku", "sku"}, {"from", "warehouse"}, {"quantity", "quantity"}},
               out);
    if (!decision.at("shortages").as_array().empty()) {
      out << "missing:\n";
      print_rows(decision.at("shortages"),
                 {{"line", "line"}, {"sku", "sku"}, {"quantity", "quantity"}}, out);
    }
    print_rows(decision.at("warehouses"),
               {{"warehouse", "warehouse"}, {"km", "distance_km"}, {"why", "reason"}}, out);
  }
  out << "\nheld back by:\n";
  print_rows(order.at("holds"),
             {{"hold", "kind"},
              {"reason", "reason"},
              {"by", "raised_by"},
              {"since", "raised_at"},
              {"until", "released_at"}},
             out);
  out << "\nwhat happened:\n";
  print_rows(order.at("events"), {{"at", "at"}, {"what", "what"}, {"detail", "detail"}}, out);
}

}  // namespace

void add_why_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string sku;
    std::string channel;
    std::string order;
  };
  const auto options = std::make_shared<Options>();
  auto* why = app.add_subcommand("why", "what makes a number or a decision");
  why->require_subcommand(1);
  auto* availability = why->add_subcommand(
      "availability", "the movements, reservations, pools and rules that make an availability");
  const auto asking = asks_host(*availability);
  availability->add_option("sku", options->sku, "product code")->required();
  availability->add_option("--channel", options->channel,
                           "over this channel; else all that is there");
  availability->footer("Example:\n  crossdock why availability SKU-A --channel SHOP");
  availability->callback([&console, asking, options] {
    show(console, *asking,
         "/v1/why/availability/" + encoded(options->sku) + "?channel=" + encoded(options->channel),
         [&](const json::value& v) { print_product(v, console.out); });
  });
  auto* order = why->add_subcommand(
      "order", "each routing decision: the rules, and why each warehouse was or was not chosen");
  const auto asking_order = asks_host(*order);
  order->add_option("order", options->order, "order number or PO number")->required();
  order->footer("Example:\n  crossdock why order PO-4711");
  order->callback([&console, asking_order, options] {
    show(console, *asking_order, "/v1/orders/" + encoded(options->order),
         [&](const json::value& v) { print_order_decisions(v, console.out); });
  });
}

}  // namespace crossdock::host::app
