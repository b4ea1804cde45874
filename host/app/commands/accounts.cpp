// accounts: what connectors share at outside systems, how much of it is left, and who waits.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

std::string number(const json::value& value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value.to_number<double>());
  return text;
}

// One row per limit.
json::array rows_of(const json::value& accounts) {
  json::array rows;
  for (const auto& account : accounts.as_array()) {
    for (const auto& limit : account.at("limits").as_array()) {
      json::object row{{"account", account.at("name")}};
      const bool known = limit.at("burst").to_number<double>() > 0;
      row["operation"] = limit.at("operation");
      row["limit"] = known ? number(limit.at("burst")) + " at once" : "not known";
      row["back"] = limit.at("rate_per_second").to_number<double>() > 0
                        ? number(limit.at("rate_per_second")) + "/s"
                        : "";
      row["left"] = known ? number(limit.at("level")) : "";
      row["held"] = limit.at("held_for_seconds").to_number<double>() > 0
                        ? number(limit.at("held_for_seconds")) + " s"
                        : "";
      row["granted"] = limit.at("granted");
      row["refused"] = limit.at("refused");
      row["origin"] = limit.at("origin");
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void print(const json::value& answer, Console& console) {
  const auto& accounts = answer.at("accounts");
  print_rows(rows_of(accounts),
             {{"account", "account"},
              {"operation", "operation"},
              {"limit", "limit"},
              {"comes back", "back"},
              {"left", "left"},
              {"held for", "held"},
              {"granted", "granted"},
              {"refused", "refused"},
              {"origin", "origin"}},
             console.out);
  for (const auto& account : accounts.as_array()) {
    const auto& waiting = account.at("waiting");
    const std::string name(account.at("name").as_string());
    const auto count = [&](const char* key) { return waiting.at(key).to_number<std::int64_t>(); };
    if (count("urgent") + count("normal") + count("bulk") > 0) {
      console.out << name << ": waiting " << count("urgent") << " urgent, " << count("normal")
                  << " normal, " << count("bulk") << " bulk\n";
    }
    if (const auto* token = account.at("token").if_object()) {
      const auto& failure = token->at("failure").as_string();
      console.out << name << ": token "
                  << (token->at("has_token").as_bool()
                          ? "until " + std::string(token->at("expires_at").as_string())
                          : std::string("none yet"))
                  << (failure.empty() ? "" : "; the last fetch failed: " + std::string(failure))
                  << '\n';
    }
  }
}

}  // namespace

void add_account_commands(CLI::App& app, Console& console) {
  auto* command = app.add_subcommand(
      "accounts", "what connectors share at outside systems: limits, who waits, tokens");
  const auto asking = asks_host(*command);
  command->footer(
      "Units are the outside system's own. origin: configured in the account block, declared by "
      "the "
      "plugin's manifest, or learnt from answers. refused: requests that it found too many.\n"
      "Examples:\n  crossdock accounts\n  crossdock accounts --json");
  command->callback([&console, asking] {
    show(console, *asking, "/v1/accounts", [&](const json::value& v) { print(v, console); });
  });
}

}  // namespace crossdock::host::app
