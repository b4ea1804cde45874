#include "host/worker/session.hpp"

#include <crossdock/ext/clock.h>
#include <crossdock/ext/config.h>
#include <crossdock/ext/connect.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/state.h>
#include <crossdock/ext/webhook.h>
#include <malloc.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <crossdock/canonical/instant.hpp>
#include <system_error>
#include <utility>

#include "crossdock/canonical/envelope_wire.hpp"
#include "host/security/sandbox/channel.hpp"

namespace crossdock::host::worker {
namespace {

using std::chrono::steady_clock;

constexpr auto kHeartbeatEvery = std::chrono::milliseconds(500);
constexpr auto kWelcomeDeadline = std::chrono::milliseconds(30'000);
constexpr std::size_t kFirstMessage =
    offsetof(xd_message, original_type) + sizeof(xd_message::original_type);

std::string_view view(xd_bytes bytes) {
  return bytes.size == 0 ? std::string_view() : std::string_view(bytes.data, bytes.size);
}
xd_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }

std::int64_t age_ns(steady_clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now() - since).count();
}

struct ErrorText {
  std::string text;
  xd_error_sink sink{this, [](void* self, xd_bytes reason) {
                       static_cast<ErrorText*>(self)->text =
                           view(reason).substr(0, bus::kLargestReason);
                     }};
};

void write_state_changes(const xd_state_change* changes, std::size_t count, bus::FrameWriter& out) {
  out.u32(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    out.text(view(changes[i].key));
    out.text(view(changes[i].value));
    out.u8(changes[i].erase != 0 ? 1 : 0);
  }
}

}  // namespace

Session::Session(zmq::context_t& context, Launch launch)
    : launch_(std::move(launch)),
      dealer_(context, zmq::socket_type::dealer),
      ids_(canonical::IdSource::system()),
      cursor_(launch_.cursor) {
  for (auto& [key, value] : launch_.state) {
    state_.emplace(key, value);
  }
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  completes_.u32(0);
  host_.struct_size = sizeof host_;
  host_.minor = XD_ABI_MINOR;
  host_.context = this;
  host_.emit = &Session::host_emit;
  host_.complete = &Session::host_complete;
  host_.log = &Session::host_log;
  host_.extension = &Session::host_extension;
  dealer_.set(zmq::sockopt::linger, 2000);
  dealer_.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(bus::kLargestFrame));
  dealer_.set(zmq::sockopt::sndhwm, 0);  // credit limits what is queued
  dealer_.set(zmq::sockopt::rcvhwm, 0);
}

Session::~Session() {
  if (wake_fd_ >= 0) {
    close(wake_fd_);
  }
}

bool Session::connect() {
  dealer_.connect(launch_.endpoint);
  push(bus::write_hello({launch_.connector, launch_.token, static_cast<std::uint32_t>(getpid())}));
  flush();
  dealer_.set(zmq::sockopt::rcvtimeo, static_cast<int>(kWelcomeDeadline.count()));
  zmq::message_t frame;
  const bool welcome =
      dealer_.recv(frame).has_value() && bus::kind_of(frame.to_string_view()) == bus::Kind::welcome;
  dealer_.set(zmq::sockopt::rcvtimeo, -1);
  return welcome;
}

void Session::log(std::int32_t level, std::string_view text) {
  push(bus::write_log(level, text.substr(0, bus::kLargestReason)));
}

void Session::fail(const std::string& reason) {
  push(bus::write_text(bus::Kind::failed, reason));
  flush();
}

// As far as it can be known without an instance: what the plugin itself says of it.
bool Session::check_configuration(std::string& reason) {
  const auto* config = static_cast<const xd_config_v1*>(plugin_.extension(XD_EXT_CONFIG));
  if (config == nullptr || config->check == nullptr) {
    return true;
  }
  config->check(bytes(launch_.configuration), &reason,
                [](void* text, xd_bytes path, xd_bytes message) {
                  auto& out = *static_cast<std::string*>(text);
                  out += (out.empty() ? "config." : "; config.") + std::string(view(path)) + " " +
                         std::string(view(message));
                });
  return reason.empty();
}

