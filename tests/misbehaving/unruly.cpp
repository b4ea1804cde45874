// A connector that does what none should, as its configuration says.
#include <pthread.h>
#include <unistd.h>

#include <crossdock/connector.hpp>
#include <cstdlib>

namespace {

struct Config {
  std::string fault;
};

const auto& config_schema() {
  using namespace crossdock;
  static const auto kSchema = schema<Config>(field("fault", &Config::fault));
  return kSchema;
}

#ifdef UNRULY_STATIC_CONSTRUCTOR
// A worker has an empty environment; the build, which loads the library once, has not.
struct Aborts {
  Aborts() {
    if (std::getenv("PATH") == nullptr) {
      std::abort();
    }
  }
} aborts;
#endif

class Unruly final : public crossdock::Connector {
 public:
  Unruly(crossdock::Host host, const Config& config) : host_(std::move(host)), config_(config) {}

  void start() override {
    if (config_.fault == "cannot_start") {
      throw std::runtime_error("the outside system has moved away");
    }
    if (config_.fault == "mumbles") {
      host_.log(crossdock::Level::error, "caf\xE9 in the log");
      throw std::runtime_error("the caf\xE9 is closed");  // Latin-1
    }
  }

  crossdock::Outcome deliver(const crossdock::Message&) override {
    if (config_.fault == "throws") {
      throw 42;
    }
    if (config_.fault == "crashes") {
      *static_cast<volatile int*>(nullptr) = 1;
    }
    if (config_.fault == "exits") {
      std::_Exit(3);
    }
    if (config_.fault == "hangs") {
      for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
      }
    }
    if (config_.fault == "burns") {
      for (volatile bool burning = true; burning;) {
      }
    }
    if (config_.fault == "threads") {
      pthread_attr_t small;
      pthread_attr_init(&small);
      pthread_attr_setstacksize(&small, 64 << 10);
      for (int i = 0; i < 1500; ++i) {
        pthread_t one{};
        pthread_create(
            &one, &small,
            [](void*) -> void* {
              for (;;) {
                ::pause();
              }
            },
            nullptr);
      }
      for (;;) {
        ::pause();
      }
    }
    if (config_.fault == "leaks") {
      for (;;) {
        auto* lost = static_cast<volatile char*>(std::malloc(1 << 20));
        if (lost == nullptr) {
          std::abort();
        }
        for (int i = 0; i < (1 << 20); i += 4096) {
          lost[i] = 1;
        }
      }
    }
    return crossdock::Outcome::done();
  }

  crossdock::Outcome poll(const crossdock::Cursor&) override {
    // Never waits for credit, never ends.
    for (std::int64_t i = 0; config_.fault == "floods" && !host_.stopping(); ++i) {
      crossdock::Batch batch;
      for (int j = 0; j < 100; ++j) {
        crossdock::Message message;
        message.type = "crossdock.tracking.event.scanned.v1";
        message.idempotency_key = std::to_string(i) + "/" + std::to_string(j);
        message.data = std::string(10'000, 'x');  // and what it sends is not even JSON
        batch.messages.push_back(std::move(message));
      }
      (void)host_.emit(batch, std::chrono::milliseconds(0));
    }
    return crossdock::Outcome::done();
  }

 private:
  crossdock::Host host_;
  Config config_;
};

}  // namespace

CROSSDOCK_CONNECTOR(Unruly, config_schema)
