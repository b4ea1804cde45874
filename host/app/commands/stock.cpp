// stock, transfers, returns, discrepancies, invariants: what an operator sees of stock, and tells
// the processes about it.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;
using Columns = std::vector<std::pair<const char*, const char*>>;

struct Filter {
  std::string sku;
  std::string warehouse;
  std::string channel;
  std::string state;
  std::string key;
  std::string after;
  std::size_t limit = 100;
};

// A subcommand that shows a view as a table.
void add_view(CLI::App& parent, Console& console, const char* name, const char* help,
              const std::string& view, const Columns& columns) {
  auto* command = parent.add_subcommand(name, help);
  const auto asking = asks_host(*command);
  const auto filter = std::make_shared<Filter>();
  command->add_option("--sku", filter->sku, "only of this product");
  command->add_option("--warehouse", filter->warehouse, "only of this warehouse");
  command->add_option("--channel", filter->channel, "only of this channel");
  command->add_option("--state", filter->state, "only in this state (of movements: this kind)");
  command->add_option("--key", filter->key,
                      "only of this order, cart, transfer or return (of discrepancies: this kind)");
  command->add_option("--after", filter->after, "the next page, from the mark that is printed");
  command->add_option("--limit", filter->limit, "rows of a page, 1 to 1000")
      ->check(CLI::Range(1, 1000));
  command->callback([&console, asking, filter, view, columns] {
    show(console, *asking,
         "/v1/stock/" + view + "?sku=" + encoded(filter->sku) +
             "&warehouse=" + encoded(filter->warehouse) + "&channel=" + encoded(filter->channel) +
             "&state=" + encoded(filter->state) + "&key=" + encoded(filter->key) +
             "&after=" + encoded(filter->after) + "&limit=" + std::to_string(filter->limit),
         [&console, view, columns](const json::value& value) {
           print_rows(value.at(view), columns, console.out);
           if (const auto next = cell(value, "next"); !next.empty()) {
             console.out << "more: --after " << next << '\n';
           }
         });
  });
}

void instruct(Console& console, const Asking& asking, const std::string& name,
              const std::string& document, const std::string& done) {
  if (const auto value = call(console, asking, "POST", "/v1/instructions/" + name, document)) {
    if (asking.as_json) {
      console.out << json::serialize(*value) << '\n';
    } else {
      console.out << done << " (message " << cell(*value, "message")
                  << "; what came of it: crossdock trace " << cell(*value, "message") << ")\n";
    }
  }
}

json::object quantity(const std::string& text) { return {{"value", text}, {"uom", "EA"}}; }

void add_availability(CLI::App& stock, Console& console) {
  struct Options {
    std::string sku;
    std::string channel;
  };
  const auto options = std::make_shared<Options>();
  auto* command = stock.add_subcommand("availability", "what can be promised of a product");
  const auto asking = asks_host(*command);
  command->add_option("sku", options->sku, "product code")->required();
  command->add_option("--channel", options->channel, "over this channel; else all that is there");
  command->callback([&console, asking, options] {
    show(console, *asking,
         "/v1/availability/" + encoded(options->sku) + "?channel=" + encoded(options->channel),
         [&](const json::value& v) {
           console.out << cell(v, "available_to_sell") << " of " << cell(v, "sku")
                       << (options->channel.empty() ? "" : " over " + options->channel) << " ("
                       << cell(v, "provenance") << ", revision " << cell(v, "rev") << ", as of "
                       << cell(v, "as_of") << ")\n\n";
           print_rows(v.at("by_date"), {{"from", "from"}, {"can be promised", "quantity"}},
                      console.out);
           console.out << '\n';
           print_rows(v.at("warehouses"),
                      {{"warehouse", "warehouse"},
                       {"on hand", "on_hand"},
                       {"withheld", "withheld"},
                       {"allocated", "allocated"},
                       {"soft", "soft_reserved"},
                       {"safety", "safety_stock"},
                       {"net", "net"},
                       {"available", "available"},
                       {"in transit", "in_transit"},
                       {"on order", "on_order"},
                       {"feed", "feed"}},
                      console.out);
         });
  });
}