bool Session::wait_for_go() {
  push(bus::write_plain(bus::Kind::standby));
  flush();
  for (;;) {
    zmq::message_t frame;
    if (!dealer_.recv(frame)) {
      return false;
    }
    const auto kind = bus::kind_of(frame.to_string_view());
    if (kind == bus::Kind::stop) {
      return false;
    }
    bus::Go go;
    if (kind == bus::Kind::go && bus::read_go(bus::body_of(frame.to_string_view()), go)) {
      const std::lock_guard lock(mutex_);
      cursor_ = std::move(go.cursor);
      state_.clear();
      state_.insert(go.state.begin(), go.state.end());
      return true;
    }
  }
}

int Session::run(Plugin plugin) {
  plugin_ = std::move(plugin);
  questions_.not_from(std::this_thread::get_id());
  std::string reason;
  if (launch_.standby) {
    if (!check_configuration(reason)) {
      fail(reason);
      return 1;
    }
    if (!wait_for_go()) {
      return 0;
    }
  }
  if (!start_instance(reason)) {
    fail(reason);
    return 1;
  }
  ::malloc_trim(0);  // what was needed only to start
  push(bus::write_plain(bus::Kind::ready));
  if (launch_.polls && plugin_.extension(XD_EXT_POLL) != nullptr) {
    poll_thread_ = std::thread([this] { poll_loop(); });
  }
  if (launch_.webhooks && plugin_.extension(XD_EXT_WEBHOOK) != nullptr) {
    webhook_thread_ = std::thread([this] { webhook_loop(); });
  }
  serve();
  stop_instance();
  push(bus::write_plain(bus::Kind::stopped));
  flush();
  return 0;
}

// create and start run beside the bus thread, because they may ask the host for something. What is
// not an answer to that waits until they are through.
bool Session::start_instance(std::string& reason) {
  std::atomic<bool> through{false};
  bool good = false;
  std::thread starter([&] {
    good = create_and_start(reason);
    through = true;
    wake();
  });
  zmq::pollitem_t items[] = {{dealer_.handle(), 0, ZMQ_POLLIN, 0},
                             {nullptr, wake_fd_, ZMQ_POLLIN, 0}};
  while (!through) {
    zmq::poll(items, 2, kHeartbeatEvery);
    if ((items[1].revents & ZMQ_POLLIN) != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    }
    for (zmq::message_t frame; dealer_.recv(frame, zmq::recv_flags::dontwait);) {
      const auto kind = bus::kind_of(frame.to_string_view());
      if (kind == bus::Kind::budget || kind == bus::Kind::token) {
        handle(frame.to_string_view());
      } else {
        if (kind == bus::Kind::stop) {
          questions_.close();
        }
        early_.push_back(std::move(frame));
      }
    }
    flush();
  }
  starter.join();
  return good;
}

bool Session::create_and_start(std::string& reason) {
  ErrorText error;
  instance_ = plugin_.table->create(&host_, bytes(launch_.configuration), &error.sink);
  if (instance_ == nullptr) {
    reason = error.text.empty() ? "create failed without a reason" : error.text;
    return false;
  }
  if (plugin_.table->start(instance_, &error.sink) != XD_OK) {
    reason = error.text.empty() ? "start failed without a reason" : error.text;
    return false;
  }
  return true;
}

