// A sink for tests and benchmarks: takes a given time per message, and writes down what it got, one
// line "KEY NUMBER EMITTED_NS DELIVERED_NS" each. After an outcome in doubt it looks there.
#include <fcntl.h>
#include <unistd.h>

#include <crossdock/connector.hpp>
#include <fstream>

namespace {

struct Config {
  std::string record;
  std::chrono::milliseconds work{0};
};

const auto& config_schema() {
  using namespace crossdock;
  static const auto kSchema =
      schema<Config>(field("record", &Config::record), field("work", &Config::work));
  return kSchema;
}

class Sink final : public crossdock::Connector {
 public:
  Sink(crossdock::Host host, const Config& config) : host_(std::move(host)), config_(config) {
    if (!config_.record.empty()) {
      record_ = ::open(config_.record.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
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

  std::optional<crossdock::Outcome> find(const crossdock::Message& message) override {
    std::ifstream in(config_.record);
    const std::string begin = message.business_key + " " + message.subject + " ";
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with(begin)) {
        return crossdock::Outcome::done();
      }
    }
    return std::nullopt;
  }

 private:
  crossdock::Host host_;
  Config config_;
  int record_ = -1;
};

}  // namespace

CROSSDOCK_CONNECTOR(Sink, config_schema)
