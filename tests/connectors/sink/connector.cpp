// A sink for tests and benchmarks: takes a given time per message, and writes down what it got, one
// line "KEY NUMBER EMITTED_NS DELIVERED_NS" each. After an outcome in doubt it looks there.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <crossdock/connector.hpp>
#include <mutex>
#include <thread>

namespace {

struct Config {
  std::string record;
  std::chrono::milliseconds work{0};
  std::chrono::milliseconds start{0};  // how long it takes to start
};

const auto& config_schema() {
  using namespace crossdock;
  static const auto kSchema =
      schema<Config>(field("record", &Config::record), field("work", &Config::work),
                     field("start", &Config::start));
  return kSchema;
}

class Sink final : public crossdock::Connector {
 public:
  Sink(crossdock::Host host, const Config& config) : host_(std::move(host)), config_(config) {
    if (!config_.record.empty()) {
      record_ = ::open(config_.record.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
  }
  ~Sink() override {
    if (record_ >= 0) {
      ::close(record_);
    }
  }

  crossdock::Outcome deliver(const crossdock::Message& message) override {
    if (config_.work.count() > 0) {
      std::this_thread::sleep_for(config_.work);
    }
    if (record_ >= 0) {
      const std::string line = message.business_key + " " + message.subject + " " +
                               std::to_string(message.occurred_at_ns) + " " +
                               std::to_string(host_.now_ns()) + "\n";
      if (::write(record_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        return crossdock::Outcome::retry("the record cannot be written");
      }
    }
    return crossdock::Outcome::done();
  }

  void start() override { std::this_thread::sleep_for(config_.start); }

  // What was there when it looked last is not read again: records of campaigns grow long.
  std::optional<crossdock::Outcome> find(const crossdock::Message& message) override {
    const std::lock_guard lock(mutex_);
    char buffer[1 << 16];
    for (ssize_t got = 0; (got = ::pread(record_, buffer, sizeof buffer,
                                         static_cast<off_t>(known_.size() - 1))) > 0;) {
      known_.append(buffer, static_cast<std::size_t>(got));
    }
    const std::string begin = "\n" + message.business_key + " " + message.subject + " ";
    return ::memmem(known_.data(), known_.size(), begin.data(), begin.size()) == nullptr
               ? std::nullopt
               : std::optional(crossdock::Outcome::done());
  }

 private:
  crossdock::Host host_;
  Config config_;
  int record_ = -1;
  std::mutex mutex_;
  std::string known_ = "\n";  // of the record, behind a line's end that is not in it
};

}  // namespace

CROSSDOCK_CONNECTOR(Sink, config_schema)