void Session::serve() {
  auto next_beat = steady_clock::now();
  for (auto& frame : std::exchange(early_, {})) {
    handle(frame.to_string_view());
  }
  zmq::pollitem_t items[] = {{dealer_.handle(), 0, ZMQ_POLLIN, 0},
                             {nullptr, wake_fd_, ZMQ_POLLIN, 0}};
  while (!stop_seen_) {
    zmq::poll(items, 2, kHeartbeatEvery);
    if ((items[1].revents & ZMQ_POLLIN) != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    }
    zmq::message_t frame;
    for (int i = 0; i < 256 && !stop_seen_ && dealer_.recv(frame, zmq::recv_flags::dontwait); ++i) {
      handle(frame.to_string_view());
    }
    std::vector<std::uint64_t> again;
    {
      const std::lock_guard lock(mutex_);
      again.swap(not_found_);
    }
    for (const auto token : again) {
      bus::Delivery delivery;
      std::shared_ptr<const std::string> held;
      {
        const std::lock_guard lock(mutex_);
        const auto found = out_.find(token);
        if (found == out_.end()) {
          continue;
        }
        delivery = found->second.delivery;
        held = found->second.held;
      }
      delivery.find_first = false;
      deliver_one(delivery);
    }
    if (steady_clock::now() >= next_beat) {
      heartbeat();
      next_beat = steady_clock::now() + kHeartbeatEvery;
    }
    flush();
  }
}

void Session::handle(const std::string_view frame) {
  const auto kind = bus::kind_of(frame);
  if (!kind) {
    return;
  }
  const auto body = bus::body_of(frame);
  bus::FrameReader in(body);
  switch (*kind) {
    case bus::Kind::credit: {
      const std::lock_guard lock(mutex_);
      credit_messages_ += in.u32();
      credit_bytes_ += static_cast<std::int64_t>(in.u64());
      break;
    }
    case bus::Kind::accepted: {
      Emitted emitted;
      {
        const std::lock_guard lock(mutex_);
        const auto found = emitted_.find(in.u64());
        if (found == emitted_.end()) {
          break;
        }
        emitted = found->second;
        emitted_.erase(found);
      }
      if (emitted.tag != 0 && plugin_.table->accepted != nullptr) {
        plugin_.table->accepted(instance_, emitted.tag);
      }
      break;
    }
    case bus::Kind::refused: {
      const std::lock_guard lock(mutex_);
      emitted_.erase(in.u64());
      break;
    }
    case bus::Kind::deliver:
      deliver(body);
      break;
    case bus::Kind::webhook: {
      const std::lock_guard lock(mutex_);
      webhooks_.emplace_back(body);
      changed_.notify_all();
      break;
    }
    case bus::Kind::set_polling: {
      const std::lock_guard lock(mutex_);
      polling_ = in.u8() != 0;
      changed_.notify_all();
      break;
    }
    case bus::Kind::budget:
    case bus::Kind::token: {
      const auto id = in.u64();
      questions_.answered(id, body);
      break;
    }
    case bus::Kind::stop:
      stop_seen_ = true;
      break;
    default:
      break;
  }
}

void Session::deliver(std::string_view body) {
  std::vector<bus::Delivery> deliveries;
  if (!bus::read_deliver(body, deliveries)) {
    return;  // the host's own frames are right, or the process is beyond help
  }
  const auto now = steady_clock::now();
  for (const auto& delivery : deliveries) {
    OnItsWay way;
    way.since = now;
    way.delivery = delivery;
    if (delivery.find_first && launch_.finds) {
      // Kept, because it is delivered only after the plugin has looked.
      way.held = std::make_shared<const std::string>(delivery.wire);
      way.delivery.wire = *way.held;
    }
    {
      const std::lock_guard lock(mutex_);
      out_[delivery.token] = way;
    }
    deliver_one(way.delivery);
  }
}

