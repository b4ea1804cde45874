// The journal: one writer thread takes what has queued, makes one record of it, appends it to the
// log with one sync, applies it and tells. Everything else can be made again from the log.
#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "host/journal/applier.hpp"
#include "host/journal/indexer.hpp"
#include "host/journal/journal.hpp"
#include "host/journal/log_reader.hpp"
#include "host/journal/retention.hpp"

namespace crossdock::host::journal {
namespace {

constexpr std::size_t kLargestGroup = 1000;  // messages and settlements in one record
constexpr auto kRetentionEvery = std::chrono::seconds(30);

std::int64_t system_clock_ns() { return canonical::now().ns; }

struct Request {
  Transaction transaction;
  OnCommitted done;
  std::size_t weight() const {
    return transaction.messages.size() + transaction.settlements.size() / 8 + 1;
  }
};

// What waits to be written. What frees a connector for its next message goes before what comes in:
// behind a source that emits as fast as it can, deliveries would wait for all it has credit for.
// Of one actor nothing is reordered: its state is what its last transaction said.
class Queue {
 public:
  void push(Request request) {
    const bool first = request.transaction.messages.empty() &&
                       !request.transaction.settlements.empty() &&
                       !waiting_.contains(request.transaction.actor);
    if (!first) {
      ++waiting_[request.transaction.actor];
    }
    (first ? settling_ : others_).push_back(std::move(request));
  }
  bool empty() const { return settling_.empty() && others_.empty(); }
  Request pop() {
    if (!settling_.empty()) {
      auto out = std::move(settling_.front());
      settling_.pop_front();
      return out;
    }
    auto out = std::move(others_.front());
    others_.pop_front();
    if (const auto found = waiting_.find(out.transaction.actor); --found->second == 0) {
      waiting_.erase(found);
    }
    return out;
  }

 private:
  std::deque<Request> settling_;
  std::deque<Request> others_;
  std::map<std::string, std::size_t> waiting_;  // actors with something in others_
};

// A group as it is written: the record, and what is told about it afterwards.
struct Group {
  GroupWriter writer;
  std::vector<std::uint64_t> hashes;  // per accepted message, its place in the inbox
  std::vector<Committed> results;     // per transaction
  std::vector<CommittedMessage> committed;
};

class LogJournal final : public Journal {
 public:
  explicit LogJournal(Options options)
      : options_(std::move(options)),
        log_(options_.folder / "log", options_.file_bytes),
        reader_(log_, tables_, recents_, balance_),
        inbox_(log_, tables_, recents_),
        applier_(log_, tables_, recents_, balance_, inbox_),
        indexer_(tables_, recents_, [this](const std::string& fault) { fail(fault); }) {
    if (!options_.clock) {
      options_.clock = system_clock_ns;
    }
  }

  ~LogJournal() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (writer_.joinable()) {
      writer_.join();
    }
  }

  std::string start() {
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    std::filesystem::permissions(options_.folder, std::filesystem::perms::owner_all, error);
    if (auto fault = tables_.open(options_.folder / "tables"); !fault.empty()) {
      return fault;
    }
    Checkpoint checkpoint;
    if (const auto bytes = tables_.checkpoint();
        !bytes.empty() && !Checkpoint::from_bytes(bytes, checkpoint)) {
      return "the checkpoint of the journal in " + options_.folder.string() + " cannot be read";
    }
    balance_.counters = checkpoint.counters;
    balance_.pending = std::move(checkpoint.pending);
    if (auto fault = recover(checkpoint.file); !fault.empty()) {
      return "the journal in " + options_.folder.string() + " cannot be opened: " + fault;
    }
    writer_ = std::thread([this] { run(); });
    return {};
  }

  void commit(Transaction transaction, OnCommitted done) override {
    std::string refusal;
    {
      const std::lock_guard lock(mutex_);
      if (failure_.empty() && !stopping_) {
        queue_.push({std::move(transaction), std::move(done)});
        wake_.notify_one();
        return;
      }
      refusal = failure_.empty() ? "the journal is closing" : failure_;
    }
    if (done) {
      done(Error{refusal});
    }
  }