void add_pool(CLI::App& stock, Console& console) {
  struct Options {
    std::string sku;
    std::string channel;
    std::string warehouse = "group";
    std::string quota;
    std::string mode = "strict";
    std::int64_t priority = 0;
  };
  const auto options = std::make_shared<Options>();
  auto* command = stock.add_subcommand("pool", "give a channel a share of a product");
  const auto asking = asks_host(*command);
  command->add_option("sku", options->sku, "product code")->required();
  command->add_option("--channel", options->channel, "whose share")->required();
  command->add_option("--quota", options->quota, "how many it may take; 0: none any more")
      ->required();
  command->add_option("--warehouse", options->warehouse, "of this warehouse; else of all together");
  command->add_option("--mode", options->mode, "strict: sells only from pools; spill: then shared")
      ->check(CLI::IsMember({"strict", "spill"}));
  command->add_option("--priority", options->priority, "the higher takes first");
  command->footer(
      "Example:\n  crossdock stock pool SKU-A --channel AMZ --warehouse EWR --quota 30");
  command->callback([&console, asking, options] {
    instruct(console, *asking, "pool",
             json::serialize(json::object{{"sku", options->sku},
                                          {"scope", options->warehouse},
                                          {"channel", options->channel},
                                          {"quota", quantity(options->quota)},
                                          {"mode", options->mode},
                                          {"priority", options->priority}}),
             options->channel + " has a pool of " + options->quota + " of " + options->sku);
  });
}

void add_keep(CLI::App& stock, Console& console) {
  struct Options {
    std::string sku;
    std::string channel;
    std::string warehouse;
    std::string quantity;
  };
  const auto options = std::make_shared<Options>();
  auto* command = stock.add_subcommand(
      "keep", "keep stock back: safety stock of a warehouse, or from a channel");
  const auto asking = asks_host(*command);
  command->add_option("sku", options->sku, "product code")->required();
  command->add_option("quantity", options->quantity, "how many")->required();
  auto* warehouse =
      command->add_option("--warehouse", options->warehouse, "safety stock of this warehouse");
  command->add_option("--channel", options->channel, "threshold of this channel")
      ->excludes(warehouse);
  command->footer("Example:\n  crossdock stock keep SKU-A 40 --warehouse ATL");
  command->callback([&console, asking, options] {
    json::object rule{{"sku", options->sku}, {"keep", quantity(options->quantity)}};
    if (!options->warehouse.empty()) {
      rule["warehouse"] = options->warehouse;
    }
    if (!options->channel.empty()) {
      rule["channel"] = options->channel;
    }
    instruct(console, *asking, "keep", json::serialize(rule),
             options->quantity + " of " + options->sku + " are kept back");
  });
}

// Any instruction with its whole document, for what has no short form.
void add_tell(CLI::App& stock, Console& console) {
  struct Options {
    std::string name;
    std::string file;
  };
  const auto options = std::make_shared<Options>();
  auto* command = stock.add_subcommand("tell", "give the processes a whole document");
  const auto asking = asks_host(*command);
  command
      ->add_option(
          "name", options->name,
          "pool, keep, supply, movement, count, reservation, reservation-change, transfer, "
          "transfer-dispatch, transfer-receipt, transfer-change, return, return-receipt, "
          "return-change, refund, statement, discrepancy-change")
      ->required();
  command->add_option("file", options->file, "the document (JSON, canonical/schemas); - for input")
      ->required();
  command->callback([&console, asking, options] {
    std::string text;
    if (options->file == "-") {
      text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
      std::ifstream in(options->file, std::ios::binary);
      if (!in) {
        console.err << "there is no file " << options->file << '\n';
        console.status = tool::kUsage;
        return;
      }
      text.assign(std::istreambuf_iterator<char>(in), {});
    }
    instruct(console, *asking, options->name, text, options->name + ": taken");
  });
}