void Session::deliver_one(const bus::Delivery& delivery) {
  canonical::MessageView m;
  if (!canonical::decode_wire(delivery.wire, m).ok()) {
    fail_delivery(delivery.token, XD_REJECTED, "the stored message cannot be read");
    return;
  }
  xd_message out{};
  out.struct_size = sizeof out;
  out.attempt = delivery.attempt;
  out.token = delivery.token;
  out.id = bytes(m.id);
  out.type = bytes(m.type);
  out.source = bytes(m.source);
  out.subject = bytes(m.subject);
  out.dataschema = bytes(m.dataschema);
  out.traceparent = bytes(m.traceparent);
  out.tenant = bytes(m.tenant);
  out.correlation_id = bytes(m.correlation_id);
  out.causation_id = bytes(m.causation_id);
  out.idempotency_key = bytes(m.idempotency_key);
  out.business_key = bytes(m.business_key);
  out.target = bytes(m.target);
  out.occurred_at_ns = m.occurred_at.ns;
  out.observed_at_ns = m.observed_at.ns;
  out.recorded_at_ns = delivery.recorded_at_ns;
  out.data = bytes(m.data);
  out.original = bytes(m.original);
  out.original_type = bytes(m.original_type);
  xd_status status = XD_OK;
  if (delivery.find_first && launch_.finds) {
    const auto* find = static_cast<const xd_find_v1*>(plugin_.extension(XD_EXT_FIND));
    status = find != nullptr ? find->find(instance_, &out, this, &Session::not_found)
                             : plugin_.table->deliver(instance_, &out, 1);
  } else {
    status = plugin_.table->deliver(instance_, &out, 1);
  }
  if (status != XD_OK) {
    fail_delivery(delivery.token, XD_RETRY,
                  "the plugin did not take the message (status " + std::to_string(status) + ")");
  }
}

void Session::fail_delivery(std::uint64_t token, std::int32_t kind, std::string_view reason) {
  xd_outcome outcome{};
  outcome.struct_size = sizeof outcome;
  outcome.kind = kind;
  outcome.token = token;
  outcome.reason = bytes(reason);
  complete(outcome);
}

void Session::not_found(void* self, std::uint64_t token) {
  auto& session = *static_cast<Session*>(self);
  {
    const std::lock_guard lock(session.mutex_);
    session.not_found_.push_back(token);
  }
  session.wake();
}

xd_status Session::host_emit(void* self, const xd_batch* batch) {
  return batch == nullptr ? XD_INVALID : static_cast<Session*>(self)->emit(*batch);
}

xd_status Session::emit(const xd_batch& batch) {
  if (batch.struct_size < sizeof(xd_batch) || batch.message_count > bus::kLargestBatch ||
      batch.state_count > bus::kLargestBatch) {
    push(bus::write_log(XD_LOG_ERROR,
                        "emit: a batch carries at most 4,096 messages and state changes"));
    return XD_INVALID;
  }
  std::size_t size = 0;
  const auto* each = batch.messages;
  for (std::size_t i = 0; i < batch.message_count; ++i, each = xd_message_at(each, 1)) {
    if (each->struct_size < kFirstMessage) {
      push(bus::write_log(XD_LOG_ERROR,
                          "emit: a message's struct_size is smaller than the first release's"));
      return XD_INVALID;
    }
    size += each->data.size + each->original.size + 512;
  }
  if (size > bus::kLargestFrame - (1u << 20)) {
    return XD_TOO_LARGE;
  }
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    return XD_CLOSED;
  }
  // State alone needs no message credit, but never more than what is left in flight at once.
  if (credit_messages_ < static_cast<std::int64_t>(batch.message_count) || credit_messages_ <= 0 ||
      credit_bytes_ <= 0) {
    return XD_AGAIN;
  }
  bus::FrameWriter out(bus::Kind::emit);
  out.bytes().reserve(size + 256);
  out.u64(sequence_ + 1);
  out.u64(batch.tag);
  out.u8(batch.has_cursor != 0 ? 1 : 0);
  out.text(view(batch.cursor));
  write_state_changes(batch.state, batch.state_count, out);
  out.u32(static_cast<std::uint32_t>(batch.message_count));
  for (std::size_t i = 0; i < batch.message_count; ++i) {
    const char* fault = nullptr;
    const auto opened = out.open_text();
    append_message(*xd_message_at(batch.messages, i), out.bytes(), &fault);
    out.close_text(opened);
    if (fault != nullptr) {
      outgoing_.push_back(bus::write_log(XD_LOG_ERROR, std::string("emit: ") + fault));
      return XD_INVALID;
    }
  }
  credit_messages_ -= std::max<std::int64_t>(1, static_cast<std::int64_t>(batch.message_count));
  credit_bytes_ -= static_cast<std::int64_t>(out.bytes().size());
  emitted_[++sequence_] = {batch.tag};
  apply_state(batch.state, batch.state_count);
  if (batch.has_cursor != 0) {
    cursor_ = view(batch.cursor);
  }
  outgoing_.push_back(out.take());
  wake();
  return XD_OK;
}

