#include "sdk/conformance/trial/host.hpp"

#include <crossdock/ext/clock.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/state.h>

#include <algorithm>
#include <crossdock/canonical/instant.hpp>
#include <cstddef>
#include <cstring>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "sdk/conformance/trial/answers.hpp"

namespace crossdock::trial {
namespace {

using std::chrono::steady_clock;

// Of the first release; a plugin that was built against it is never refused for its size.
constexpr std::size_t kFirstMessage =
    offsetof(xd_message, original_type) + sizeof(xd_message::original_type);
constexpr std::size_t kFirstBatch = offsetof(xd_batch, tag) + sizeof(xd_batch::tag);
constexpr std::size_t kFirstOutcome =
    offsetof(xd_outcome, message_count) + sizeof(xd_outcome::message_count);
constexpr std::size_t kMostAttribute = 1024;
constexpr std::size_t kMostItems = 4096;
// What is appended to a message by a host of a later minor.
constexpr std::size_t kLater = 64;

std::string_view view(xd_bytes bytes) {
  return bytes.size == 0 || bytes.data == nullptr ? std::string_view()
                                                  : std::string_view(bytes.data, bytes.size);
}

struct Reason {
  std::string text;
  xd_error_sink sink{this, [](void* self, xd_bytes words) {
                       static_cast<Reason*>(self)->text = view(words).substr(0, 4096);
                     }};
};

// Every call into the library goes through here.
template <class Call>
bool guarded(const char* what, const Call& call) {
  const Inside inside(what);
  try {
    call();
    return true;
  } catch (const std::exception& thrown) {
    fault(std::string(what) + " let an exception out: " + thrown.what());
  } catch (...) {
    fault(std::string(what) + " let an exception out that is no std::exception");
  }
  return false;
}

}  // namespace

Host::Host(const Plugin& plugin, const Launch& launch, Manners manners)
    : plugin_(plugin),
      launch_(launch),
      manners_(manners),
      patience_(launch.patience_s),
      credit_(manners.credit),
      cursor_(launch.cursor) {
  state_.insert(launch.state.begin(), launch.state.end());
  auto& table = host_.table;
  table.struct_size = sizeof table + (manners_.newer ? sizeof host_.later : 0);
  table.minor = manners_.newer ? 99 : XD_ABI_MINOR;
  std::memset(host_.later, 0x7f, sizeof host_.later);
  table.context = this;
  table.emit = [](void* self, const xd_batch* batch) { return of(self).take(batch); };
  table.complete = [](void* self, const xd_outcome* outcomes, std::size_t count) {
    return of(self).complete(outcomes, count);
  };
  table.log = [](void* self, std::int32_t level, xd_bytes text) { of(self).log(level, text); };
  table.extension = [](void* self, const char* name) { return of(self).extension(name); };
  acceptor_ = std::thread([this] { say_accepted(); });
}

Host::~Host() {
  if (instance_ != nullptr) {
    stop();
    destroy();
  }
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  acceptor_.join();
}

bool Host::create(const std::string& configuration) {
  Reason error;
  guarded("create", [&] {
    instance_ = plugin_.table->create(&host_.table, bytes(configuration), &error.sink);
  });
  reason_ = error.text;
  if (instance_ == nullptr && reason_.empty()) {
    fault("create returned nothing and gave no reason");
  }
  keep_secret(reason_, "the reason of create");
  return instance_ != nullptr;
}

bool Host::start() {
  Reason error;
  xd_status status = XD_FAILED;
  guarded("start", [&] { status = plugin_.table->start(instance_, &error.sink); });
  reason_ = error.text;
  if (status != XD_OK && reason_.empty()) {
    fault("start said " + std::to_string(status) + " and gave no reason");
  }
  keep_secret(reason_, "the reason of start");
  return status == XD_OK;
}

void Host::stop() {
  const auto since = steady_clock::now();
  guarded("stop", [&] { plugin_.table->stop(instance_); });
  if (steady_clock::now() - since > patience_) {
    fault("stop took longer than " + std::to_string(patience_.count()) + " s");
  }
  const std::lock_guard lock(mutex_);
  out_.clear();  // what was not completed counts as unknown
}

void Host::destroy() {
  // What was accepted has been said before.
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return to_accept_.empty(); });
    to_accept_.clear();
  }
  guarded("destroy", [&] { plugin_.table->destroy(instance_); });
  instance_ = nullptr;
  destroyed_ = true;
}