void add_stock(CLI::App& app, Console& console) {
  auto* stock = app.add_subcommand("stock", "what is there, who holds it, what can be promised");
  stock->require_subcommand(1);
  add_availability(*stock, console);
  add_view(*stock, console, "positions", "stock by product and warehouse, every bucket",
           "positions",
           {{"sku", "sku"},
            {"warehouse", "warehouse"},
            {"on hand", "on_hand"},
            {"damaged", "damaged"},
            {"quality", "quality_hold"},
            {"quarantine", "quarantine"},
            {"expired", "expired"},
            {"recalled", "recalled"},
            {"allocated", "allocated"},
            {"picked", "picked"},
            {"soft", "soft_reserved"},
            {"safety", "safety_stock"},
            {"net", "net"}});
  add_view(*stock, console, "movements", "the ledger, the newest first", "movements",
           {{"movement", "movement"},
            {"at", "occurred_at"},
            {"sku", "sku"},
            {"warehouse", "warehouse"},
            {"lot", "lot"},
            {"kind", "kind"},
            {"on hand", "on_hand"},
            {"damaged", "damaged"},
            {"cause", "cause"},
            {"reason", "reason"}});
  add_view(*stock, console, "reservations", "who holds stock, and who waits for it", "reservations",
           {{"for", "for"},
            {"line", "line"},
            {"sku", "sku"},
            {"scope", "scope"},
            {"warehouse", "warehouse"},
            {"channel", "channel"},
            {"state", "state"},
            {"open", "open"},
            {"consumed", "consumed"},
            {"released", "released"},
            {"expires", "expires_at"}});
  add_view(*stock, console, "supplies", "what is coming", "supplies",
           {{"supply", "supply"},
            {"kind", "kind"},
            {"sku", "sku"},
            {"warehouse", "warehouse"},
            {"open", "open"},
            {"eta", "eta"}});
  add_view(*stock, console, "pools", "the shares of channels", "pools",
           {{"pool", "pool"},
            {"sku", "sku"},
            {"scope", "scope"},
            {"channel", "channel"},
            {"mode", "mode"},
            {"quota", "quota"},
            {"used", "used"},
            {"spilled", "spilled"}});
  add_pool(*stock, console);
  add_keep(*stock, console);
  add_tell(*stock, console);
}

void add_transfers(CLI::App& app, Console& console) {
  auto* transfers = app.add_subcommand("transfers", "stock between warehouses");
  transfers->require_subcommand(1);
  add_view(*transfers, console, "list", "the newest transfers", "transfers",
           {{"transfer", "transfer"},
            {"from", "from"},
            {"to", "to"},
            {"state", "state"},
            {"since", "created_at"},
            {"reason", "reason"}});
  struct Options {
    std::string id;
    std::string from;
    std::string to;
    std::vector<std::string> lines;
    std::string goods;
    std::string reason;
    bool draft = false;
  };
  const auto options = std::make_shared<Options>();
  auto* create = transfers->add_subcommand("create", "plan a transfer; the stock is held at once");
  const auto asking = asks_host(*create);
  create->add_option("id", options->id, "its number")->required();
  create->add_option("--from", options->from, "warehouse")->required();
  create->add_option("--to", options->to, "warehouse")->required();
  create->add_option("--line", options->lines, "SKU=QUANTITY, once per product")->required();
  create->add_flag("--draft", options->draft, "hold nothing yet");
  create->footer("Example:\n  crossdock transfers create T-1 --from DFW --to PHX --line SKU-A=10");
  create->callback([&console, asking, options] {
    json::array lines;
    for (const auto& line : options->lines) {
      const auto equals = line.rfind('=');
      if (equals == std::string::npos || equals == 0) {
        console.err << "write a line as SKU=QUANTITY, not " << line << '\n';
        console.status = tool::kUsage;
        return;
      }
      lines.push_back(json::object{{"sku", line.substr(0, equals)},
                                   {"planned", quantity(line.substr(equals + 1))}});
    }
    instruct(console, *asking, "transfer",
             json::serialize(json::object{{"id", options->id},
                                          {"from", options->from},
                                          {"to", options->to},
                                          {"state", options->draft ? "draft" : "ready"},
                                          {"lines", std::move(lines)}}),
             "transfer " + options->id + " is told");
  });
  for (const auto& [name, help] :
       {std::pair<const char*, const char*>{"ready", "hold the stock of a draft"},
        {"cancel", "take it back; on its way only with --goods"},
        {"close", "end it; what did not arrive is written off, or returned"}}) {
    auto* command = transfers->add_subcommand(name, help);
    const auto asking_change = asks_host(*command);
    const auto change = std::make_shared<Options>();
    command->add_option("id", change->id, "its number")->required();
    command->add_option("--goods", change->goods, "what becomes of goods on their way")
        ->check(CLI::IsMember({"return_to_source", "write_off"}));
    command->add_option("--reason", change->reason, "kept with it");
    command->callback([&console, asking_change, change, action = std::string(name)] {
      json::object document{{"id", change->id}, {"action", action}};
      if (!change->goods.empty()) {
        document["in_transit"] = change->goods;
      }
      if (!change->reason.empty()) {
        document["reason"] = change->reason;
      }
      instruct(console, *asking_change, "transfer-change", json::serialize(document),
               "transfer " + change->id + ": " + action + " is told");
    });
  }
}