  void set_listener(std::function<void(std::vector<CommittedMessage>&)> listener) override {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
  }
  std::string failure() const override {
    const std::lock_guard lock(mutex_);
    return failure_;
  }
  Counters counters() const override {
    const std::lock_guard lock(balance_.mutex);
    return balance_.counters;
  }
  Position last() const override { return counters().messages; }

  std::size_t read_pending(std::string_view destination, Position after, std::size_t most_messages,
                           std::size_t most_bytes,
                           const std::function<void(StoredMessage&)>& each) const override {
    return reader_.read_pending(destination, after, most_messages, most_bytes, each);
  }
  std::size_t count_pending(std::string_view destination, std::size_t most) const override {
    return reader_.count_pending(destination, most);
  }
  void read_range(Position from, Position until,
                  const std::function<void(StoredMessage&)>& each) const override {
    reader_.read_range(from, until, each);
  }
  std::optional<StoredMessage> read(Position position,
                                    std::string_view destination) const override {
    return reader_.read(position, destination);
  }
  std::optional<std::string> cursor(std::string_view actor) const override {
    return reader_.cursor(actor);
  }
  std::map<std::string, std::string> state(std::string_view actor) const override {
    return reader_.state(actor);
  }
  std::vector<TimelineRow> timeline(std::string_view key, std::size_t most) const override {
    return reader_.timeline(key, most);
  }
  std::vector<DeadLetter> dead_letters(std::string_view destination, std::string_view after,
                                       std::size_t most) const override {
    return reader_.dead_letters(destination, after, most);
  }
  std::optional<DeadLetter> dead_letter(std::string_view id) const override {
    return reader_.dead_letter(id);
  }
  std::optional<std::string> blob(std::string_view sha256) const override {
    return reader_.blob(sha256);
  }

 private:
  // Reads the log from the checkpoint on. Full files go to the indexer as if they were just full.
  std::string recover(FileNumber from) {
    std::string fault;
    std::vector<std::pair<std::shared_ptr<const Recent>, std::string>> full;
    FileNumber file = from;
    applier_.begin_file(file);
    const auto go_to = [&](FileNumber number) {
      while (file < number) {
        ++file;
        const auto before = applier_.begin_file(file);
        full.emplace_back(before, checkpoint(file));
      }
    };
    auto error = log_.open(from, [&](const Record& record) {
      go_to(record.place.file);
      if (fault.empty()) {
        fault = applier_.apply(record, {});
      }
    });
    if (!error.empty() || !fault.empty()) {
      return error.empty() ? fault : error;
    }
    go_to(log_.files().back().number);
    indexer_.start(from);
    for (auto& [recent, bytes] : full) {
      indexer_.submit(std::move(recent), std::move(bytes));
    }
    return {};
  }

  std::string checkpoint(FileNumber file) const {
    const std::lock_guard lock(balance_.mutex);
    return Checkpoint::to_bytes(file, balance_.counters, balance_.pending);
  }

  void run() {
    ::pthread_setname_np(::pthread_self(), "journal-write");
    auto next_retention = std::chrono::steady_clock::now();
    while (auto requests = take_requests()) {
      if (!requests->empty()) {
        write(*requests);
      }
      if (const auto now = std::chrono::steady_clock::now();
          now >= next_retention && failure().empty()) {
        next_retention =
            now + std::min<std::chrono::nanoseconds>(kRetentionEvery, options_.retention / 2);
        forget_old_files(
            log_, tables_, balance_, indexer_.checkpointed(),
            options_.clock() -
                std::chrono::duration_cast<std::chrono::nanoseconds>(options_.retention).count());
      }
    }
  }

  // What has queued, without waiting for more; empty after a pause, none when the journal closes.
  std::optional<std::vector<Request>> take_requests() {
    std::vector<Request> out;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty() && stopping_) {
      return std::nullopt;
    }
    for (std::size_t weight = 0; !queue_.empty() && weight < kLargestGroup;) {
      out.push_back(queue_.pop());
      weight += out.back().weight();
    }
    return out;
  }

  void write(std::vector<Request>& requests) {
    Group group;
    Record record;
    record.recorded_at_ns = options_.clock();
    record.first = last() + 1;
    std::string fault = failure();
    if (fault.empty()) {
      for (auto& request : requests) {
        group.results.push_back(encode(request.transaction, record, group));
      }
      inbox_.forget_group();
      record.messages = group.writer.messages();
      record.payload = group.writer.finish();
      fault = log_.append(record.first, record.messages, record.recorded_at_ns, record.payload,
                          record.place);
      if (fault.empty()) {
        fault = applier_.apply(record, group.hashes);
      }
      if (!fault.empty()) {
        fail(fault);
      }
    }
    tell(requests, group, fault.empty());
    if (fault.empty() && log_.full()) {
      begin_file();
    }
  }

