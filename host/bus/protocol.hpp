// The frames between host and workers. A frame is one ZeroMQ message part: kind (u8), protocol
// version (u8), then the fields of its kind, numbers little-endian, texts length-prefixed. Batches
// travel in one frame, so that a thousand messages cost one send.
//
// Every frame from a worker is taken as hostile: reading is bounded, never throws, and says what is
// wrong. Views borrow from the frame.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::host::bus {

inline constexpr std::uint8_t kProtocolVersion = 1;
inline constexpr std::size_t kLargestFrame = 72u << 20;  // bytes; ZMQ_MAXMSGSIZE
inline constexpr std::size_t kLargestBatch = 4096;       // messages or outcomes in one frame
inline constexpr std::size_t kLargestReason = 4096;      // bytes of a reason; longer ones are cut

enum class Kind : std::uint8_t {
  // worker -> host
  hello = 1,
  ready,
  failed,
  emit,
  complete,
  webhook_answer,
  poll_report,
  heartbeat,
  log,
  stopped,
  standby,     // the library is open and takes the configuration; waits for go
  ask_budget,  // may this request to the outside system be made?
  learn,       // what its answer said of the budget
  ask_token,   // an access token of the connector's account
  // host -> worker
  welcome = 64,
  credit,
  accepted,
  refused,
  deliver,
  webhook,
  set_polling,
  ping,
  stop,
  go,  // a worker that stands by takes over: cursor and state as they are now
  budget,
  token,
};

// --- bytes ---------------------------------------------------------------------------------------

class FrameWriter {
 public:
  explicit FrameWriter(Kind kind) {
    u8(static_cast<std::uint8_t>(kind));
    u8(kProtocolVersion);
  }
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void i64(std::int64_t value) { number(static_cast<std::uint64_t>(value), 8); }
  void f64(double value) { number(std::bit_cast<std::uint64_t>(value), 8); }
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  // For texts that are appended in place: reserves the length, close() fills it in.
  std::size_t open_text() {
    u32(0);
    return bytes_.size();
  }
  void close_text(std::size_t opened) {
    const auto size = static_cast<std::uint32_t>(bytes_.size() - opened);
    for (std::size_t i = 0; i < 4; ++i) {
      bytes_[opened - 4 + i] = static_cast<char>(size >> (8 * i));
    }
  }
  std::string& bytes() { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  void number(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) {
      bytes_.push_back(static_cast<char>(value >> (8 * i)));
    }
  }
  std::string bytes_;
};

class FrameReader {
 public:
  explicit FrameReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::int64_t i64() { return static_cast<std::int64_t>(number(8)); }
  double f64() { return std::bit_cast<double>(number(8)); }
  std::string_view text() { return take(u32()); }
  // A count of things that take at least `least_bytes` each; a lie makes the frame bad.
  std::size_t count(std::size_t most, std::size_t least_bytes) {
    const std::size_t value = u32();
    if (value > most || value * least_bytes > rest_.size()) {
      good_ = false;
      return 0;
    }
    return value;
  }
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      rest_ = {};
      return {};
    }
    const auto out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  std::uint64_t number(std::size_t count) {
    const auto bytes = take(count);
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return value;
  }
  std::string_view rest_;
  bool good_ = true;
};

// Kind of a frame, or nothing where it is none of this version.
std::optional<Kind> kind_of(std::string_view frame);
// The fields after the head.
std::string_view body_of(std::string_view frame);

// --- shared parts --------------------------------------------------------------------------------

struct StateChangeView {
  std::string_view key;
  std::string_view value;
  bool erase = false;
};

// --- worker -> host ------------------------------------------------------------------------------

struct Hello {
  std::string_view connector;
  std::string_view token;  // the one-time token of the launch document
  std::uint32_t pid = 0;
};

struct EmitView {
  std::uint64_t sequence = 0;  // of this worker, from 1
  std::uint64_t tag = 0;
  bool has_cursor = false;
  std::string_view cursor;
  std::vector<StateChangeView> state;
  std::vector<std::string_view> messages;  // wire form
};

struct OutcomeView {
  std::uint64_t token = 0;
  std::int32_t kind = 0;  // XD_DONE ...
  std::int64_t retry_after_ns = 0;
  std::string_view reason;
  std::string_view reference;
  std::string_view evidence_request;
  std::string_view evidence_answer;
  std::vector<StateChangeView> state;
  std::vector<std::string_view> messages;
};

