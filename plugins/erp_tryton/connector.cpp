// The ERP Tryton: its products, customers and stock come in, orders become sales and shipments
// become invoices there.
#include <crossdock/budget.hpp>
#include <crossdock/canonical_message.hpp>
#include <crossdock/connector.hpp>
#include <crossdock/json_reading.hpp>
#include <thread>

#include "plugins/erp_tryton/catalogue.hpp"
#include "plugins/erp_tryton/sales.hpp"

namespace crossdock::tryton {
namespace {

namespace json = boost::json;

// How far Tryton has been read, kept as the connector's cursor.
struct Progress {
  std::int64_t products_ns = 0;  // the newest stamp seen
  std::int64_t customers_ns = 0;
  std::int64_t stock_ns = 0;  // when stock was last read

  static Progress parse(const std::string& text) {
    Progress out;
    if (const auto value = outside::parse(text)) {
      const auto number = [&](const char* key) {
        const auto* found = outside::member(*value, key);
        return found != nullptr && found->is_int64() ? found->get_int64() : 0;
      };
      out = {number("products_ns"), number("customers_ns"), number("stock_ns")};
    }
    return out;
  }
  std::string text() const {
    return json::serialize(json::object{
        {"products_ns", products_ns}, {"customers_ns", customers_ns}, {"stock_ns", stock_ns}});
  }
};

// What polls do at Tryton, by the names that limits are written for.
constexpr const char* kCatalogue = "catalogue.read";
constexpr const char* kStock = "stock.read";

class ErpTryton final : public Connector {
 public:
  ErpTryton(Host host, const Config& config)
      : host_(std::move(host)),
        config_(config),
        rpc_(config),
        sales_(rpc_, config),
        reading_(config, [this] { ask_leave(); }) {}

  Outcome deliver(const Message& message) override {
    try {
      if (message.type == canonical::kOrderRouted) {
        const auto registration =
            sales_.register_order(read_entity<canonical::RoutedOrder>(message));
        return Outcome::done()
            .reference(registration.number)
            .emitting(answer_to(message, canonical::kOrderRegistered, registration,
                                "sale:" + registration.order_id));
      }
      if (message.type == canonical::kInvoiceRequested) {
        const auto invoice = sales_.post_invoice(read_entity<canonical::InvoiceRequest>(message));
        return Outcome::done()
            .reference(invoice.number)
            .emitting(
                answer_to(message, canonical::kInvoicePosted, invoice, "posted:" + invoice.id));
      }
    } catch (const Fault& fault) {
      return fault.outcome();
    }
    return Outcome::rejected("the ERP has no use for " + message.type);
  }

  // Deliveries look for what is there before they make it. All that is left to do here is to give a
  // request that was thought lost the time to end.
  std::optional<Outcome> find(const Message&) override {
    std::this_thread::sleep_for(config_.settle);
    return std::nullopt;
  }

  Outcome poll(const Cursor& cursor) override {
    auto progress = Progress::parse(cursor.value());
    try {
      operation_ = kCatalogue;
      if (currency_.empty()) {
        currency_ = company_currency(reading_);
      }
      const auto overlap = std::chrono::nanoseconds(config_.overlap).count();
      const auto products = changed_products(
          reading_, currency_, std::max<std::int64_t>(0, progress.products_ns - overlap));
      const auto customers =
          changed_customers(reading_, std::max<std::int64_t>(0, progress.customers_ns - overlap));
      if (!send(products, canonical::kProductUpserted, "product:", progress.products_ns, progress,
                [](const canonical::Product& one) { return one.sku; }) ||
          !send(customers, canonical::kCustomerUpserted, "customer:", progress.customers_ns,
                progress, [](const canonical::Customer& one) { return one.code; })) {
        return Outcome::retry("the host takes nothing at the moment");
      }
      const auto now = host_.now_ns();
      if (now - progress.stock_ns >= interval_ns()) {
        operation_ = kStock;
        return send_stock(progress, now);
      }
    } catch (const Fault& fault) {
      return fault.outcome();
    }
    return Outcome::done();
  }

 private:
  std::int64_t interval_ns() const {
    return std::max<std::int64_t>(1, std::chrono::nanoseconds(config_.stock_interval).count());
  }

  // One unit of the account for each request of a poll; deliveries were let through by the host.
  void ask_leave() {
    auto pass = take(host_, {.operation = operation_, .priority = Priority::bulk});
    if (!pass) {
      throw Fault(FaultKind::held, "Tryton is not asked: " + pass.reason(), pass.retry_after());
    }
  }

  // Emits what was not seen at that stamp before, in batches, and moves the progress on.
  template <class Entity, class CodeOf>
  bool send(const std::vector<Changed<Entity>>& changes, std::string_view type,
            const std::string& prefix, std::int64_t& newest, Progress& progress, CodeOf code_of) {
    Batch batch;
    const auto flush = [&] {
      if (batch.messages.empty()) {
        return true;
      }
      batch.cursor = progress.text();
      const bool taken = host_.emit(batch);
      batch = {};
      if (!taken) {
        seen_.clear();  // read again next time; what did arrive is dropped as a repeat
      }
      return taken;
    };
    for (const auto& change : changes) {
      const auto key = prefix + code_of(change.entity);
      auto& seen = seen_[key];
      if (seen == change.stamp_ns) {
        continue;
      }
      auto message = message_of(type, change.entity, key + ":" + std::to_string(change.stamp_ns));
      message.business_key = key;
      message.subject = code_of(change.entity);
      message.occurred_at_ns = change.stamp_ns;
      batch.messages.push_back(std::move(message));
      newest = std::max(newest, change.stamp_ns);
      if (batch.messages.size() >= 100 && !flush()) {
        return false;
      }
      seen = change.stamp_ns;
    }
    return flush();
  }

  Outcome send_stock(Progress& progress, std::int64_t now_ns) {
    Batch batch;
    for (const auto& warehouse : config_.warehouses) {
      const auto& code = warehouse.code.empty() ? warehouse.name : warehouse.code;
      auto snapshot = read_stock(reading_, code, now_ns);
      if (!snapshot) {
        host_.log(Level::warning, "Tryton has no warehouse of code " + code);
        continue;
      }
      snapshot->warehouse = warehouse.name;
      // Keyed by the interval, not by the moment: read again after a crash it is the same reading.
      auto message =
          message_of(canonical::kSnapshotReceived, *snapshot,
                     "stock:" + warehouse.name + ":" + std::to_string(now_ns / interval_ns()));
      message.business_key = "stock:" + warehouse.name;
      message.subject = warehouse.name;
      message.occurred_at_ns = now_ns;
      batch.messages.push_back(std::move(message));
    }
    progress.stock_ns = now_ns;
    batch.cursor = progress.text();
    return host_.emit(batch) ? Outcome::done()
                             : Outcome::retry("the host takes nothing at the moment");
  }

  Host host_;
  Config config_;
  Rpc rpc_;
  Sales sales_;
  Rpc reading_;            // [poll] with a session of its own
  std::string operation_;  // [poll] what it reads for
  std::string currency_;
  std::map<std::string, std::int64_t> seen_;  // [poll] stamps sent by this process
};

}  // namespace
}  // namespace crossdock::tryton

CROSSDOCK_CONNECTOR(crossdock::tryton::ErpTryton, crossdock::tryton::config_schema)
