// A 3PL that answers the ShipEngine Connect fulfillment provider contract. It has stock, ships what
// it is asked for after a while, and writes down every order it takes, also one it was sent twice.
#include <map>
#include <thread>

#include "tests/simulators/common/fixture.hpp"
#include "tests/simulators/common/simulator.hpp"

namespace crossdock::simulators {
namespace {

constexpr const char* kUsage =
    "Usage: crossdock-sim-wms [--port N] [--state FILE] [--seed N] [--ship-after MS]\n"
    "                         [--short-every N] [--reject-every N] [--stock-factor N]\n"
    "A warehouse with the ShipEngine Connect fulfillment provider API on 127.0.0.1.\n"
    "  --ship-after MS    how long picking takes (200)\n"
    "  --short-every N    every Nth order ships one unit less than asked (0: never)\n"
    "  --reject-every N   every Nth order is rejected (0: never)\n"
    "  --stock-factor N   multiplies the opening stock (1)\n";

struct Line {
  std::string item_id;
  std::string sku;
  std::int64_t asked = 0;
  std::int64_t shipped = 0;
};

struct Order {
  std::string id;
  std::string warehouse;
  std::string tracking;
  std::string sscc;
  std::string status = "Processing";
  std::string reason;
  std::string ship_date;
  std::vector<Line> lines;
  std::int64_t due_ms = 0;
  int number = 0;
};

class Warehouse {
 public:
  explicit Warehouse(const Options& options)
      : simulator_(options),
        ship_after_ms_(number_option(options, "ship-after", 200)),
        short_every_(number_option(options, "short-every", 0)),
        reject_every_(number_option(options, "reject-every", 0)) {
    const auto factor = number_option(options, "stock-factor", 1);
    for (std::size_t w = 0; w < kWarehouses.size(); ++w) {
      for (int n = 1; n <= kProducts; ++n) {
        stock_[{kWarehouses[w], sku(n)}] = opening_stock(w, n) * factor;
      }
    }
    for (const auto& record : simulator_.file.earlier()) {
      replay(record.as_object());
    }
    simulator_.on("POST", "/connect", [](auto&, auto& body) {
      return Answer{200, json::object{{"auth", body.as_object().at("auth")}}};
    });
    simulator_.on("POST", "/delegate_fulfillment",
                  [this](auto&, auto& body) { return delegate(body); });
    simulator_.on("POST", "/cancel_fulfillment",
                  [this](auto&, auto& body) { return cancel(body); });
    simulator_.on("POST", "/get_fulfillments", [this](auto&, auto& body) { return show(body); });
    simulator_.on("POST", "/get_recent_changes",
                  [this](auto&, auto& body) { return changes(body); });
    simulator_.on("POST", "/get_inventory", [this](auto&, auto& body) { return inventory(body); });
    // What a receiving dock would do.
    simulator_.control("PUT", "/_stock", [this](const httplib::Request&, const json::value& body) {
      const auto& in = body.as_object();
      const std::string warehouse(in.at("warehouse").as_string());
      const std::string article(in.at("sku").as_string());
      receive(warehouse, article, in.at("add").to_number<std::int64_t>());
      return Answer{};
    });
    simulator_.on_records([this] { return records(); });
  }

  int run() {
    std::thread floor([this] {
      while (!simulator_.stopping) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        const std::lock_guard lock(simulator_.mutex);
        ship_what_is_due();
      }
    });
    const int status = simulator_.run();
    floor.join();
    return status;
  }

 private:
  static std::string text(const json::value& in, const char* key) {
    return std::string(in.as_object().at(key).as_string());
  }
  static std::string text(const json::object& in, const char* key) {
    return std::string(in.at(key).as_string());
  }
  static std::string optional_text(const json::value& in, const char* key) {
    const auto* found = in.is_object() ? in.get_object().if_contains(key) : nullptr;
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
  }