struct WebhookAnswerView {
  std::uint64_t id = 0;
  std::int32_t status = 0;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::string_view body;
  std::vector<StateChangeView> state;
  std::vector<std::string_view> messages;
};

struct PollReport {
  std::int32_t kind = 0;
  std::int64_t retry_after_ns = 0;
  std::string_view reason;
};

struct Heartbeat {
  std::int64_t oldest_delivery_ns = 0;  // age of the oldest delivery without an outcome
  std::int64_t poll_ns = 0;             // age of the running poll call, 0: none runs
  std::uint32_t deliveries = 0;
};

// Numbers as the contract has them (crossdock/ext/budget.h); checked by who uses them.
struct SpendWanted {
  std::uint64_t id = 0;  // the worker's own, comes back in the answer
  std::string_view operation;
  std::int32_t priority = 0;
  double cost = 1;
  std::int64_t timeout_ns = 0;
};
struct SpendLearnt {
  std::uint64_t ticket = 0;
  std::string_view operation;
  bool refused = false;
  double cost = -1, limit = -1, remaining = -1, rate = -1;
  std::int64_t reset_after_ns = -1, window_ns = -1, retry_after_ns = -1;
};
struct TokenWanted {
  std::uint64_t id = 0;
  std::string_view refused;
};

bool read_spend_wanted(std::string_view body, SpendWanted& out);
bool read_spend_learnt(std::string_view body, SpendLearnt& out);
bool read_token_wanted(std::string_view body, TokenWanted& out);
std::string write_spend_wanted(const SpendWanted& wanted);
std::string write_spend_learnt(const SpendLearnt& learnt);
std::string write_token_wanted(const TokenWanted& wanted);

bool read_hello(std::string_view body, Hello& out);
bool read_emit(std::string_view body, EmitView& out);
bool read_complete(std::string_view body, std::vector<OutcomeView>& out);
bool read_webhook_answer(std::string_view body, WebhookAnswerView& out);
bool read_poll_report(std::string_view body, PollReport& out);
bool read_heartbeat(std::string_view body, Heartbeat& out);

std::string write_hello(const Hello& hello);
std::string write_text(Kind kind, std::string_view text);  // failed, log (level before the text)
std::string write_log(std::int32_t level, std::string_view text);
std::string write_poll_report(const PollReport& report);
std::string write_heartbeat(const Heartbeat& beat);
std::string write_plain(Kind kind);
void write_state(const std::vector<StateChangeView>& state, FrameWriter& out);

// --- host -> worker ------------------------------------------------------------------------------

struct Delivery {
  std::uint64_t token = 0;
  std::uint32_t attempt = 0;
  bool find_first = false;
  std::int64_t recorded_at_ns = 0;
  std::string_view wire;
};

struct Credit {
  std::uint32_t messages = 0;
  std::uint64_t bytes = 0;
};

struct WebhookCallView {
  std::uint64_t id = 0;
  std::string_view method, path, query, body;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
};

bool read_deliver(std::string_view body, std::vector<Delivery>& out);
bool read_webhook(std::string_view body, WebhookCallView& out);

struct SpendGiven {
  std::uint64_t id = 0;
  std::uint64_t ticket = 0;  // 0: not in time
  std::int64_t retry_after_ns = 0;
  std::string_view reason;
};
struct TokenGiven {
  std::uint64_t id = 0;
  std::string_view token;  // empty: none
  std::int64_t expires_at_ns = 0;
  std::string_view reason;
};
bool read_spend_given(std::string_view body, SpendGiven& out);
bool read_token_given(std::string_view body, TokenGiven& out);
std::string write_spend_given(const SpendGiven& given);
std::string write_token_given(const TokenGiven& given);

// What a worker that stood by needs to take over.
struct Go {
  std::string cursor;
  std::map<std::string, std::string> state;
};
bool read_go(std::string_view body, Go& out);

std::string write_go(const Go& go);
std::string write_credit(Credit credit);
std::string write_accepted(std::uint64_t sequence);
std::string write_refused(std::uint64_t sequence, std::string_view reason);
std::string write_deliver(const std::vector<Delivery>& deliveries);
std::string write_webhook(const WebhookCallView& call);
std::string write_set_polling(bool on);

}  // namespace crossdock::host::bus
