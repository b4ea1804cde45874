// A warehouse or 3PL behind the ShipEngine Connect fulfillment provider contract: sends work, asks
// it back, reads what changed since a cursor, and counts stock.
//
// Nothing is done twice: the provider's order carries the fulfillment order's id, and after a lost
// answer the order is looked up before it is sent again.
#include <crossdock/canonical_message.hpp>
#include <crossdock/connector.hpp>
#include <crossdock/json_reading.hpp>
#include <map>
#include <mutex>
#include <thread>

#include "plugins/wms_connect/provider.hpp"
#include "plugins/wms_connect/reports.hpp"

namespace crossdock::wms {
namespace {

namespace json = boost::json;

// How far the provider has been read, kept as the connector's cursor.
struct Progress {
  json::value changes;        // next_request of get_recent_changes
  std::int64_t stock_ns = 0;  // when stock was last counted

  static Progress parse(const std::string& text) {
    Progress out;
    if (const auto value = outside::parse(text)) {
      if (const auto* changes = outside::member(*value, "changes")) {
        out.changes = *changes;
      }
      if (const auto* at = outside::member(*value, "stock_ns"); at != nullptr && at->is_int64()) {
        out.stock_ns = at->get_int64();
      }
    }
    return out;
  }
  std::string text() const {
    return json::serialize(json::object{{"changes", changes}, {"stock_ns", stock_ns}});
  }
};

// What is remembered of a fulfillment order from when it is sent until it has ended.
struct Work {
  std::string order_id;
  std::string warehouse;
  std::string theirs;  // the provider's number
  std::string correlation_id;
  std::string business_key;

  std::string text() const {
    return json::serialize(json::array{order_id, warehouse, theirs, correlation_id, business_key});
  }
  static std::optional<Work> parse(const std::string& text) {
    const auto value = outside::parse(text);
    if (!value || !value->is_array() || value->get_array().size() != 5) {
      return std::nullopt;
    }
    const auto word = [&](std::size_t i) { return std::string(value->get_array()[i].as_string()); };
    return Work{word(0), word(1), word(2), word(3), word(4)};
  }
};

constexpr int kMostPages = 100'000;  // of one stock count

class WmsConnect final : public Connector {
 public:
  WmsConnect(Host host, const Config& config)
      : host_(std::move(host)), config_(config), provider_(host_, config) {}

  Outcome deliver(const Message& message) override {
    if (message.type == canonical::kFulfillmentRequested) {
      return send_work(message);
    }
    if (message.type == canonical::kFulfillmentCancelRequested) {
      return ask_back(message);
    }
    return Outcome::rejected("a warehouse has no use for " + message.type);
  }

  std::optional<Outcome> find(const Message& message) override {
    if (message.type != canonical::kFulfillmentRequested) {
      return std::nullopt;  // asking back twice asks once
    }
    const auto request = read_entity<canonical::FulfillmentRequest>(message);
    for (bool again : {true, false}) {
      const auto result = provider_.get_fulfillments(request.fulfillment_order.id);
      if (result.ok()) {
        return accepted_work(message, request, result);
      }
      if (result.failure != HttpFailure::none || result.status != 404) {
        return outcome_of(result, HttpEffect::read);
      }
      if (again) {
        std::this_thread::sleep_for(config_.settle);  // the lost request may still be on its way
      }
    }
    return std::nullopt;
  }

  Outcome poll(const Cursor& cursor) override {
    auto progress = Progress::parse(cursor.value());
    if (auto outcome = read_changes(progress); !outcome.is_done()) {
      return outcome;
    }
    const auto now = host_.now_ns();
    return now - progress.stock_ns >= interval_ns() ? count_stock(progress, now) : Outcome::done();
  }

 private:
  Outcome send_work(const Message& message) {
    const auto request = read_entity<canonical::FulfillmentRequest>(message);
    const auto order = provider_.order_of(request);
    // Known before it is sent: a quick warehouse reports on it before its answer is here.
    remember(request.fulfillment_order.id, work_of(message, request));
    const auto result = provider_.delegate_fulfillment(order);
    if (!result.ok()) {
      return outcome_of(result, HttpEffect::write)
          .with(Evidence{json::serialize(order), result.body});
    }
    return accepted_work(message, request, result)
        .with(Evidence{json::serialize(order), result.body});
  }

