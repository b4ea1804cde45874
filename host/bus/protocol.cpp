#include "host/bus/protocol.hpp"

namespace crossdock::host::bus {
namespace {

constexpr std::size_t kMostHeaders = 128;

void read_state(FrameReader& in, std::vector<StateChangeView>& out) {
  for (auto count = in.count(kLargestBatch, 9); count > 0 && in.good(); --count) {
    StateChangeView change;
    change.key = in.text();
    change.value = in.text();
    change.erase = in.u8() != 0;
    out.push_back(change);
  }
}

void read_messages(FrameReader& in, std::vector<std::string_view>& out) {
  const auto count = in.count(kLargestBatch, 4);
  out.reserve(count);
  for (std::size_t i = 0; i < count && in.good(); ++i) {
    out.push_back(in.text());
  }
}

template <class Pairs>
void read_headers(FrameReader& in, Pairs& out) {
  for (auto count = in.count(kMostHeaders, 8); count > 0 && in.good(); --count) {
    const auto name = in.text();
    out.emplace_back(name, in.text());
  }
}

}  // namespace

std::optional<Kind> kind_of(std::string_view frame) {
  if (frame.size() < 2 || static_cast<std::uint8_t>(frame[1]) != kProtocolVersion) {
    return std::nullopt;
  }
  return static_cast<Kind>(frame[0]);
}

std::string_view body_of(std::string_view frame) { return frame.substr(2); }

bool read_hello(std::string_view body, Hello& out) {
  FrameReader in(body);
  out.connector = in.text();
  out.token = in.text();
  out.pid = in.u32();
  return in.good() && in.at_end();
}

bool read_emit(std::string_view body, EmitView& out) {
  FrameReader in(body);
  out.sequence = in.u64();
  out.tag = in.u64();
  out.has_cursor = in.u8() != 0;
  out.cursor = in.text();
  read_state(in, out.state);
  read_messages(in, out.messages);
  return in.good() && in.at_end();
}

bool read_complete(std::string_view body, std::vector<OutcomeView>& out) {
  FrameReader in(body);
  const auto count = in.count(kLargestBatch, 40);
  out.reserve(count);
  for (std::size_t i = 0; i < count && in.good(); ++i) {
    OutcomeView& one = out.emplace_back();
    one.token = in.u64();
    one.kind = static_cast<std::int32_t>(in.u32());
    one.retry_after_ns = in.i64();
    one.reason = in.text();
    one.reference = in.text();
    one.evidence_request = in.text();
    one.evidence_answer = in.text();
    read_state(in, one.state);
    read_messages(in, one.messages);
  }
  return in.good() && in.at_end();
}

bool read_webhook_answer(std::string_view body, WebhookAnswerView& out) {
  FrameReader in(body);
  out.id = in.u64();
  out.status = static_cast<std::int32_t>(in.u32());
  read_headers(in, out.headers);
  out.body = in.text();
  read_state(in, out.state);
  read_messages(in, out.messages);
  return in.good() && in.at_end();
}

bool read_poll_report(std::string_view body, PollReport& out) {
  FrameReader in(body);
  out.kind = static_cast<std::int32_t>(in.u32());
  out.retry_after_ns = in.i64();
  out.reason = in.text();
  return in.good() && in.at_end();
}

bool read_heartbeat(std::string_view body, Heartbeat& out) {
  FrameReader in(body);
  out.oldest_delivery_ns = in.i64();
  out.poll_ns = in.i64();
  out.deliveries = in.u32();
  return in.good() && in.at_end();
}

std::string write_hello(const Hello& hello) {
  FrameWriter out(Kind::hello);
  out.text(hello.connector);
  out.text(hello.token);
  out.u32(hello.pid);
  return out.take();
}

std::string write_text(Kind kind, std::string_view text) {
  FrameWriter out(kind);
  out.text(text);
  return out.take();
}

std::string write_log(std::int32_t level, std::string_view text) {
  FrameWriter out(Kind::log);
  out.u32(static_cast<std::uint32_t>(level));
  out.text(text);
  return out.take();
}

std::string write_poll_report(const PollReport& report) {
  FrameWriter out(Kind::poll_report);
  out.u32(static_cast<std::uint32_t>(report.kind));
  out.i64(report.retry_after_ns);
  out.text(report.reason);
  return out.take();
}

std::string write_heartbeat(const Heartbeat& beat) {
  FrameWriter out(Kind::heartbeat);
  out.i64(beat.oldest_delivery_ns);
  out.i64(beat.poll_ns);
  out.u32(beat.deliveries);
  return out.take();
}

std::string write_plain(Kind kind) { return FrameWriter(kind).take(); }

void write_state(const std::vector<StateChangeView>& state, FrameWriter& out) {
  out.u32(static_cast<std::uint32_t>(state.size()));
  for (const auto& change : state) {
    out.text(change.key);
    out.text(change.value);
    out.u8(change.erase ? 1 : 0);
  }
}

bool read_deliver(std::string_view body, std::vector<Delivery>& out) {
  FrameReader in(body);
  const auto count = in.count(kLargestBatch, 25);
  out.reserve(count);
  for (std::size_t i = 0; i < count && in.good(); ++i) {
    Delivery& one = out.emplace_back();
    one.token = in.u64();
    one.attempt = in.u32();
    one.find_first = in.u8() != 0;
    one.recorded_at_ns = in.i64();
    one.wire = in.text();
  }
  return in.good() && in.at_end();
}

bool read_webhook(std::string_view body, WebhookCallView& out) {
  FrameReader in(body);
  out.id = in.u64();
  out.method = in.text();
  out.path = in.text();
  out.query = in.text();
  read_headers(in, out.headers);
  out.body = in.text();
  return in.good() && in.at_end();
}

bool read_spend_wanted(std::string_view body, SpendWanted& out) {
  FrameReader in(body);
  out.id = in.u64();
  out.operation = in.text();
  out.priority = static_cast<std::int32_t>(in.u32());
  out.cost = in.f64();
  out.timeout_ns = in.i64();
  return in.good() && in.at_end();
}

std::string write_spend_wanted(const SpendWanted& wanted) {
  FrameWriter out(Kind::ask_budget);
  out.u64(wanted.id);
  out.text(wanted.operation);
  out.u32(static_cast<std::uint32_t>(wanted.priority));
  out.f64(wanted.cost);
  out.i64(wanted.timeout_ns);
  return out.take();
}

bool read_spend_learnt(std::string_view body, SpendLearnt& out) {
  FrameReader in(body);
  out.ticket = in.u64();
  out.operation = in.text();
  out.refused = in.u8() != 0;
  for (auto* number : {&out.cost, &out.limit, &out.remaining, &out.rate}) {
    *number = in.f64();
  }
  for (auto* time : {&out.reset_after_ns, &out.window_ns, &out.retry_after_ns}) {
    *time = in.i64();
  }
  return in.good() && in.at_end();
}

std::string write_spend_learnt(const SpendLearnt& learnt) {
  FrameWriter out(Kind::learn);
  out.u64(learnt.ticket);
  out.text(learnt.operation);
  out.u8(learnt.refused ? 1 : 0);
  for (const auto number : {learnt.cost, learnt.limit, learnt.remaining, learnt.rate}) {
    out.f64(number);
  }
  for (const auto time : {learnt.reset_after_ns, learnt.window_ns, learnt.retry_after_ns}) {
    out.i64(time);
  }
  return out.take();
}

bool read_token_wanted(std::string_view body, TokenWanted& out) {
  FrameReader in(body);
  out.id = in.u64();
  out.refused = in.text();
  return in.good() && in.at_end();
}

std::string write_token_wanted(const TokenWanted& wanted) {
  FrameWriter out(Kind::ask_token);
  out.u64(wanted.id);
  out.text(wanted.refused);
  return out.take();
}

bool read_spend_given(std::string_view body, SpendGiven& out) {
  FrameReader in(body);
  out.id = in.u64();
  out.ticket = in.u64();
  out.retry_after_ns = in.i64();
  out.reason = in.text();
  return in.good() && in.at_end();
}

std::string write_spend_given(const SpendGiven& given) {
  FrameWriter out(Kind::budget);
  out.u64(given.id);
  out.u64(given.ticket);
  out.i64(given.retry_after_ns);
  out.text(given.reason);
  return out.take();
}

bool read_token_given(std::string_view body, TokenGiven& out) {
  FrameReader in(body);
  out.id = in.u64();
  out.token = in.text();
  out.expires_at_ns = in.i64();
  out.reason = in.text();
  return in.good() && in.at_end();
}

std::string write_token_given(const TokenGiven& given) {
  FrameWriter out(Kind::token);
  out.u64(given.id);
  out.text(given.token);
  out.i64(given.expires_at_ns);
  out.text(given.reason);
  return out.take();
}

bool read_go(std::string_view body, Go& out) {
  FrameReader in(body);
  out.cursor = in.text();
  const auto count = in.count(kLargestFrame / 8, 8);
  for (std::size_t i = 0; i < count && in.good(); ++i) {
    const std::string key(in.text());
    out.state[key] = in.text();
  }
  return in.good() && in.at_end();
}

std::string write_go(const Go& go) {
  FrameWriter out(Kind::go);
  out.text(go.cursor);
  out.u32(static_cast<std::uint32_t>(go.state.size()));
  for (const auto& [key, value] : go.state) {
    out.text(key);
    out.text(value);
  }
  return out.take();
}

std::string write_credit(Credit credit) {
  FrameWriter out(Kind::credit);
  out.u32(credit.messages);
  out.u64(credit.bytes);
  return out.take();
}

std::string write_accepted(std::uint64_t sequence) {
  FrameWriter out(Kind::accepted);
  out.u64(sequence);
  return out.take();
}

std::string write_refused(std::uint64_t sequence, std::string_view reason) {
  FrameWriter out(Kind::refused);
  out.u64(sequence);
  out.text(reason);
  return out.take();
}

std::string write_deliver(const std::vector<Delivery>& deliveries) {
  FrameWriter out(Kind::deliver);
  std::size_t size = 0;
  for (const auto& one : deliveries) {
    size += one.wire.size() + 32;
  }
  out.bytes().reserve(size + 8);
  out.u32(static_cast<std::uint32_t>(deliveries.size()));
  for (const auto& one : deliveries) {
    out.u64(one.token);
    out.u32(one.attempt);
    out.u8(one.find_first ? 1 : 0);
    out.i64(one.recorded_at_ns);
    out.text(one.wire);
  }
  return out.take();
}

std::string write_webhook(const WebhookCallView& call) {
  FrameWriter out(Kind::webhook);
  out.u64(call.id);
  out.text(call.method);
  out.text(call.path);
  out.text(call.query);
  out.u32(static_cast<std::uint32_t>(call.headers.size()));
  for (const auto& [name, value] : call.headers) {
    out.text(name);
    out.text(value);
  }
  out.text(call.body);
  return out.take();
}

std::string write_set_polling(bool on) {
  FrameWriter out(Kind::set_polling);
  out.u8(on ? 1 : 0);
  return out.take();
}

}  // namespace crossdock::host::bus
