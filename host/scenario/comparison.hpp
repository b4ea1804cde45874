// Comparing what a case expects with what came: each part of a `then`, value by value. For this
// room only; expectations.hpp is its door.
#pragma once

#include <algorithm>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

#include "crossdock/canonical/quantity.hpp"
#include "host/scenario/expectations.hpp"

namespace crossdock::host::scenario {

inline std::string quantity(std::int64_t value) { return canonical::decimal_text(value, 4); }

// Numbers that mean the same are the same: 10, 10.0, "10.00".
inline std::string plain(const std::string& text) {
  const auto value = canonical::parse_decimal(text, 9);
  return value ? canonical::decimal_text(*value, 9) : text;
}

class Comparison {
 public:
  Comparison(Stage& stage, Events& events, const Ports& ports)
      : stage_(stage), events_(events), ports_(ports) {}
  std::vector<Check> take() { return std::move(checks_); }

  void then(const Node& node, const std::string& path);

 private:
  // --- one check ---
  void same(const Node& expected, const std::string& path, const std::string& came) {
    add(expected, path, expected.text, came, plain(expected.text) == plain(came));
  }
  void contains(const Node& expected, const std::string& path, const std::string& came) {
    add(expected, path, "… " + expected.text + " …", came,
        came.find(expected.text) != std::string::npos);
  }
  void add(const Node& at, const std::string& path, std::string expected, std::string came,
           bool passed) {
    checks_.push_back({path, at.line, std::move(expected), std::move(came), passed});
  }
  // A map of amounts that must be all there is.
  void same_map(const Node& expected, const std::string& path,
                const std::map<std::string, std::int64_t>& came) {
    for (const auto& [key, node] : expected.members) {
      const auto found = came.find(key);
      same(node, path + "." + key, found == came.end() ? "0" : quantity(found->second));
    }
    for (const auto& [key, value] : came) {
      if (expected.find(key) == nullptr && value != 0) {
        add(expected, path + "." + key, "nothing", quantity(value), false);
      }
    }
  }

  // A list of words that must be all there are, in any order.
  void same_words(const Node& expected, const std::string& path, std::vector<std::string> came) {
    std::vector<std::string> wanted;
    for (const auto& one : expected.items) {
      wanted.push_back(one.text);
    }
    std::sort(wanted.begin(), wanted.end());
    std::sort(came.begin(), came.end());
    add(expected, path, joined(wanted), joined(came), wanted == came);
  }
  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) {
      out += (out.empty() ? "" : ", ") + word;
    }
    return out.empty() ? "none" : out;
  }

  // --- parts ---
  void found_by_kind(const Node& entry, const std::string& path, const std::string& what,
                     const std::vector<std::map<std::string, std::string>>& rows,
                     const std::vector<const char*>& words);
  void discrepancies(const Node& node, const std::string& path);
  void advice(const Node& node, const std::string& path);
  void work(const Node& node, const std::string& path);
  void credit(const Node& node, const std::string& path);
  void promise(const Node& node, const std::string& path);
  void simulation(const Node& node, const std::string& path);
  void availability(const Node& node, const std::string& path);
  void positions(const Node& node, const std::string& path);
  void orders(const Node& node, const std::string& path);
  void order(const Node& name, const Node& node, const std::string& path);
  void order_lines(const std::string& id, const Node& node, const std::string& path);
  void order_count(const Node& node, const std::string& path);
  void sent(const Node& node, const std::string& path);
  void decision(const std::string& id, const Node& node, const std::string& path);
  void alerts(const Node& node, const std::string& path);
  void dead_letters(const Node* node, const std::string& path);
  // --- parts about stock on its way, what comes back, and where things came from ---
  void published(const Node& node, const std::string& path);
  void transfers(const Node& node, const std::string& path);
  void returns(const Node& node, const std::string& path);
  void refunds(const Node& node, const std::string& path);
  void lineage(const Node& node, const std::string& path);
  void why(const Node& node, const std::string& path);
  void trace(const Node& node, const std::string& path);
  void quotes(const Node& node, const std::string& path);
  void feeds(const Node& node, const std::string& path);
  void history(const Node& node, const std::string& path);
  void rebuilt(const Node& node, const std::string& path);
  void documents(const Node& node, const std::string& path);
  void json_subset(const Node& expected, const boost::json::value& came, const std::string& path);

  // Rows of an order, compared entry by entry: each with the cells that the entry names.
  using Row = std::map<std::string, std::string>;
  void rows(const Node& expected, const std::string& path, std::vector<Row> came, bool ordered);

  Node as_name(const std::string& text, const Node& at) const {
    Node out = at;
    out.kind = Node::Kind::scalar;
    out.text = text;
    return out;
  }
  std::string one_text(const std::string& sql, const std::string& id) {
    auto statement = stage_.store().prepare(sql);
    statement.bind(id);
    return statement.step() ? statement.text(0) : std::string();
  }

  Stage& stage_;
  Events& events_;
  const Ports& ports_;
  std::vector<Check> checks_;
};

}  // namespace crossdock::host::scenario