  Answer delegate(const json::value& body) {
    const auto& work = body.as_object().at("requested_fulfillments").as_array().at(0);
    Order order;
    order.id = text(body, "order_id");
    order.warehouse = text(work.at("shipping_preferences"), "requested_warehouse");
    if (const auto* more = work.as_object().if_contains("extensions")) {
      order.sscc = optional_text(*more, "custom_field_1");
      order.tracking = optional_text(*more, "custom_field_2");
    }
    for (const auto& item : work.at("items").as_array()) {
      order.lines.push_back({text(item, "line_item_id"), text(item.at("product"), "product_id"),
                             item.at("quantity").to_number<std::int64_t>(), 0});
    }
    json::array lines;
    for (const auto& line : order.lines) {
      lines.push_back(
          json::object{{"item", line.item_id}, {"sku", line.sku}, {"asked", line.asked}});
    }
    record({{"kind", "order"},
            {"order_id", order.id},
            {"warehouse", order.warehouse},
            {"sscc", order.sscc},
            {"tracking", order.tracking},
            {"lines", std::move(lines)},
            {"at", now_text()}});
    const auto id = order.id;
    take(std::move(order));
    return {200, json::object{{"fulfillment_provider_order_id", id}}};
  }

  // Sent twice, it is an order of its own here and would be picked twice; the records show it.
  void take(Order order) {
    order.number = ++taken_;
    order.due_ms = now_ms() + ship_after_ms_;
    all_.push_back(order.id);
    orders_[order.id] = std::move(order);
  }

  Answer cancel(const json::value& body) {
    const auto found = orders_.find(text(body, "fulfillment_provider_order_id"));
    if (found == orders_.end()) {
      return {404, json::object{{"message", "no such order"}}};
    }
    if (found->second.status != "Processing") {
      return {409, json::object{{"message", "the order is " + found->second.status}}};
    }
    end(found->second, "Cancelled", text(body, "reason"));
    return {200, json::object{}};
  }

  Answer show(const json::value& body) {
    const auto found = orders_.find(text(body, "fulfillment_provider_order_id"));
    if (found == orders_.end()) {
      return {404, json::object{{"message", "no such order"}}};
    }
    const auto& order = found->second;
    json::object out{{"fulfillment_provider_order_id", order.id},
                     {"status", order.status},
                     {"fulfillments", json::array{report(order)}},
                     {"shipments", json::array{}}};
    if (order.status == "Shipped") {
      json::array items;
      for (const auto& line : order.lines) {
        if (line.shipped > 0) {
          items.push_back(json::object{{"description", line.sku},
                                       {"line_item_id", line.item_id},
                                       {"sku", line.sku},
                                       {"quantity", line.shipped}});
        }
      }
      out["shipments"] = json::array{json::object{{"notification_id", "N-" + order.id},
                                                  {"order_id", order.id},
                                                  {"items", std::move(items)},
                                                  {"tracking_number", order.tracking},
                                                  {"ship_date", order.ship_date}}};
    }
    return {200, std::move(out)};
  }

  static json::object report(const Order& order) {
    json::array items;
    for (const auto& line : order.lines) {
      items.push_back(json::object{
          {"line_item_id", line.item_id}, {"sku", line.sku}, {"quantity", line.asked}});
    }
    json::object out{{"status", order.status}, {"line_items", std::move(items)}};
    if (!order.reason.empty()) {
      out["reason"] = order.reason;
    }
    return out;
  }

  Answer changes(const json::value& body) {
    constexpr std::size_t kPage = 100;
    std::size_t from = 0;
    if (const auto* token = body.as_object().if_contains("next_request");
        token != nullptr && token->is_string()) {
      from = std::stoull(std::string(token->get_string()));
    }
    json::array list;
    std::size_t to = from;
    for (; to < changes_.size() && list.size() < kPage; ++to) {
      list.push_back(report(orders_.at(changes_[to])));
    }
    return {200, json::object{{"changes", std::move(list)}, {"next_request", std::to_string(to)}}};
  }

  Answer inventory(const json::value& body) {
    std::size_t at = 0;
    if (const auto* token = body.as_object().if_contains("next_request");
        token != nullptr && token->is_string()) {
      at = std::stoull(std::string(token->get_string()));
    }
    auto row = stock_.begin();
    std::advance(row, static_cast<std::ptrdiff_t>(std::min(at, stock_.size() - 1)));
    json::object out{{"inventory",
                      {{"sku", row->first.second},
                       {"warehouse_id", row->first.first},
                       {"available_quantity", std::to_string(row->second)},
                       {"committed_quantity", "0"},
                       {"on_hand_quantity", std::to_string(row->second)}}}};
    if (at + 1 < stock_.size()) {
      out["next_request"] = std::to_string(at + 1);
    }
    return {200, std::move(out)};
  }

