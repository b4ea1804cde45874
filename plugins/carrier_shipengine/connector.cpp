// Carriers through ShipEngine: buys labels, voids them, and takes its tracking webhooks.
//
// Nothing is bought twice: a label bears our shipment's id, and after a lost answer it is looked up
// before another one is bought.
#include <crossdock/canonical_message.hpp>
#include <crossdock/connector.hpp>
#include <crossdock/json_reading.hpp>
#include <crossdock/paced_http.hpp>
#include <mutex>
#include <thread>

#include "plugins/carrier_shipengine/requests.hpp"
#include "plugins/carrier_shipengine/signature.hpp"

namespace crossdock::carrier {
namespace {

namespace json = boost::json;

// An unknown key id makes us fetch the key set; not more often than this, whoever asks.
constexpr std::int64_t kKeysEveryNs = 60LL * 1'000'000'000;

// What we do at ShipEngine, by the names that limits are written for. Buying and voiding are let
// through by the host before they come here.
constexpr const char* kBuy = "labels.buy";
constexpr const char* kVoid = "labels.void";
constexpr const char* kRead = "labels.read";
constexpr const char* kRates = "rates.read";
constexpr const char* kKeys = "keys.read";
constexpr auto kKeysWait = std::chrono::seconds(5);

HttpOptions options_of(const Config& config) {
  HttpOptions out;
  out.base_url = config.base_url;
  out.timeout = config.timeout;
  out.headers.emplace_back("API-Key", config.api_key.reveal());
  return out;
}

class ShipEngine final : public Connector {
 public:
  ShipEngine(Host host, const Config& config)
      : host_(std::move(host)), config_(config), http_(host_, options_of(config)) {}

  Outcome deliver(const Message& message) override {
    if (message.type == canonical::kLabelRequested) {
      return buy(message);
    }
    if (message.type == canonical::kLabelVoidRequested) {
      return take_back(message);
    }
    return Outcome::rejected("a carrier has no use for " + message.type);
  }