std::vector<std::uint64_t> Host::deliver(const std::vector<Delivery>& messages) {
  const std::size_t stride = sizeof(xd_message) + (manners_.newer ? kLater : 0);
  std::vector<std::max_align_t> room((stride * messages.size() + sizeof(std::max_align_t)) /
                                     sizeof(std::max_align_t));
  std::memset(static_cast<void*>(room.data()), 0x7f, room.size() * sizeof(std::max_align_t));
  std::vector<std::uint64_t> tokens;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& m = messages[i];
    auto* out = new (reinterpret_cast<char*>(room.data()) + i * stride) xd_message{};
    out->struct_size = static_cast<std::uint32_t>(stride);
    out->attempt = m.attempt;
    {
      const std::lock_guard lock(mutex_);
      out->token = ++tokens_;
      out_.insert(out->token);
    }
    tokens.push_back(out->token);
    out->id = bytes(m.id);
    out->type = bytes(m.type);
    out->source = bytes("conformance");
    out->subject = bytes(m.subject);
    out->correlation_id = bytes(m.id);
    out->idempotency_key = bytes(m.idempotency_key);
    out->business_key = bytes(m.business_key);
    out->occurred_at_ns = out->observed_at_ns = out->recorded_at_ns = canonical::now().ns;
    out->data = bytes(m.data);
  }
  xd_status status = XD_FAILED;
  const auto since = steady_clock::now();
  const bool returned = guarded("deliver", [&] {
    status = plugin_.table->deliver(instance_, reinterpret_cast<const xd_message*>(room.data()),
                                    messages.size());
  });
  longest_deliver_ =
      std::max(longest_deliver_,
               std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - since));
  // All arguments are borrowed for the call: whoever kept a pointer finds something else there.
  std::memset(static_cast<void*>(room.data()), 0x2a, room.size() * sizeof(std::max_align_t));
  if (!returned || status != XD_OK) {
    const std::lock_guard lock(mutex_);
    for (const auto token : tokens) {
      out_.erase(token);
    }
    tokens.clear();
  }
  return tokens;
}

std::optional<bool> Host::find(const Delivery& m, std::uint64_t& token) {
  const auto* extension = plugin_.extension<xd_find_v1>(XD_EXT_FIND);
  if (extension == nullptr) {
    return std::nullopt;
  }
  xd_message out{};
  out.struct_size = sizeof out;
  out.attempt = m.attempt;
  {
    const std::lock_guard lock(mutex_);
    token = out.token = ++tokens_;
    out_.insert(token);
  }
  out.id = bytes(m.id);
  out.type = bytes(m.type);
  out.subject = bytes(m.subject);
  out.idempotency_key = bytes(m.idempotency_key);
  out.business_key = bytes(m.business_key);
  out.data = bytes(m.data);
  guarded("find", [&] {
    extension->find(instance_, &out, this, [](void* self, std::uint64_t missing) {
      auto& host = of(self);
      const std::lock_guard lock(host.mutex_);
      host.found_[missing] = false;
      host.out_.erase(missing);
      host.changed_.notify_all();
    });
  });
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience_,
                         [&] { return found_.contains(token) || completed_.contains(token); })) {
    fault("find neither completed the message nor called not_found within " +
          std::to_string(patience_.count()) + " s");
  }
  return !found_.contains(token);
}

Completed Host::wait(std::uint64_t token) { return wait(token, patience_); }

Completed Host::wait(std::uint64_t token, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return completed_.contains(token); });
  const auto found = completed_.find(token);
  return found == completed_.end() ? Completed{} : found->second;
}

Completed Host::poll() {
  const auto* extension = plugin_.extension<xd_poll_v1>(XD_EXT_POLL);
  if (extension == nullptr) {
    return {XD_DONE, {}};
  }
  xd_outcome outcome{};
  outcome.struct_size = sizeof outcome;
  outcome.kind = XD_DONE;
  Reason error;
  const std::string from = cursor();
  guarded("poll", [&] { extension->poll(instance_, bytes(from), &outcome, &error.sink); });
  if (outcome.kind < XD_DONE || outcome.kind > XD_BROKEN || outcome.retry_after_ns < 0) {
    fault("poll answered with the outcome " + std::to_string(outcome.kind) +
          ", which the contract does not have");
  }
  if (outcome.kind != XD_DONE && error.text.empty()) {
    fault("poll was not done and gave no reason");
  }
  keep_secret(error.text, "the reason of poll");
  return {outcome.kind, error.text};
}

Completed Host::poll_all() {
  Completed last;
  for (int i = 0; i < 20; ++i) {
    const auto before = emitted_keys().size();
    last = poll();
    if (last.kind == XD_DONE && emitted_keys().size() == before) {
      break;
    }
    if (last.kind != XD_DONE) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  return last;
}

void Host::accept(std::uint64_t tag) {
  if (plugin_.table->accepted != nullptr) {
    guarded("accepted", [&] { plugin_.table->accepted(instance_, tag); });
  }
}

void Host::set_credit(std::int64_t messages) {
  const std::lock_guard lock(mutex_);
  credit_ = messages;
}

std::vector<Emitted> Host::emitted() const {
  const std::lock_guard lock(mutex_);
  return emitted_;
}

std::set<std::string> Host::emitted_keys() const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> out;
  for (const auto& one : emitted_) {
    out.insert(one.idempotency_key);
  }
  return out;
}

