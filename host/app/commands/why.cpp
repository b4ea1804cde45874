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

}  // namespace

void add_why_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string sku;
    std::string channel;
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
}

}  // namespace crossdock::host::app
