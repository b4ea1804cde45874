// A host for unit tests of connectors: drives one through its C table, keeps all that it says, and
// has a clock that moves only when told.
//
//   RecordingHost host(xd_plugin_v0(), R"({"url": "http://127.0.0.1:1"})");
//   host.start();
//   const auto outcome = host.deliver(message);
//   EXPECT_EQ(outcome.kind, XD_DONE);
//
// One test thread drives it; the connector may answer from any thread.
#pragma once

#include <crossdock/ext/budget.h>
#include <crossdock/ext/clock.h>
#include <crossdock/ext/config.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/state.h>
#include <crossdock/ext/token.h>
#include <crossdock/ext/webhook.h>

#include <chrono>
#include <condition_variable>
#include <crossdock/convert.hpp>
#include <map>
#include <mutex>
#include <stdexcept>

namespace crossdock::testing {

// An outcome as the host got it.
struct Recorded {
  xd_outcome_kind kind = 0;  // 0: not answered in time
  std::string reason;
  std::string reference;
  std::int64_t retry_after_ns = 0;
  std::vector<Message> messages;
  std::vector<StateChange> state;
  Evidence evidence;
};

class RecordingHost {
 public:
  // Throws std::runtime_error with the connector's reason when it refuses its configuration.
  RecordingHost(const xd_plugin_table_v0* plugin, const std::string& configuration)
      : plugin_(plugin) {
    host_.struct_size = sizeof host_;
    host_.minor = XD_ABI_MINOR;
    host_.context = this;
    host_.emit = [](void* self, const xd_batch* batch) { return of(self).take(*batch); };
    host_.complete = [](void* self, const xd_outcome* outcomes, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        of(self).complete(*xd_outcome_at(outcomes, i));
      }
      return xd_status{XD_OK};
    };
    host_.log = [](void* self, std::int32_t level, xd_bytes text) {
      const std::lock_guard lock(of(self).mutex_);
      of(self).log_lines.push_back(std::to_string(level) + " " + detail::copy(text));
    };
    host_.extension = [](void*, const char* name) -> const void* {
      static const xd_state_v1 kState = {&RecordingHost::read_state};
      static const xd_clock_v1 kClock = {[](void* self) { return of(self).now_ns; }};
      static const xd_budget_v1 kBudget = {&RecordingHost::take_budget,
                                           &RecordingHost::learn_budget};
      static const xd_token_v1 kToken = {&RecordingHost::give_token};
      const std::string_view wanted = name;
      return wanted == XD_EXT_BUDGET  ? static_cast<const void*>(&kBudget)
             : wanted == XD_EXT_TOKEN ? static_cast<const void*>(&kToken)
             : wanted == XD_EXT_STATE ? static_cast<const void*>(&kState)
             : wanted == XD_EXT_CLOCK ? static_cast<const void*>(&kClock)
                                      : nullptr;
    };
    std::string reason;
    const xd_error_sink sink = error_sink(reason);
    instance_ = plugin_->create(&host_, detail::bytes(configuration), &sink);
    if (instance_ == nullptr) {
      throw std::runtime_error(reason);
    }
  }
  ~RecordingHost() {
    plugin_->stop(instance_);
    plugin_->destroy(instance_);
  }
  RecordingHost(const RecordingHost&) = delete;
  RecordingHost& operator=(const RecordingHost&) = delete;

  // Throws with the connector's reason when it cannot start.
  void start() {
    std::string reason;
    const xd_error_sink sink = error_sink(reason);
    if (plugin_->start(instance_, &sink) != XD_OK) {
      throw std::runtime_error(reason);
    }
  }
  void stop() { plugin_->stop(instance_); }

  Recorded deliver(const Message& message) {
    const auto token = next_token();
    auto out = detail::to_abi(message);
    out.token = token;
    plugin_->deliver(instance_, &out, 1);
    return wait_for(token);
  }