// A command per decision about a thing with an id.
void add_decisions(CLI::App& parent, Console& console, const std::string& instruction,
                   const char* member,
                   const std::vector<std::pair<const char*, const char*>>& decisions) {
  for (const auto& [name, help] : decisions) {
    struct Options {
      std::string id;
      std::string reason;
    };
    const auto options = std::make_shared<Options>();
    auto* command = parent.add_subcommand(name, help);
    const auto asking = asks_host(*command);
    command->add_option("id", options->id, "as listed")->required();
    command->add_option("--reason", options->reason, "kept with it");
    command->callback([&console, asking, options, instruction, key = std::string(member),
                       value = std::string(name)] {
      json::object document{{"id", options->id}, {key, value}};
      if (!options->reason.empty()) {
        document["reason"] = options->reason;
      }
      instruct(console, *asking, instruction, json::serialize(document),
               options->id + ": " + value + " is told");
    });
  }
}

void add_returns(CLI::App& app, Console& console) {
  auto* returns = app.add_subcommand("returns", "what customers send back");
  returns->require_subcommand(1);
  add_view(*returns, console, "list", "the newest returns", "returns",
           {{"return", "return"},
            {"RMA", "rma"},
            {"order", "order"},
            {"warehouse", "warehouse"},
            {"state", "state"},
            {"money", "money"},
            {"reason", "reason"}});
  add_decisions(*returns, console, "return-change", "action",
                {{"authorise", "allow it"},
                 {"decline", "refuse it"},
                 {"cancel", "take it back, before anything arrived"},
                 {"close", "end it; what came is refunded"},
                 {"refund", "ask for the refund again, after it was denied"}});
}

void add_discrepancies(CLI::App& app, Console& console) {
  auto* discrepancies =
      app.add_subcommand("discrepancies", "where two systems say different things");
  discrepancies->require_subcommand(1);
  add_view(*discrepancies, console, "list", "the newest differences", "discrepancies",
           {{"discrepancy", "discrepancy"},
            {"kind", "kind"},
            {"about", "key"},
            {"state", "state"},
            {"cause", "cause"},
            {"would mend it", "proposed_fix"}});
  add_decisions(*discrepancies, console, "discrepancy-change", "state",
                {{"accepted", "it stays as it is"},
                 {"explained", "it is known why"},
                 {"fixed", "a document mended it"},
                 {"open", "look at it again"}});
}

void add_invariants(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand("invariants", "check what must hold of everything stored");
  const auto asking = asks_host(*command);
  command->footer("Exit status: 0 all hold, 1 some do not, 2 no host answers.");
  command->callback([&console, asking] {
    show(console, *asking, "/v1/invariants", [&](const json::value& value) {
      for (const auto& broken : value.at("broken").as_array()) {
        console.out << broken.as_string().c_str() << '\n';
      }
      console.out << (value.at("hold").as_bool() ? "all invariants hold\n"
                                                 : "some invariants do not hold\n");
      console.status = value.at("hold").as_bool() ? tool::kOk : tool::kRefused;
    });
  });
}

}  // namespace

void add_stock_commands(CLI::App& app, Console& console) {
  add_stock(app, console);
  add_transfers(app, console);
  add_returns(app, console);
  add_discrepancies(app, console);
  add_invariants(app, console);
}

}  // namespace crossdock::host::app