  Outcome accepted_work(const Message& message, const canonical::FulfillmentRequest& request,
                        const HttpResult& result) {
    const auto answer = outside::parse(result.body);
    const auto theirs =
        answer ? outside::text(*answer, "fulfillment_provider_order_id") : std::string();
    const auto& order = request.fulfillment_order;
    canonical::FulfillmentDecision decision;
    decision.fulfillment_order_id = order.id;
    decision.order_id = order.order_id;
    decision.warehouse = order.warehouse;
    decision.external_ref = theirs.empty() ? order.id : theirs;
    auto work = work_of(message, request);
    work.theirs = *decision.external_ref;
    auto outcome = Outcome::done()
                       .reference(work.theirs)
                       .with(StateChange{"work/" + order.id, work.text()})
                       .emitting(answer_to(message, canonical::kFulfillmentAccepted, decision,
                                           "accepted:" + order.id));
    // Found again after a crash, it may have ended already, in a change that was passed over then.
    std::vector<std::string> faults;
    auto ended = answer ? end_of(order.id, work, *answer, result.body, faults) : std::nullopt;
    return ended ? std::move(outcome).emitting(std::move(*ended)) : std::move(outcome);
  }

  static Work work_of(const Message& message, const canonical::FulfillmentRequest& request) {
    return {request.fulfillment_order.order_id, request.fulfillment_order.warehouse,
            request.fulfillment_order.id, message.correlation_id, message.business_key};
  }

  Outcome ask_back(const Message& message) {
    const auto request = read_entity<canonical::FulfillmentCancellation>(message);
    const auto result = provider_.cancel_fulfillment(theirs_of(request.fulfillment_order_id),
                                                     request.reason.value_or("no longer wanted"));
    if (result.failure == HttpFailure::none && result.status >= 400 && result.status < 500 &&
        result.status != 401 && result.status != 403 && result.status != 408 &&
        result.status != 429) {
      auto answer = request;
      answer.accepted = false;
      answer.reason = "the warehouse answers " + std::to_string(result.status) + ": " +
                      outside::words(result.body, 200);
      return Outcome::done().emitting(answer_to(message, canonical::kFulfillmentCancelled, answer,
                                                "kept:" + request.fulfillment_order_id));
    }
    // Asking twice asks once, so a lost answer needs no looking up. What the warehouse decides
    // comes with its changes.
    return outcome_of(result, HttpEffect::read);
  }

  // --- reading

  Outcome read_changes(Progress& progress) {
    for (;;) {
      const auto result = provider_.get_recent_changes("", progress.changes);
      if (!result.ok()) {
        return outcome_of(result, HttpEffect::read);
      }
      const auto answer = outside::parse(result.body);
      if (!answer) {
        return Outcome::retry("get_recent_changes answers something that is not JSON: " +
                              outside::words(result.body, 200));
      }
      std::vector<std::string> faults;
      const auto orders = changed_orders(*answer, faults);
      Batch batch;
      for (const auto& order : orders) {
        if (auto outcome = report(order, batch, faults); !outcome.is_done()) {
          // What is known already goes on; the page is read again, and tells nothing twice.
          return batch.messages.empty() || host_.emit(batch) ? std::move(outcome) : not_taken();
        }
      }
      for (const auto& fault : faults) {
        host_.log(Level::warning, fault);
      }
      const auto* next = outside::member(*answer, "next_request");
      if (next == nullptr || *next == progress.changes) {
        // No further token: what was read is remembered by the messages' own keys.
        return batch.messages.empty() || emit(batch, progress) ? Outcome::done() : not_taken();
      }
      progress.changes = *next;
      if (!emit(batch, progress)) {
        return not_taken();
      }
      if (outside::list(*answer, "changes").empty() || host_.stopping()) {
        return Outcome::done();
      }
    }
  }

  // Reads where one fulfillment order stands and adds what there is to say.
  Outcome report(const std::string& order, Batch& batch, std::vector<std::string>& faults) {
    const auto work = known(order);
    if (!work) {
      return Outcome::done();  // ended and said before, or of another connector on the account
    }
    const auto result = provider_.get_fulfillments(work->theirs);
    if (!result.ok()) {
      return outcome_of(result, HttpEffect::read);
    }
    const auto answer = outside::parse(result.body);
    if (!answer) {
      return Outcome::retry("get_fulfillments answers something that is not JSON");
    }
    if (auto message = end_of(order, *work, *answer, result.body, faults)) {
      batch.messages.push_back(std::move(*message));
      batch.state.push_back({"work/" + order, std::nullopt});  // nothing more will be said of it
      forget(order);
    }
    return Outcome::done();
  }