void Session::append_message(const xd_message& m, std::string& out, const char** fault) {
  if (m.struct_size < kFirstMessage) {
    *fault = "a message's struct_size is smaller than the first release's";
    return;
  }
  if (m.type.size == 0) {
    *fault = "a message has no type";
    return;
  }
  if (m.idempotency_key.size == 0) {
    *fault = "a message has no idempotency_key; name the business event it stands for";
    return;
  }
  for (const auto* field :
       {&m.type, &m.subject, &m.correlation_id, &m.causation_id, &m.idempotency_key,
        &m.business_key, &m.target, &m.dataschema, &m.traceparent, &m.tenant}) {
    if (field->size > canonical::kLargestAttribute) {
      *fault = "an attribute of a message is longer than 1,024 bytes";
      return;
    }
  }
  const std::string id = m.id.size != 0 ? std::string(view(m.id)) : ids_.next();
  const auto now = canonical::now().ns;
  canonical::MessageView message;
  message.id = id;
  message.source = launch_.connector;
  message.type = view(m.type);
  message.subject = view(m.subject);
  message.dataschema = view(m.dataschema);
  message.traceparent = view(m.traceparent);
  message.tenant = view(m.tenant);
  message.correlation_id =
      m.correlation_id.size != 0 ? view(m.correlation_id) : std::string_view(id);
  message.causation_id = view(m.causation_id);
  message.idempotency_key = view(m.idempotency_key);
  message.business_key = view(m.business_key);
  message.target = view(m.target);
  message.time.ns = now;
  message.occurred_at.ns = m.occurred_at_ns;
  message.observed_at.ns = m.observed_at_ns != 0 ? m.observed_at_ns : now;
  message.data = view(m.data);
  message.original = view(m.original);
  message.original_type = view(m.original_type);
  canonical::append_wire(message, out);
}

void Session::apply_state(const xd_state_change* changes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (changes[i].erase != 0) {
      state_.erase(std::string(view(changes[i].key)));
    } else {
      state_.insert_or_assign(std::string(view(changes[i].key)),
                              std::string(view(changes[i].value)));
    }
  }
}

xd_status Session::host_complete(void* self, const xd_outcome* outcomes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto status = static_cast<Session*>(self)->complete(*outcomes); status != XD_OK) {
      return status;
    }
    outcomes = xd_outcome_at(outcomes, 1);
  }
  return XD_OK;
}

xd_status Session::complete(const xd_outcome& o) {
  if (o.struct_size < sizeof(xd_outcome) || o.kind < XD_DONE || o.kind > XD_BROKEN ||
      o.message_count > bus::kLargestBatch || o.state_count > bus::kLargestBatch) {
    push(bus::write_log(XD_LOG_ERROR, "complete: the outcome breaks the contract"));
    return XD_INVALID;
  }
  const std::lock_guard lock(mutex_);
  if (out_.erase(o.token) == 0) {
    outgoing_.push_back(bus::write_log(XD_LOG_ERROR, "complete: token " + std::to_string(o.token) +
                                                         " is not out, or was completed already"));
    return XD_INVALID;
  }
  auto& out = completes_;
  out.u64(o.token);
  out.u32(static_cast<std::uint32_t>(o.kind));
  out.i64(o.retry_after_ns);
  out.text(view(o.reason).substr(0, bus::kLargestReason));
  out.text(view(o.reference).substr(0, canonical::kLargestAttribute));
  out.text(view(o.evidence_request));
  out.text(view(o.evidence_answer));
  write_state_changes(o.state, o.state_count, out);
  apply_state(o.state, o.state_count);
  out.u32(static_cast<std::uint32_t>(o.message_count));
  const char* fault = nullptr;
  for (std::size_t i = 0; i < o.message_count; ++i) {
    const auto opened = out.open_text();
    append_message(*xd_message_at(o.messages, i), out.bytes(), &fault);
    out.close_text(opened);
  }
  if (fault != nullptr) {
    // The message goes out empty and the host refuses it by name; the outcome itself stands.
    outgoing_.push_back(bus::write_log(XD_LOG_ERROR, std::string("complete: ") + fault));
  }
  if (++complete_count_ == 1 || complete_count_ >= 512 || out.bytes().size() > (1u << 20)) {
    wake();
  }
  return XD_OK;
}

