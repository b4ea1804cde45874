// The journal on RocksDB: one writer thread takes what has queued, makes one group of it, writes it
// with one sync and tells. The only state outside of the tables is what can be read again from
// them.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "host/journal/journal.hpp"
#include "host/journal/rocks_group.hpp"
#include "host/journal/rocks_reader.hpp"
#include "host/journal/rocks_tables.hpp"

namespace crossdock::host::journal {
namespace {

constexpr std::size_t kLargestGroup = 1000;  // messages and settlements in one write
constexpr std::size_t kPruneAtOnce = 500;
constexpr auto kPrunePause = std::chrono::seconds(1);

std::int64_t system_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Request {
  Transaction transaction;
  OnCommitted done;
  std::size_t weight() const {
    return transaction.messages.size() + transaction.settlements.size() + 1;
  }
};

class RocksJournal final : public Journal {
 public:
  explicit RocksJournal(Options options) : options_(std::move(options)), reader_(tables_) {
    if (!options_.clock) {
      options_.clock = system_clock_ns;
    }
  }

  ~RocksJournal() override {
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
    if (auto error = tables_.open(options_.folder); !error.empty()) {
      return error;
    }
    numbers_ = load_numbers(tables_);
    counters_ = numbers_.counters;
    writer_ = std::thread([this] { run(); });
    return {};
  }

  void commit(Transaction transaction, OnCommitted done) override {
    std::string refusal;
    {
      const std::lock_guard lock(mutex_);
      if (failure_.empty() && !stopping_) {
        queue_.push_back({std::move(transaction), std::move(done)});
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
    const std::lock_guard lock(mutex_);
    return counters_;
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
  void run() {
    auto next_prune = std::chrono::steady_clock::now() + kPrunePause;
    while (auto group = take_group()) {
      if (!group->empty()) {
        write_group(*group);
      }
      if (const auto now = std::chrono::steady_clock::now(); now >= next_prune) {
        prune();
        next_prune = now + kPrunePause;
      }
    }
  }

  // What has queued, without waiting for more; empty after a pause, none when the journal closes.
  std::optional<std::vector<Request>> take_group() {
    std::vector<Request> group;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, kPrunePause, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty() && stopping_) {
      return std::nullopt;
    }
    for (std::size_t weight = 0; !queue_.empty() && weight < kLargestGroup; queue_.pop_front()) {
      weight += queue_.front().weight();
      group.push_back(std::move(queue_.front()));
    }
    return group;
  }

  void write_group(std::vector<Request>& requests) {
    RocksGroup group(tables_, numbers_, options_.clock());
    std::vector<Committed> results;
    results.reserve(requests.size());
    for (const auto& request : requests) {
      results.push_back(group.add(request.transaction));
    }
    const auto status = tables_.write(group.finish(), true);
    std::function<void(std::vector<CommittedMessage>&)> listener;
    std::string failure;
    {
      const std::lock_guard lock(mutex_);
      if (status.ok()) {
        numbers_ = group.numbers();
        counters_ = numbers_.counters;
      } else if (failure_.empty()) {
        // Never tried again: after a failed sync nobody knows what is on the disk.
        failure_ =
            "the journal in " + options_.folder.string() +
            " cannot be written: " + status.ToString() +
            "; nothing more is accepted; make room or repair the disk, then restart the host";
      }
      listener = listener_;
      failure = failure_;
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (requests[i].done) {
        requests[i].done(status.ok() ? Result<Committed>(std::move(results[i]))
                                     : Result<Committed>(Error{failure}));
      }
    }
    if (status.ok() && listener && !group.committed().empty()) {
      listener(group.committed());
    }
  }

  // Takes away settled messages that are older than the retention, oldest first, a few at a time.
  // Stops at the first that is still owed or is an open dead letter.
  void prune() {
    if (!failure().empty()) {
      return;
    }
    const auto now = options_.clock();
    const auto oldest =
        now - std::chrono::duration_cast<std::chrono::nanoseconds>(options_.retention).count();
    RocksGroup group(tables_, numbers_, now);
    Position pruned_to = numbers_.pruned_to;
    for (std::size_t taken = 0; taken < kPruneAtOnce && pruned_to < numbers_.counters.messages;
         ++taken) {
      const auto stored = reader_.read(pruned_to + 1, {});
      if (stored && (stored->recorded_at_ns >= oldest || reader_.is_held(*stored))) {
        break;
      }
      if (stored) {
        group.forget(*stored);
      }
      ++pruned_to;
    }
    if (pruned_to > numbers_.pruned_to) {
      group.set_pruned_to(pruned_to);
      // Not durable: a prune that is lost is done again.
      if (tables_.write(group.finish(), false).ok()) {
        numbers_ = group.numbers();
      }
    }
  }

  Options options_;
  RocksTables tables_;
  RocksReader reader_;
  std::thread writer_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> queue_;
  std::function<void(std::vector<CommittedMessage>&)> listener_;
  std::string failure_;
  Counters counters_;  // as of the last group that is on the disk
  bool stopping_ = false;
  Numbers numbers_;  // writer thread only
};

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  auto journal = std::make_unique<RocksJournal>(std::move(options));
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