  std::optional<Outcome> find(const Message& message) override {
    if (message.type != canonical::kLabelRequested) {
      return std::nullopt;  // voiding twice voids once
    }
    const auto request = read_entity<canonical::LabelRequest>(message);
    for (bool again : {true, false}) {
      const auto result = http_.request({.operation = kRead, .priority = Priority::urgent}, "GET",
                                        "/v1/labels/external_shipment_id/" + request.shipment.id);
      if (result.ok()) {
        return created(message, request, result, {});
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

  WebhookAnswer webhook(const WebhookRequest& request) override {
    WebhookAnswer answer;
    if (auto fault = distrust(request); fault.first != 0) {
      answer.status = fault.first;
      answer.body = fault.second + "\n";
      return answer;
    }
    const auto body = outside::parse(request.body);
    if (!body || outside::text(*body, "resource_type") != "API_TRACK") {
      answer.body = "not a tracking event; nothing to do\n";
      return answer;
    }
    for (const auto& event : read_tracking(*body)) {
      const auto at = canonical::to_string(event.occurred_at);
      auto message =
          message_of(canonical::kTrackingScanned, event,
                     "scan:" + event.tracking_no + ":" + at + ":" + event.carrier_code_raw);
      message.business_key = "tracking:" + event.tracking_no;
      message.subject = event.tracking_no;
      message.occurred_at_ns = event.occurred_at.ns;
      answer.messages.push_back(std::move(message));
    }
    return answer;
  }

 private:
  Outcome buy(const Message& message) {
    const auto request = read_entity<canonical::LabelRequest>(message);
    auto service = request.service.value_or(config_.service);
    if (service.empty()) {
      const auto result =
          http_.request({.operation = kRates, .priority = Priority::urgent}, "POST", "/v1/rates",
                        json::serialize(rate_request_of(request, config_)), "application/json");
      if (!result.ok()) {
        return refused_or(message, request, result, HttpEffect::read);
      }
      const auto rates = outside::parse(result.body);
      const auto cheapest = rates ? cheapest_service(*rates) : std::nullopt;
      if (!cheapest) {
        return refusal(
            message, request, "no_rate",
            "no service is offered for this shipment: " + outside::words(result.body, 300));
      }
      service = *cheapest;
    }
    const auto body = json::serialize(label_request_of(request, config_, service));
    const auto result = http_.deliver(kBuy, "POST", "/v1/labels", body, "application/json");
    if (!result.ok()) {
      return refused_or(message, request, result, HttpEffect::write)
          .with(Evidence{body, result.body});
    }
    return created(message, request, result, body);
  }

  Outcome created(const Message& message, const canonical::LabelRequest& request,
                  const HttpResult& result, const std::string& sent) const {
    const auto answer = outside::parse(result.body);
    const auto label = answer ? read_label(*answer, request, config_) : std::nullopt;
    if (!label) {
      return Outcome::unknown("the answer names no label: " + outside::words(result.body, 300));
    }
    return Outcome::done()
        .reference(label->label_ref)
        .with(Evidence{sent, result.body})
        .emitting(answer_to(message, canonical::kLabelCreated, *label,
                            "label:" + request.shipment.id + ":" + label->label_ref));
  }

  // What the carrier will never take becomes a refusal that the order shows, and a dead letter that
  // can be replayed once the cause is mended.
  Outcome refused_or(const Message& message, const canonical::LabelRequest& request,
                     const HttpResult& result, HttpEffect effect) const {
    if (result.failure == HttpFailure::none && (result.status == 400 || result.status == 422)) {
      return refusal(
          message, request, "refused",
          "HTTP " + std::to_string(result.status) + ": " + outside::words(result.body, 500));
    }
    return outcome_of(result, effect);
  }

  static Outcome refusal(const Message& message, const canonical::LabelRequest& request,
                         const std::string& code, const std::string& reason) {
    const canonical::Refusal out{request.shipment.id, request.shipment.order_id, code, reason, {}};
    return Outcome::rejected(reason).emitting(
        answer_to(message, canonical::kLabelRefused, out,
                  "refused:" + request.shipment.id + ":" + std::to_string(message.attempt)));
  }

  Outcome take_back(const Message& message) const {
    auto answer = read_entity<canonical::LabelVoid>(message);
    const auto result =
        http_.deliver(kVoid, "PUT", "/v1/labels/" + answer.label_ref + "/void", {}, {});
    if (!result.ok()) {
      return outcome_of(result, HttpEffect::read);  // voiding twice voids once
    }
    // A void that is not granted is said in a 200.
    const auto body = outside::parse(result.body);
    const auto* approved = body ? outside::member(*body, "approved") : nullptr;
    answer.approved = approved != nullptr && approved->is_bool() && approved->get_bool();
    if (body && outside::text(*body, "reason_code") == "label_already_voided") {
      answer.approved = true;
    }
    answer.reason = body ? outside::text(*body, "message") : std::string();
    return Outcome::done().emitting(
        answer_to(message, canonical::kLabelVoided, answer, "voided:" + answer.label_ref));
  }

  // Why a webhook is not believed: an HTTP status and words; {0, ""} when it is.
  std::pair<int, std::string> distrust(const WebhookRequest& request) {
    const std::string key_id(request.header("x-shipengine-rsa-sha256-key-id"));
    const auto signature = request.header("x-shipengine-rsa-sha256-signature");
    const std::string timestamp(request.header("x-shipengine-timestamp"));
    if (key_id.empty() || signature.empty() || timestamp.empty()) {
      return {404, "nothing here"};  // do not show an unsigned caller what this is
    }
    const auto at = canonical::parse_instant(timestamp);
    const auto tolerance = std::chrono::nanoseconds(config_.webhook_tolerance).count();
    if (!at || std::abs(host_.now_ns() - at->ns) > tolerance) {
      return {400, "the timestamp is too far from now"};
    }
    const auto keys = keys_for(key_id);
    if (!keys) {
      return {503, "the keys to verify this with are not at hand; send it again"};
    }
    if (!keys->verifies(key_id, signature, timestamp + "." + request.body)) {
      return {401, "the signature does not fit"};
    }
    return {0, ""};
  }

  std::shared_ptr<const KeySet> keys_for(const std::string& key_id) {
    const std::lock_guard lock(mutex_);
    const auto now = host_.now_ns();
    if ((keys_ && keys_->has(key_id)) || (keys_at_ns_ != 0 && now - keys_at_ns_ < kKeysEveryNs)) {
      return keys_;
    }
    keys_at_ns_ = now;
    // Not for long: the caller waits.
    const auto result = http_.request({.operation = kKeys, .wait = kKeysWait}, "GET", "/jwks");
    if (result.ok()) {
      try {
        keys_ = std::make_shared<KeySet>(KeySet::parse(result.body));
      } catch (const std::exception& fault) {
        host_.log(Level::error, std::string("webhook keys: ") + fault.what());
      }
    } else {
      host_.log(Level::error, "webhook keys cannot be fetched: " + result.detail);
    }
    return keys_;
  }

  Host host_;
  Config config_;
  PacedHttp http_;
  std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;
  std::int64_t keys_at_ns_ = 0;
};

}  // namespace
}  // namespace crossdock::carrier

CROSSDOCK_CONNECTOR(crossdock::carrier::ShipEngine, crossdock::carrier::config_schema)