void Session::host_log(void* self, std::int32_t level, xd_bytes text) {
  static_cast<Session*>(self)->push(
      bus::write_log(level, view(text).substr(0, bus::kLargestReason)));
}

const void* Session::host_extension(void* self, const char* name) {
  static const xd_connect_v1 kConnect = {&Session::open_connection};
  static const xd_state_v1 kState = {&Session::state_get};
  static const xd_clock_v1 kClock = {&Session::clock_now};
  const std::string_view wanted = name;
  if (wanted == XD_EXT_STATE) {
    return &kState;
  }
  if (wanted == XD_EXT_CONNECT) {
    return static_cast<Session*>(self)->channel_ >= 0 ? &kConnect : nullptr;
  }
  return wanted == XD_EXT_CLOCK ? &kClock : account_extension(wanted);
}

xd_status Session::open_connection(void* self, xd_bytes host, std::uint16_t port,
                                   std::int64_t timeout_ns, std::int32_t* descriptor,
                                   const xd_error_sink* error) {
  std::string reason;
  *descriptor = sandbox::ask_connection(static_cast<Session*>(self)->channel_, view(host), port,
                                        timeout_ns, reason);
  if (*descriptor < 0 && error != nullptr && error->set != nullptr) {
    error->set(error->context, bytes(reason));
  }
  return *descriptor < 0 ? XD_FAILED : XD_OK;
}

xd_status Session::state_get(void* self, xd_bytes key, void* reader,
                             void (*found)(void*, xd_bytes)) {
  auto& session = *static_cast<Session*>(self);
  std::string value;
  {
    const std::lock_guard lock(session.mutex_);
    const auto it = session.state_.find(view(key));
    if (it == session.state_.end()) {
      return XD_MISSING;
    }
    value = it->second;
  }
  found(reader, bytes(value));
  return XD_OK;
}

std::int64_t Session::clock_now(void*) { return canonical::now().ns; }

void Session::poll_loop() {
  const auto* poll = static_cast<const xd_poll_v1*>(plugin_.extension(XD_EXT_POLL));
  std::unique_lock lock(mutex_);
  auto next = steady_clock::now();
  std::int32_t last_kind = XD_DONE;
  std::int64_t failures = 0;
  while (!stopping_) {
    if (!polling_ || steady_clock::now() < next) {
      changed_.wait_until(lock, polling_ ? next : steady_clock::now() + std::chrono::seconds(1));
      continue;
    }
    const std::string cursor = cursor_;
    poll_since_ = steady_clock::now();
    lock.unlock();
    xd_outcome outcome{};
    outcome.struct_size = sizeof outcome;
    outcome.kind = XD_DONE;
    ErrorText error;
    poll->poll(instance_, bytes(cursor), &outcome, &error.sink);
    lock.lock();
    poll_since_ = {};
    failures = outcome.kind == XD_DONE ? 0 : std::min<std::int64_t>(failures + 1, 10);
    auto wait = std::chrono::nanoseconds(std::chrono::milliseconds(launch_.poll_interval_ms));
    if (outcome.retry_after_ns > 0) {
      wait = std::chrono::nanoseconds(outcome.retry_after_ns);
    } else if (failures > 0) {
      wait = std::min<std::chrono::nanoseconds>(
          std::max<std::chrono::nanoseconds>(wait, std::chrono::milliseconds(200)) *
              (1LL << failures),
          std::chrono::seconds(60));
    }
    next = steady_clock::now() + wait;
    if (outcome.kind != XD_DONE || last_kind != XD_DONE) {
      outgoing_.push_back(
          bus::write_poll_report({outcome.kind, outcome.retry_after_ns, error.text}));
      wake();
    }
    last_kind = outcome.kind;
  }
}

