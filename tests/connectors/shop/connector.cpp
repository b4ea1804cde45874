// A shop for tests of accounts: writes what it gets to an HTTP API that counts requests, with an
// access token where it is told to, and reads orders there in bulk.
#include <crossdock/connector.hpp>
#include <crossdock/paced_http.hpp>
#include <crossdock/token.hpp>

namespace {

using namespace crossdock;

struct Config {
  std::string url;
  bool token = false;
  std::int64_t reads = 0;  // requests of one poll
  std::string target;      // who gets the catalogue below
  std::int64_t products = 0;
};

const auto& config_schema() {
  static const auto kSchema =
      schema<Config>(field("url", &Config::url).required(), field("token", &Config::token),
                     field("reads", &Config::reads), field("target", &Config::target),
                     field("products", &Config::products));
  return kSchema;
}

class Shop final : public Connector {
 public:
  Shop(Host host, const Config& config)
      : host_(std::move(host)), config_(config), http_(host_, {.base_url = config.url}) {}

  // Asking for something from start is allowed.
  void start() override {
    if (config_.token) {
      if (const auto token = access_token(host_); !token) {
        host_.log(Level::warning, "no token yet: " + token.reason);
      }
    }
  }

  Outcome deliver(const Message& message) override {
    const auto answer = authorised([&](const Headers& headers) {
      return http_.deliver("write", "PUT", "/items/" + message.subject, message.data,
                           "application/json", headers);
    });
    return answer.failure == HttpFailure::held ? Outcome::throttled(answer.detail, answer.held_for)
                                               : outcome_of(answer, HttpEffect::read);
  }

  Outcome poll(const Cursor& cursor) override {
    if (config_.products > 0 && cursor.value().empty()) {
      return emit_catalogue();
    }
    for (std::int64_t i = 0; i < config_.reads && !host_.stopping(); ++i) {
      const Spend spend{.operation = "read", .priority = Priority::bulk};
      const auto answer = authorised([&](const Headers& headers) {
        return http_.request(spend, "GET", "/orders", {}, {}, headers);
      });
      if (!answer.ok()) {
        return outcome_of(answer, HttpEffect::read);
      }
    }
    return Outcome::done();
  }

 private:
  // With a token, and with another one where it was refused.
  template <class Request>
  HttpResult authorised(const Request& request) const {
    if (!config_.token) {
      return request(Headers{});
    }
    auto token = access_token(host_);
    HttpResult answer;
    for (int i = 0; i < 2; ++i) {
      if (!token) {
        answer.failure = HttpFailure::held;
        answer.held_for = std::chrono::milliseconds(200);
        answer.detail = token.reason;
        return answer;
      }
      answer = request({{"Authorization", "Bearer " + token.value.reveal()}});
      if (answer.status != 401) {
        break;
      }
      token = access_token(host_, token.value.reveal());
    }
    return answer;
  }

  // A catalogue, and a moment later the word that something is gone.
  Outcome emit_catalogue() {
    Batch batch;
    for (std::int64_t i = 0; i < config_.products; ++i) {
      const auto sku = "P-" + std::to_string(i);
      batch.messages.push_back(
          message("crossdock.catalog.product.upserted.v1", sku, R"({"sku":")" + sku + R"("})"));
    }
    if (!host_.emit(batch)) {
      return Outcome::retry("no credit");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    Batch gone;
    gone.messages.push_back(
        message("crossdock.inventory.availability.changed.v1", "GONE",
                R"({"sku":"GONE","channel":"north","scope":"group","available_to_sell":)"
                R"({"value":"0","uom":"EA"},"provenance":"computed",)"
                R"("as_of":"2026-01-01T00:00:00Z","rev":1})"));
    gone.cursor = "emitted";
    return host_.emit(gone) ? Outcome::done() : Outcome::retry("no credit");
  }

  Message message(const std::string& type, const std::string& sku, std::string data) const {
    Message out;
    out.type = type;
    out.target = config_.target;
    out.subject = sku;
    out.business_key = type + ":" + sku;
    out.idempotency_key = type + "/" + sku;
    out.data = std::move(data);
    return out;
  }

  Host host_;
  Config config_;
  PacedHttp http_;
};

}  // namespace

CROSSDOCK_CONNECTOR(Shop, config_schema)