  void ship_what_is_due() {
    const auto now = now_ms();
    for (; next_ < all_.size(); ++next_) {
      auto& order = orders_.at(all_[next_]);
      if (order.status != "Processing") {
        continue;
      }
      if (order.due_ms > now) {
        return;
      }
      if (reject_every_ > 0 && order.number % reject_every_ == 0) {
        end(order, "Rejected", "no capacity");
        continue;
      }
      for (auto& line : order.lines) {
        auto& there = stock_[{order.warehouse, line.sku}];
        line.shipped = std::min(line.asked, there);
        if (short_every_ > 0 && order.number % short_every_ == 0 && line.shipped > 1) {
          --line.shipped;  // one was not on the shelf; it is found later
        }
        there -= line.shipped;
      }
      end(order, "Shipped", "");
    }
  }

  void end(Order& order, const std::string& status, const std::string& reason) {
    order.status = status;
    order.reason = reason;
    order.ship_date = now_text();
    changes_.push_back(order.id);
    json::array lines;
    for (const auto& line : order.lines) {
      lines.push_back(json::object{{"sku", line.sku}, {"shipped", line.shipped}});
    }
    record({{"kind", "ended"},
            {"order_id", order.id},
            {"status", status},
            {"reason", reason},
            {"warehouse", order.warehouse},
            {"sscc", order.sscc},
            {"tracking", order.tracking},
            {"lines", std::move(lines)},
            {"at", order.ship_date}});
  }

  void receive(const std::string& warehouse, const std::string& article, std::int64_t quantity) {
    stock_[{warehouse, article}] += quantity;
    record({{"kind", "received"}, {"warehouse", warehouse}, {"sku", article}, {"add", quantity}});
  }

  void record(json::object what) {
    simulator_.file.append(what);
    log_.push_back(std::move(what));
  }

  // After a restart: the same orders, stock and changes as before.
  void replay(const json::object& what) {
    log_.push_back(what);
    const std::string kind(what.at("kind").as_string());
    if (kind == "received") {
      stock_[{text(what, "warehouse"), text(what, "sku")}] +=
          what.at("add").to_number<std::int64_t>();
    } else if (kind == "order") {
      Order order;
      order.id = text(what, "order_id");
      order.warehouse = text(what, "warehouse");
      order.sscc = text(what, "sscc");
      order.tracking = text(what, "tracking");
      for (const auto& line : what.at("lines").as_array()) {
        order.lines.push_back(
            {text(line, "item"), text(line, "sku"), line.at("asked").to_number<std::int64_t>(), 0});
      }
      take(std::move(order));
    } else if (kind == "ended") {
      auto& order = orders_.at(text(what, "order_id"));
      order.status = text(what, "status");
      order.reason = text(what, "reason");
      order.ship_date = text(what, "at");
      std::size_t i = 0;
      for (const auto& line : what.at("lines").as_array()) {
        order.lines.at(i).shipped = line.at("shipped").to_number<std::int64_t>();
        stock_[{order.warehouse, order.lines.at(i).sku}] -= order.lines.at(i).shipped;
        ++i;
      }
      changes_.push_back(order.id);
    }
  }

  json::value records() {
    json::array stock;
    for (const auto& [key, quantity] : stock_) {
      stock.push_back(
          json::object{{"warehouse", key.first}, {"sku", key.second}, {"on_hand", quantity}});
    }
    return json::object{{"log", log_}, {"stock", std::move(stock)}};
  }

  Simulator simulator_;
  std::int64_t ship_after_ms_;
  std::int64_t short_every_;
  std::int64_t reject_every_;
  std::map<std::pair<std::string, std::string>, std::int64_t> stock_;
  std::map<std::string, Order> orders_;
  std::vector<std::string> all_;  // as they came
  std::size_t next_ = 0;
  std::vector<std::string> changes_;
  int taken_ = 0;
  json::array log_;
};

}  // namespace
}  // namespace crossdock::simulators

int main(int argc, char** argv) {
  namespace sim = crossdock::simulators;
  return sim::Warehouse(sim::read_options(argc, argv, sim::kUsage)).run();
}
