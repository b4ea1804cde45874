// The host that a connector meets while it is judged: the C table of abi.h with every rule of the
// contract checked at every call, and with manners that a real host has on bad days.
//
// Threads: the functions of this class are called by the trial's main thread unless marked; the
// connector may call the table from any.
#pragma once

#include <crossdock/abi.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sdk/conformance/launch.hpp"
#include "sdk/plugin/manifest.hpp"

namespace crossdock::trial {

using conformance::Launch;

inline xd_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }

// An opened library and what its manifest says.
struct Plugin {
  const xd_plugin_table_v0* table = nullptr;
  plugin::Manifest manifest;

  template <class Extension>
  const Extension* extension(const char* name) const {
    return table->extension == nullptr ? nullptr
                                       : static_cast<const Extension*>(table->extension(name));
  }
};

struct Manners {
  std::int64_t credit = INT64_MAX;        // messages that emit takes before it says XD_AGAIN
  std::chrono::milliseconds slowness{0};  // of every emit and complete
  bool accepts = true;                    // says accepted() for what it took
  bool newer = false;  // a later minor: longer structs, a name for everything unknown
  bool bare = false;   // no extensions
};

struct Emitted {
  std::string type;
  std::string idempotency_key;
  std::string business_key;
  std::string data;
};

struct Completed {
  xd_outcome_kind kind = 0;  // 0: not completed in time
  std::string reason;
};

// A message as it is delivered; owns its texts.
struct Delivery {
  std::string id, type, subject, business_key, idempotency_key, data;
  std::uint32_t attempt = 1;
};

class Host {
 public:
  Host(const Plugin& plugin, const Launch& launch, Manners manners = {});
  ~Host();  // stops and destroys what is still there
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Calls into the library; an exception that comes out is a fault. Each says its phase.
  bool create(const std::string& configuration);  // false: refused, reason() says why
  bool start();
  void stop();
  void destroy();
  const std::string& reason() const { return reason_; }
  xd_instance* instance() const { return instance_; }  // for extensions that have no function here

  // Delivers in one call. The tokens, or nothing where it said no.
  std::vector<std::uint64_t> deliver(const std::vector<Delivery>& messages);
  // Whether find() was there and the answer: true found, and then completed.
  std::optional<bool> find(const Delivery& message, std::uint64_t& token);
  Completed wait(std::uint64_t token);  // as long as the launch has patience
  Completed wait(std::uint64_t token, std::chrono::milliseconds patience);
  // [poll] One poll from the cursor that was reached.
  Completed poll();
  // Polls until one emits nothing new and is done, or 20 times.
  Completed poll_all();
  void accept(std::uint64_t tag);

  void set_credit(std::int64_t messages);
  std::vector<Emitted> emitted() const;
  std::set<std::string> emitted_keys() const;
  std::string cursor() const;
  void set_cursor(std::string cursor);
  // Says what the state is now, for a process that goes on from here.
  void tell_state() const;
  // How long the longest call of deliver took.
  std::chrono::milliseconds longest_deliver() const { return longest_deliver_; }

 private:
  static Host& of(void* self) { return *static_cast<Host*>(self); }
  xd_status take(const xd_batch* batch);
  xd_status complete(const xd_outcome* outcomes, std::size_t count);
  void log(std::int32_t level, xd_bytes text);
  const void* extension(const char* name);
  static xd_status read_state(void* self, xd_bytes key, void* reader,
                              void (*found)(void*, xd_bytes));

  bool alive(const char* function);
  void check_message(const xd_message& message, const char* where);
  void check_bytes(xd_bytes bytes, const std::string& where);
  void keep_secret(std::string_view text, const char* where);
  using State = std::map<std::string, std::string, std::less<>>;
  static void tell(const State& state);
  void apply(const xd_state_change* changes, std::size_t count, State& state);
  void say_accepted();

  const Plugin& plugin_;
  const Launch& launch_;
  Manners manners_;
  // The table with room behind it, so that a newer host can be played.
  struct {
    xd_host_v0 table{};
    char later[64] = {};
  } host_;
  xd_instance* instance_ = nullptr;
  std::chrono::seconds patience_;
  std::string reason_;
  std::chrono::milliseconds longest_deliver_{0};
  std::atomic<bool> destroyed_{false};

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::int64_t credit_;
  std::uint64_t tokens_ = 0;
  std::set<std::uint64_t> out_;
  std::map<std::uint64_t, Completed> completed_;
  std::map<std::uint64_t, bool> found_;
  std::vector<Emitted> emitted_;
  State state_;
  std::string cursor_;
  struct ToAccept {
    std::uint64_t tag = 0;
    State state;  // as it is durable with it
    bool changed = false;
  };
  std::deque<ToAccept> to_accept_;
  bool stopping_ = false;
  std::thread acceptor_;
};

}  // namespace crossdock::trial