std::string Host::cursor() const {
  const std::lock_guard lock(mutex_);
  return cursor_;
}

void Host::set_cursor(std::string cursor) {
  const std::lock_guard lock(mutex_);
  cursor_ = std::move(cursor);
}

bool Host::alive(const char* function) {
  if (destroyed_) {
    fault(std::string(function) + " was called after destroy had returned");
    return false;
  }
  return true;
}

void Host::check_bytes(xd_bytes in, const std::string& where) {
  if (in.size != 0 && in.data == nullptr) {
    fault(where + " has a size and no data");
  }
}

void Host::keep_secret(std::string_view text, const char* where) {
  for (const auto& secret : launch_.secrets) {
    if (!secret.empty() && text.find(secret) != std::string_view::npos) {
      fault(std::string(where) + " has a secret of the configuration in it");
    }
  }
}

void Host::check_message(const xd_message& m, const char* where) {
  const std::string at = std::string(where) + ": a message ";
  if (m.struct_size < kFirstMessage) {
    fault(at + "has a struct_size smaller than the first release's");
    return;
  }
  for (const auto& [field, name] : {std::pair(m.type, "type"),
                                    {m.subject, "subject"},
                                    {m.idempotency_key, "idempotency_key"},
                                    {m.business_key, "business_key"},
                                    {m.correlation_id, "correlation_id"},
                                    {m.target, "target"},
                                    {m.data, "data"},
                                    {m.original, "original"}}) {
    check_bytes(field, at + name);
    if (field.size > kMostAttribute && std::string_view(name) != "data" &&
        std::string_view(name) != "original") {
      fault(at + "has a " + name + " longer than 1,024 bytes");
    }
  }
  const auto type = std::string(view(m.type));
  const auto& gives = plugin_.manifest.gives;
  if (type.empty()) {
    fault(at + "has no type");
  } else if (std::find(gives.begin(), gives.end(), type) == gives.end()) {
    fault(at + "is of type " + type + ", which the manifest does not list in gives");
  }
  if (m.idempotency_key.size == 0) {
    fault(at + "has no idempotency_key; it must name the business event");
  }
  if (const auto* info = canonical::entity_of(type)) {
    if (const auto problems = info->check(view(m.data)); !problems.empty()) {
      fault(at + "of type " + type + " does not fit its schema: " + canonical::to_text(problems));
    }
  } else if (const auto wrong = canonical::json_fault(view(m.data)); !wrong.empty()) {
    fault(at + "of type " + type + " has data that is " + wrong);
  }
  keep_secret(view(m.data), "a message");
}

void Host::tell(const State& state) {
  boost::json::object out;
  for (const auto& [key, value] : state) {
    out[key] = value;
  }
  answer("state", out);
}

void Host::tell_state() const {
  const std::lock_guard lock(mutex_);
  tell(state_);
}

void Host::apply(const xd_state_change* changes, std::size_t count, State& state) {
  for (std::size_t i = 0; i < count; ++i) {
    check_bytes(changes[i].key, "a state change's key");
    check_bytes(changes[i].value, "a state change's value");
    if (changes[i].erase != 0) {
      state.erase(std::string(view(changes[i].key)));
    } else {
      state[std::string(view(changes[i].key))] = view(changes[i].value);
    }
  }
}

xd_status Host::take(const xd_batch* batch) {
  if (!alive("emit") || batch == nullptr) {
    return XD_INVALID;
  }
  std::this_thread::sleep_for(manners_.slowness);
  if (batch->struct_size < kFirstBatch || batch->message_count > kMostItems ||
      batch->state_count > kMostItems ||
      (batch->message_count != 0 && batch->messages == nullptr) ||
      (batch->state_count != 0 && batch->state == nullptr)) {
    fault("emit: the batch breaks the contract (its size, more than 4,096 items, or no list)");
    return XD_INVALID;
  }
  const std::lock_guard lock(mutex_);
  if (credit_ <= 0 || credit_ < static_cast<std::int64_t>(batch->message_count)) {
    return XD_AGAIN;
  }
  const auto* at = reinterpret_cast<const char*>(batch->messages);
  for (std::size_t i = 0; i < batch->message_count; ++i) {
    const auto& m = *reinterpret_cast<const xd_message*>(at);
    check_message(m, "emit");
    emitted_.push_back({std::string(view(m.type)), std::string(view(m.idempotency_key)),
                        std::string(view(m.business_key)), std::string(view(m.data))});
    if (m.struct_size < kFirstMessage) {
      break;  // where the next one begins cannot be known
    }
    at += m.struct_size;
  }
  credit_ -= static_cast<std::int64_t>(batch->message_count);
  if (batch->has_cursor != 0) {
    cursor_ = view(batch->cursor);
  }
  apply(batch->state, batch->state_count, state_);
  if (manners_.accepts && batch->tag != 0) {
    to_accept_.push_back({batch->tag, state_, batch->state_count != 0});
    changed_.notify_all();
  }
  return XD_OK;
}