  // Nothing when the connector did not find it.
  std::optional<Recorded> find(const Message& message) {
    const auto* extension = static_cast<const xd_find_v1*>(plugin_->extension(XD_EXT_FIND));
    const auto token = next_token();
    auto out = detail::to_abi(message);
    out.token = token;
    extension->find(instance_, &out, this, [](void* self, std::uint64_t missing) {
      xd_outcome nothing{};
      nothing.token = missing;
      nothing.kind = kNotFound;
      of(self).complete(nothing);
    });
    auto recorded = wait_for(token);
    return recorded.kind == kNotFound ? std::nullopt : std::optional(std::move(recorded));
  }

  // Polls from the cursor that the last batch carried.
  Recorded poll() {
    const auto* extension = static_cast<const xd_poll_v1*>(plugin_->extension(XD_EXT_POLL));
    xd_outcome outcome{};
    outcome.struct_size = sizeof outcome;
    Recorded out;
    const xd_error_sink sink = error_sink(out.reason);
    const std::string from = cursor;
    extension->poll(instance_, detail::bytes(from), &outcome, &sink);
    out.kind = outcome.kind;
    out.retry_after_ns = outcome.retry_after_ns;
    return out;
  }

  WebhookAnswer webhook(const WebhookRequest& request) {
    const auto* extension = static_cast<const xd_webhook_v1*>(plugin_->extension(XD_EXT_WEBHOOK));
    const auto headers = detail::to_abi(request.headers);
    xd_webhook_request in{};
    in.struct_size = sizeof in;
    in.method = detail::bytes(request.method);
    in.path = detail::bytes(request.path);
    in.query = detail::bytes(request.query);
    in.headers = headers.data();
    in.header_count = static_cast<std::uint32_t>(headers.size());
    in.body = detail::bytes(request.body);
    WebhookAnswer out;
    extension->handle(instance_, &in, &out, [](void* into, const xd_webhook_answer* answer) {
      auto& given = *static_cast<WebhookAnswer*>(into);
      given.status = answer->status;
      given.body = detail::copy(answer->body);
      given.messages = messages_of(answer->messages, answer->message_count);
    });
    return out;
  }

  // Everything emitted, in order, and what the connector keeps.
  std::vector<Message> emitted;
  std::map<std::string, std::string, std::less<>> state;
  std::string cursor;
  std::vector<std::string> log_lines;  // "LEVEL TEXT"
  std::int64_t now_ns = 1'700'000'000'000'000'000;
  bool has_credit = true;  // false: emit answers XD_AGAIN
  // The account: which operations were asked for, and which answers were told of ("ID refused").
  bool has_room = true;  // false: there is no leave, but in room_in_ns
  std::int64_t room_in_ns = 1'000'000'000;
  std::vector<std::string> taken;
  std::vector<std::string> learnt;
  std::string access_token;  // given to who asks; empty: there is none
  std::vector<std::string> refused_tokens;

 private:
  static constexpr xd_outcome_kind kNotFound = -1;