  // What there is to say of work that has ended; nothing while it goes on.
  static std::optional<Message> end_of(const std::string& order, const Work& known,
                                       const json::value& answer, const std::string& body,
                                       std::vector<std::string>& faults) {
    auto report = read_fulfillments(order, answer, faults);
    Message out;
    switch (report.state) {
      case WorkState::processing:
        return std::nullopt;
      case WorkState::shipped:
        report.shipment.id = order;
        report.shipment.order_id = known.order_id;
        report.shipment.warehouse = known.warehouse;
        out = message_of(canonical::kShipmentConfirmed, report.shipment, "shipped:" + order);
        out.occurred_at_ns = report.shipment.shipped_at.ns;
        break;
      case WorkState::rejected: {
        const canonical::FulfillmentDecision decision{order,        known.order_id, known.warehouse,
                                                      known.theirs, report.reason,  {}};
        out = message_of(canonical::kFulfillmentRejected, decision, "rejected:" + order);
        break;
      }
      case WorkState::cancelled: {
        const canonical::FulfillmentCancellation decision{order, known.order_id, known.warehouse,
                                                          true,  report.reason,  {}};
        out = message_of(canonical::kFulfillmentCancelled, decision, "cancelled:" + order);
        break;
      }
    }
    out.original = body;
    out.original_type = "application/json";
    out.correlation_id = known.correlation_id;
    out.business_key = known.business_key;
    out.subject = order;
    return out;
  }

  Outcome count_stock(Progress& progress, std::int64_t as_of_ns) {
    StockCount count;
    json::value page;
    for (int pages = 0;; ++pages) {
      const auto result = provider_.get_inventory(page);
      if (!result.ok()) {
        return outcome_of(result, HttpEffect::read);
      }
      const auto answer = outside::parse(result.body);
      if (!answer || !count.add(*answer)) {
        return Outcome::retry("get_inventory answers something that is no stock: " +
                              outside::words(result.body, 200));
      }
      const auto* next = outside::member(*answer, "next_request");
      if (next == nullptr) {
        break;
      }
      if (host_.stopping()) {
        return Outcome::done();
      }
      if (pages >= kMostPages) {
        return Outcome::retry("get_inventory does not come to an end");
      }
      page = *next;
    }
    Batch batch;
    for (auto& [theirs, snapshot] : count.snapshots(as_of_ns)) {
      const auto ours = our_warehouse(theirs);
      if (!ours) {
        continue;
      }
      auto out = snapshot;
      out.warehouse = *ours;
      // Keyed by the interval, not by the moment: read again after a crash it is the same count.
      auto message = message_of(canonical::kSnapshotReceived, out,
                                "stock:" + *ours + ":" + std::to_string(as_of_ns / interval_ns()));
      message.business_key = "stock:" + *ours;
      message.subject = *ours;
      message.occurred_at_ns = as_of_ns;
      batch.messages.push_back(std::move(message));
    }
    progress.stock_ns = as_of_ns;
    return emit(batch, progress) ? Outcome::done() : not_taken();
  }

  std::int64_t interval_ns() const {
    return std::max<std::int64_t>(1, std::chrono::nanoseconds(config_.stock_interval).count());
  }

  bool emit(Batch& batch, const Progress& progress) {
    batch.cursor = progress.text();
    return host_.emit(batch);
  }

  static Outcome not_taken() { return Outcome::retry("the host takes nothing at the moment"); }

  void remember(const std::string& order, Work work) {
    const std::lock_guard lock(mutex_);
    sending_[order] = std::move(work);
  }
  void forget(const std::string& order) {
    const std::lock_guard lock(mutex_);
    sending_.erase(order);
  }
  std::optional<Work> known(const std::string& order) {
    if (const auto stored = host_.state("work/" + order)) {
      forget(order);
      return Work::parse(*stored);
    }
    const std::lock_guard lock(mutex_);
    const auto found = sending_.find(order);
    return found == sending_.end() ? std::nullopt : std::optional(found->second);
  }
  std::string theirs_of(const std::string& order) {
    const auto work = known(order);
    return work ? work->theirs : order;
  }

  std::optional<std::string> our_warehouse(const std::string& theirs) const {
    if (config_.warehouses.empty()) {
      return theirs;
    }
    for (const auto& one : config_.warehouses) {
      if ((one.id.empty() ? one.name : one.id) == theirs) {
        return one.name;
      }
    }
    return std::nullopt;
  }

  Host host_;
  Config config_;
  Provider provider_;
  std::mutex mutex_;
  std::map<std::string, Work> sending_;  // sent, the answer not here yet
};

}  // namespace
}  // namespace crossdock::wms

CROSSDOCK_CONNECTOR(crossdock::wms::WmsConnect, crossdock::wms::config_schema)