  Committed encode(Transaction& transaction, const Record& record, Group& group) {
    Committed result;
    result.recorded_at_ns = record.recorded_at_ns;
    result.positions.reserve(transaction.messages.size());
    group.writer.transaction(transaction.actor);
    for (auto& message : transaction.messages) {
      const auto found = inbox_.find(transaction.actor, message.view.idempotency_key);
      if (found.position != 0) {
        RecordedEvent repeat;
        repeat.kind = RecordedEvent::kRepeated;
        repeat.position = found.position;
        repeat.destination = transaction.actor;
        group.writer.event(repeat);
        result.positions.push_back(0);
        continue;
      }
      const Position position = record.first + group.writer.messages();
      inbox_.remember(found.hash, transaction.actor, message.view.idempotency_key, position);
      group.hashes.push_back(found.hash);
      group.writer.message(message);
      result.positions.push_back(position);
      group.committed.push_back({position, record.recorded_at_ns, message.view, message.wire,
                                 message.dead_letter_reason.empty()
                                     ? std::move(message.destinations)
                                     : std::vector<std::string>{},
                                 transaction.keepalive});
    }
    if (transaction.cursor) {
      group.writer.cursor(*transaction.cursor);
    }
    for (const auto& change : transaction.state) {
      group.writer.state(change);
    }
    for (const auto& settlement : transaction.settlements) {
      // Only an open dead letter can be given back or closed.
      const bool wants_open = settlement.kind == SettlementKind::replayed ||
                              settlement.kind == SettlementKind::discarded;
      const auto letter = wants_open ? reader_.dead_letter(std::to_string(settlement.position) +
                                                           "-" + settlement.destination)
                                     : std::nullopt;
      if (!wants_open || (letter && !letter->discarded)) {
        group.writer.event(event_of(settlement));
      }
    }
    return result;
  }

  void tell(std::vector<Request>& requests, Group& group, bool written) {
    const std::string refusal = failure();
    std::function<void(std::vector<CommittedMessage>&)> listener;
    {
      const std::lock_guard lock(mutex_);
      listener = listener_;
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (requests[i].done) {
        requests[i].done(written ? Result<Committed>(std::move(group.results[i]))
                                 : Result<Committed>(Error{refusal}));
      }
    }
    if (written && listener && !group.committed.empty()) {
      listener(group.committed);
    }
  }

  void begin_file() {
    if (auto fault = log_.roll(last() + 1); !fault.empty()) {
      fail(fault);
      return;
    }
    const auto number = log_.files().back().number;
    indexer_.submit(applier_.begin_file(number), checkpoint(number));
  }

  // Never tried again: after a failed sync nobody knows what is on the disk.
  void fail(const std::string& fault) {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) {
      failure_ = "the journal in " + options_.folder.string() + " cannot be written: " + fault +
                 "; nothing more is accepted; make room or repair the disk, then restart the host";
    }
  }

  Options options_;
  SegmentLog log_;
  IndexTables tables_;
  Recents recents_;
  Balance balance_;
  LogReader reader_;
  Inbox inbox_;  // writer thread, as are the next two
  Applier applier_;
  std::thread writer_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Queue queue_;
  std::function<void(std::vector<CommittedMessage>&)> listener_;
  std::string failure_;
  bool stopping_ = false;
  Indexer indexer_;  // ends first: it uses what is above
};

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  auto journal = std::make_unique<LogJournal>(std::move(options));
  if (auto error = journal->start(); !error.empty()) {
    return Error{std::move(error)};
  }
  return std::unique_ptr<Journal>(std::move(journal));
}

Result<Committed> Journal::commit_and_wait(Transaction transaction) {
  std::promise<Result<Committed>> promise;
  auto future = promise.get_future();
  commit(std::move(transaction),
         [&promise](const Result<Committed>& result) { promise.set_value(result); });
  return future.get();
}

}  // namespace crossdock::host::journal