xd_status Host::complete(const xd_outcome* outcomes, std::size_t count) {
  if (!alive("complete")) {
    return XD_INVALID;
  }
  std::this_thread::sleep_for(manners_.slowness);
  const auto* at = reinterpret_cast<const char*>(outcomes);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& o = *reinterpret_cast<const xd_outcome*>(at);
    if (o.struct_size < kFirstOutcome) {
      fault("complete: an outcome's struct_size is smaller than the first release's");
      return XD_INVALID;
    }
    at += o.struct_size;
    if (o.kind < XD_DONE || o.kind > XD_BROKEN) {
      fault("complete: there is no outcome " + std::to_string(o.kind));
    }
    if (o.kind != XD_DONE && o.reason.size == 0) {
      fault("complete: an outcome that is not XD_DONE gives no reason");
    }
    if (o.retry_after_ns < 0) {
      fault("complete: retry_after_ns is negative");
    }
    if (o.message_count > kMostItems || o.state_count > kMostItems) {
      fault("complete: an outcome carries more than 4,096 messages or state changes");
      return XD_INVALID;
    }
    keep_secret(view(o.reason), "an outcome's reason");
    keep_secret(view(o.evidence_request), "an outcome's evidence");
    keep_secret(view(o.evidence_answer), "an outcome's evidence");
    const std::lock_guard lock(mutex_);
    if (out_.erase(o.token) == 0) {
      if (o.token == 0 || o.token > tokens_) {
        fault("complete: the token " + std::to_string(o.token) + " was never given out");
      } else if (completed_.contains(o.token)) {
        fault("complete: a token was completed twice");
      }
      continue;  // after stop: too late, and allowed
    }
    const auto* message = reinterpret_cast<const char*>(o.messages);
    for (std::size_t j = 0; j < o.message_count; ++j) {
      const auto& m = *reinterpret_cast<const xd_message*>(message);
      check_message(m, "complete");
      emitted_.push_back({std::string(view(m.type)), std::string(view(m.idempotency_key)),
                          std::string(view(m.business_key)), std::string(view(m.data))});
      message += std::max<std::size_t>(m.struct_size, sizeof(xd_message));
    }
    apply(o.state, o.state_count, state_);
    completed_[o.token] = {o.kind, std::string(view(o.reason).substr(0, 4096))};
    changed_.notify_all();
  }
  return XD_OK;
}

void Host::log(std::int32_t level, xd_bytes text) {
  if (!alive("log")) {
    return;
  }
  check_bytes(text, "log: the text");
  if (level < XD_LOG_DEBUG || level > XD_LOG_ERROR) {
    fault("log: there is no level " + std::to_string(level));
  }
  keep_secret(view(text), "the log");
}

const void* Host::extension(const char* name) {
  static const xd_state_v1 kState = {&Host::read_state};
  static const xd_clock_v1 kClock = {[](void*) { return canonical::now().ns; }};
  if (!alive("extension") || name == nullptr || manners_.bare) {
    return nullptr;
  }
  const std::string_view wanted = name;
  return wanted == XD_EXT_STATE   ? static_cast<const void*>(&kState)
         : wanted == XD_EXT_CLOCK ? static_cast<const void*>(&kClock)
                                  : nullptr;
}

xd_status Host::read_state(void* self, xd_bytes key, void* reader, void (*found)(void*, xd_bytes)) {
  auto& host = of(self);
  std::string value;
  {
    const std::lock_guard lock(host.mutex_);
    const auto entry = host.state_.find(view(key));
    if (entry == host.state_.end()) {
      return XD_MISSING;
    }
    value = entry->second;
  }
  found(reader, bytes(value));
  return XD_OK;
}

// As a host does it: from a thread of its own, a moment later.
void Host::say_accepted() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (to_accept_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next = to_accept_.front();
    lock.unlock();
    if (next.changed) {
      tell(next.state);  // before the connector may build on it
    }
    accept(next.tag);
    lock.lock();
    if (!to_accept_.empty()) {
      to_accept_.pop_front();
    }
    changed_.notify_all();
  }
}

}  // namespace crossdock::trial
