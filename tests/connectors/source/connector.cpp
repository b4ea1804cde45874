// A source for tests and benchmarks: emits numbered tracking events to one connector, as many as it
// is told, in batches, over a given number of business keys.
#include <crossdock/connector.hpp>
#include <fstream>
#include <map>
#include <mutex>

namespace {

struct Config {
  std::string target;
  std::int64_t count = 100;
  std::int64_t keys = 10;
  std::int64_t batch = 100;
  std::int64_t bytes = 0;  // of padding in each message
  std::int64_t pause_us = 0;
  std::string record;
};

const auto& config_schema() {
  using namespace crossdock;
  static const auto kSchema = schema<Config>(
      field("target", &Config::target).required(), field("count", &Config::count),
      field("keys", &Config::keys), field("batch", &Config::batch), field("bytes", &Config::bytes),
      field("pause_us", &Config::pause_us), field("record", &Config::record));
  return kSchema;
}

class Source final : public crossdock::Connector {
 public:
  Source(crossdock::Host host, const Config& config)
      : host_(std::move(host)),
        config_(config),
        padding_(static_cast<std::size_t>(config.bytes), 'x') {
    if (!config_.record.empty()) {
      record_.open(config_.record, std::ios::app);
    }
  }

  crossdock::Outcome poll(const crossdock::Cursor& cursor) override {
    std::int64_t next = cursor.value().empty() ? 0 : std::stoll(cursor.value());
    while (next < config_.count && !host_.stopping()) {
      crossdock::Batch batch;
      for (std::int64_t i = 0; i < config_.batch && next < config_.count; ++i, ++next) {
        batch.messages.push_back(message(next));
      }
      batch.cursor = std::to_string(next);
      if (record_.is_open()) {
        batch.tag = static_cast<std::uint64_t>(next);
        const std::lock_guard lock(mutex_);
        emitted_[batch.tag] = host_.now_ns();
      }
      if (!host_.emit(batch)) {
        return crossdock::Outcome::retry("no credit");
      }
      if (config_.pause_us > 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(config_.pause_us));
      }
    }
    return crossdock::Outcome::done();
  }

  void accepted(std::uint64_t tag) override {
    const std::lock_guard lock(mutex_);
    const auto found = emitted_.find(tag);
    if (found != emitted_.end()) {
      record_ << host_.now_ns() - found->second << '\n' << std::flush;
      emitted_.erase(found);
    }
  }

 private:
  crossdock::Message message(std::int64_t number) const {
    crossdock::Message out;
    out.type = "crossdock.tracking.event.scanned.v1";
    out.target = config_.target;
    out.business_key = "key:" + std::to_string(number % config_.keys);
    out.idempotency_key = "event:" + std::to_string(number);
    out.subject = std::to_string(number);
    out.occurred_at_ns = host_.now_ns();
    out.data =
        R"({"tracking_no":")" + std::to_string(number) +
        R"(","code":"in_transit","carrier_code_raw":"IT","occurred_at":"2026-01-01T00:00:00Z")" +
        (padding_.empty() ? "" : R"(,"description":")" + padding_ + "\"") + "}";
    return out;
  }

  crossdock::Host host_;
  Config config_;
  std::string padding_;
  std::mutex mutex_;
  std::ofstream record_;
  std::map<std::uint64_t, std::int64_t> emitted_;
};

}  // namespace

CROSSDOCK_CONNECTOR(Source, config_schema)
