// What the HTTP interface may see and do: the port through which it reaches the rest of the host.
// HTTP never looks into other rooms; the app implements this port over them, and a test implements
// it with plain data. Answers are JSON text, because every reader of this port speaks JSON.
//
// Every function is [any thread] and may block for at most a few seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace crossdock::host::http {

// A request that was not carried out, in the terms of RFC 9457 (problem details).
struct Refusal {
  int status = 500;
  std::string code;    // stable slug for programs, for example "connector-not-found"
  std::string title;   // the same in a few words
  std::string detail;  // what happened, where, and what to do next
};

// JSON text, or why there is none.
using Answer = std::variant<std::string, Refusal>;

// A page of a list: everything after `after` (an opaque mark out of the last page), at most
// `limit`.
struct Page {
  std::string after;
  std::size_t limit = 100;
};

struct OrderFilter {
  std::string channel;
  std::string status;
  std::string po_number;
  Page page;
};

struct DeadLetterFilter {
  std::string connector;
  Page page;
};

// Which rows of a view of stock; what is empty does not matter.
struct StockFilter {
  std::string sku;
  std::string warehouse;
  std::string channel;
  std::string state;
  std::string key;  // an order, cart, transfer or return; of movements the cause
  Page page;
};

// One incoming webhook call. Header names are lower-case; a name may repeat.
struct WebhookCall {
  std::string method;
  std::string path;  // below /webhooks/<connector>, beginning with '/'
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string remote_address;
};

// The connector's answer, given after what it emitted is durable.
struct WebhookReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Numbers for /metrics, read in one go. Labels are connector names.
struct Gauges {
  std::uint64_t accepted = 0;  // obligations: message x destination
  std::uint64_t delivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t pending = 0;
  std::uint64_t repeats = 0;
  std::uint64_t journal_bytes = 0;
  double uptime_seconds = 0;
  struct Connector {
    std::string name;
    std::string state;  // running, paused, starting, failed, quarantined, stopped
    std::uint64_t delivered = 0;
    std::uint64_t emitted = 0;
    std::uint64_t retries = 0;
    std::uint64_t dead_lettered = 0;
    std::uint64_t restarts = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t pending = 0;
    double oldest_pending_seconds = 0;
    bool breaker_open = false;
  };
  std::vector<Connector> connectors;
  struct Limit {  // of an account
    std::string account;
    std::string operation;
    double level = 0;
    double burst = 0;  // 0: not known
    std::uint64_t granted = 0;
    std::uint64_t refused = 0;  // by the outside system
    double waited_seconds = 0;
  };
  std::vector<Limit> limits;
  struct Waiting {
    std::string account;
    std::string priority;
    std::uint64_t count = 0;
  };
  std::vector<Waiting> waiting;
  std::map<std::string, std::uint64_t> orders_by_status;
};

class Operations {
 public:
  virtual ~Operations() = default;

  // Empty when ready to take work; else the reason why not.
  virtual std::string not_ready_because() = 0;
  virtual Gauges gauges() = 0;
  virtual Answer service() = 0;  // name, version, start time, data folder's free space, counters

  virtual Answer plugins() = 0;
  virtual Answer plugin(const std::string& id) = 0;
  virtual Answer validate_configuration(const std::string& plugin, const std::string& json) = 0;

  // Replace what runs: a version of a plugin, or what connectors are configured to do. They answer
  // when it is done, which may take as long as deliveries take.
  virtual Answer use_plugin(const std::string& id, const std::string& version, bool force) = 0;
  virtual Answer rollback_plugin(const std::string& id) = 0;
  virtual Answer reload() = 0;
  virtual Answer rollback_connector(const std::string& name) = 0;

  // What connectors share at outside systems: limits, who waits, tokens (never their values).
  virtual Answer accounts() = 0;

  virtual Answer connectors() = 0;
  virtual Answer connector(const std::string& name) = 0;
  virtual Answer connector_status(const std::string& name) = 0;
  virtual Answer pause(const std::string& name) = 0;
  virtual Answer resume(const std::string& name) = 0;
  virtual Answer restart(const std::string& name) = 0;

  virtual Answer orders(const OrderFilter& filter) = 0;
  virtual Answer order(const std::string& id) = 0;
  // Where is it, and why: everything known under an order id, PO number or correlation id.
  virtual Answer trace(const std::string& key) = 0;
  virtual Answer availability(const std::string& sku, const std::string& channel) = 0;
  // positions, movements, reservations, supplies, pools, transfers, returns, discrepancies.
  virtual Answer stock(const std::string& view, const StockFilter& filter) = 0;
  // An availability taken apart into what makes it.
  virtual Answer why_availability(const std::string& sku, const std::string& channel) = 0;
  // Which of the invariants do not hold; reads the whole store.
  virtual Answer invariants() = 0;
  // Gives the processes a canonical document as an operator's word. `key`: the same key again is
  // the same word; empty: each is a new one.
  virtual Answer instruct(const std::string& name, const std::string& json,
                          const std::string& key) = 0;
  virtual Answer summary() = 0;
  // What a person was asked to look at, the latest first.
  virtual Answer alerts(std::size_t limit) = 0;
  // Documents that went to partners, the latest first, and what the partners said of them; `state`:
  // all (empty), waiting, overdue, refused.
  virtual Answer documents(const std::string& partner, const std::string& state,
                           std::size_t limit) = 0;

  virtual Answer dead_letters(const DeadLetterFilter& filter) = 0;
  virtual Answer dead_letter(const std::string& id) = 0;
  virtual Answer replay_dead_letter(const std::string& id) = 0;
  virtual Answer discard_dead_letter(const std::string& id, const std::string& reason) = 0;
  // An original or a piece of evidence, by its SHA-256 in hexadecimal; bytes, not JSON.
  virtual Answer blob(const std::string& sha256) = 0;

  virtual std::variant<WebhookReply, Refusal> webhook(const std::string& connector,
                                                      const WebhookCall& call,
                                                      std::chrono::milliseconds deadline) = 0;

  // A number that grows whenever something a page shows has changed, for live updates.
  virtual std::uint64_t revision() = 0;
};

}  // namespace crossdock::host::http