  static RecordingHost& of(void* self) { return *static_cast<RecordingHost*>(self); }
  static xd_error_sink error_sink(std::string& into) {
    return {&into, [](void* reason, xd_bytes text) {
              *static_cast<std::string*>(reason) = detail::copy(text);
            }};
  }
  static std::vector<Message> messages_of(const xd_message* messages, std::size_t count) {
    std::vector<Message> out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(detail::from_abi(*xd_message_at(messages, i)));
    }
    return out;
  }
  static std::vector<StateChange> changes_of(const xd_state_change* changes, std::size_t count) {
    std::vector<StateChange> out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(
          {detail::copy(changes[i].key),
           changes[i].erase != 0 ? std::nullopt : std::optional(detail::copy(changes[i].value))});
    }
    return out;
  }

  std::uint64_t next_token() {
    const std::lock_guard lock(mutex_);
    return ++tokens_;
  }

  void apply(const std::vector<StateChange>& changes) {
    for (const auto& change : changes) {
      if (change.value) {
        state[change.key] = *change.value;
      } else {
        state.erase(change.key);
      }
    }
  }

  xd_status take(const xd_batch& batch) {
    {
      const std::lock_guard lock(mutex_);
      if (!has_credit) {
        return XD_AGAIN;
      }
      for (auto& message : messages_of(batch.messages, batch.message_count)) {
        emitted.push_back(std::move(message));
      }
      if (batch.has_cursor != 0) {
        cursor = detail::copy(batch.cursor);
      }
      apply(changes_of(batch.state, batch.state_count));
    }
    if (plugin_->accepted != nullptr && batch.tag != 0) {
      plugin_->accepted(instance_, batch.tag);  // durable at once
    }
    return XD_OK;
  }

  void complete(const xd_outcome& outcome) {
    Recorded out;
    out.kind = outcome.kind;
    out.reason = detail::copy(outcome.reason);
    out.reference = detail::copy(outcome.reference);
    out.retry_after_ns = outcome.retry_after_ns;
    out.messages = messages_of(outcome.messages, outcome.message_count);
    out.state = changes_of(outcome.state, outcome.state_count);
    out.evidence = {detail::copy(outcome.evidence_request), detail::copy(outcome.evidence_answer)};
    {
      const std::lock_guard lock(mutex_);
      apply(out.state);
      for (const auto& message : out.messages) {
        emitted.push_back(message);
      }
      outcomes_[outcome.token] = std::move(out);
    }
    wake_.notify_all();
  }

  Recorded wait_for(std::uint64_t token) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::seconds(30), [&] { return outcomes_.contains(token); });
    const auto found = outcomes_.find(token);
    return found == outcomes_.end() ? Recorded{} : found->second;
  }

  static void say(const xd_error_sink* error, std::string_view words) {
    if (error != nullptr) {
      error->set(error->context, detail::bytes(words));
    }
  }
  static xd_status take_budget(void* self, const xd_spend* spend, std::uint64_t* ticket,
                               std::int64_t* retry_after_ns, const xd_error_sink* error) {
    auto& host = of(self);
    const std::lock_guard lock(host.mutex_);
    if (!host.has_room) {
      *retry_after_ns = host.room_in_ns;
      say(error, "the account has no room for it in time");
      return XD_AGAIN;
    }
    host.taken.push_back(detail::copy(spend->operation));
    *ticket = host.taken.size();
    return XD_OK;
  }
  static xd_status learn_budget(void* self, const xd_spent* spent) {
    auto& host = of(self);
    const std::lock_guard lock(host.mutex_);
    host.learnt.push_back(
        (spent->ticket != 0 ? std::to_string(spent->ticket) : detail::copy(spent->operation)) +
        (spent->refused != 0 ? " refused" : ""));
    return XD_OK;
  }
  static xd_status give_token(void* self, xd_bytes refused, std::int64_t, void* reader,
                              void (*found)(void*, xd_bytes, std::int64_t),
                              const xd_error_sink* error) {
    auto& host = of(self);
    std::string token;
    {
      const std::lock_guard lock(host.mutex_);
      if (refused.size > 0) {
        host.refused_tokens.push_back(detail::copy(refused));
      }
      token = host.access_token;
    }
    if (token.empty()) {
      say(error, "there is no token");
      return XD_FAILED;
    }
    found(reader, detail::bytes(token), 0);
    return XD_OK;
  }

  static xd_status read_state(void* self, xd_bytes key, void* reader,
                              void (*found)(void*, xd_bytes)) {
    std::string value;
    {
      const std::lock_guard lock(of(self).mutex_);
      const auto entry = of(self).state.find(detail::text(key));
      if (entry == of(self).state.end()) {
        return XD_MISSING;
      }
      value = entry->second;
    }
    found(reader, detail::bytes(value));
    return XD_OK;
  }

  const xd_plugin_table_v0* plugin_;
  xd_host_v0 host_{};
  xd_instance* instance_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::uint64_t tokens_ = 0;
  std::map<std::uint64_t, Recorded> outcomes_;
};

}  // namespace crossdock::testing