void Session::webhook_loop() {
  const auto* webhook = static_cast<const xd_webhook_v1*>(plugin_.extension(XD_EXT_WEBHOOK));
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (webhooks_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const std::string body = std::move(webhooks_.front());
    webhooks_.pop_front();
    lock.unlock();
    bus::WebhookCallView call;
    if (bus::read_webhook(body, call)) {
      std::vector<xd_header> headers;
      for (const auto& [name, value] : call.headers) {
        headers.push_back({bytes(name), bytes(value)});
      }
      xd_webhook_request request{};
      request.struct_size = sizeof request;
      request.header_count = static_cast<std::uint32_t>(headers.size());
      request.headers = headers.data();
      request.method = bytes(call.method);
      request.path = bytes(call.path);
      request.query = bytes(call.query);
      request.body = bytes(call.body);
      struct Answering {
        Session* session;
        std::uint64_t id;
      } answering{this, call.id};
      webhook->handle(
          instance_, &request, &answering, [](void* context, const xd_webhook_answer* a) {
            auto& [session, id] = *static_cast<Answering*>(context);
            bus::FrameWriter out(bus::Kind::webhook_answer);
            out.u64(id);
            out.u32(static_cast<std::uint32_t>(a->status));
            out.u32(static_cast<std::uint32_t>(a->header_count));
            for (std::size_t i = 0; i < a->header_count; ++i) {
              out.text(view(a->headers[i].name));
              out.text(view(a->headers[i].value));
            }
            out.text(view(a->body));
            const std::lock_guard guard(session->mutex_);
            write_state_changes(a->state, a->state_count, out);
            session->apply_state(a->state, a->state_count);
            out.u32(static_cast<std::uint32_t>(a->message_count));
            for (std::size_t i = 0; i < a->message_count; ++i) {
              const char* fault = nullptr;
              const auto opened = out.open_text();
              session->append_message(*xd_message_at(a->messages, i), out.bytes(), &fault);
              out.close_text(opened);
            }
            session->outgoing_.push_back(out.take());
            session->wake();
          });
    }
    lock.lock();
  }
}

void Session::stop_instance() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  questions_.close();
  plugin_.table->stop(instance_);
  for (auto* thread : {&poll_thread_, &webhook_thread_}) {
    if (thread->joinable()) {
      thread->join();
    }
  }
  flush();
  plugin_.table->destroy(instance_);
  instance_ = nullptr;
}

void Session::heartbeat() {
  bus::Heartbeat beat;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [token, way] : out_) {
      beat.oldest_delivery_ns = std::max(beat.oldest_delivery_ns, age_ns(way.since));
    }
    beat.deliveries = static_cast<std::uint32_t>(out_.size());
    beat.poll_ns = poll_since_ == steady_clock::time_point{} ? 0 : age_ns(poll_since_);
  }
  push(bus::write_heartbeat(beat));
}

void Session::push(std::string frame) {
  {
    const std::lock_guard lock(mutex_);
    outgoing_.push_back(std::move(frame));
  }
  wake();
}

void Session::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

void Session::flush() {
  std::deque<std::string> frames;
  {
    const std::lock_guard lock(mutex_);
    frames.swap(outgoing_);
    if (complete_count_ > 0) {
      auto& out = completes_.bytes();
      for (std::size_t i = 0; i < 4; ++i) {
        out[2 + i] = static_cast<char>(complete_count_ >> (8 * i));
      }
      frames.push_back(completes_.take());
      completes_ = bus::FrameWriter(bus::Kind::complete);
      completes_.u32(0);
      complete_count_ = 0;
    }
  }
  for (auto& frame : frames) {
    auto* held = new std::string(std::move(frame));
    zmq::message_t message(
        held->data(), held->size(),
        [](void*, void* string) { delete static_cast<std::string*>(string); }, held);
    dealer_.send(message, zmq::send_flags::none);
  }
}

}  // namespace crossdock::host::worker
