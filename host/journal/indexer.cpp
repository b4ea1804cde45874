#include "host/journal/indexer.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace crossdock::host::journal {
namespace {

constexpr std::size_t kMostQueued = 4;
// A checkpoint costs a few syncs; a start without it reads some files more.
constexpr int kFilesPerCheckpoint = 8;
constexpr auto kCheckpointEvery = std::chrono::seconds(10);
constexpr int kNice = 5;

template <class Row>
std::vector<Row> sorted(const std::deque<Row>& rows) {
  std::vector<Row> out(rows.begin(), rows.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::string Checkpoint::to_bytes(FileNumber file, const Counters& counters,
                                 const Pending& pending) {
  std::string out;
  put_u64(file, out);
  put_u64(counters.messages, out);
  put_u64(counters.accepted, out);
  put_u64(counters.delivered, out);
  put_u64(counters.dead_lettered, out);
  put_u64(counters.pending, out);
  put_u64(counters.repeats, out);
  out += pending.to_bytes();
  return out;
}

bool Checkpoint::from_bytes(std::string_view bytes, Checkpoint& out) {
  Reader in(bytes);
  out.file = in.u64();
  out.counters.messages = in.u64();
  out.counters.accepted = in.u64();
  out.counters.delivered = in.u64();
  out.counters.dead_lettered = in.u64();
  out.counters.pending = in.u64();
  out.counters.repeats = in.u64();
  return in.good() && Pending::from_bytes(in.rest(), out.pending);
}

Indexer::Indexer(IndexTables& tables, Recents& recents,
                 std::function<void(const std::string&)> failed)
    : tables_(tables), recents_(recents), failed_(std::move(failed)) {}

Indexer::~Indexer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Indexer::start(FileNumber checkpointed) {
  checkpointed_ = checkpointed;
  thread_ = std::thread([this] { run(); });
}

void Indexer::submit(std::shared_ptr<const Recent> full, std::string checkpoint) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.size() < kMostQueued || stopping_; });
  queue_.push_back({std::move(full), std::move(checkpoint)});
  lock.unlock();
  changed_.notify_all();
}

FileNumber Indexer::checkpointed() const {
  const std::lock_guard lock(mutex_);
  return checkpointed_;
}

void Indexer::run() {
  ::pthread_setname_np(::pthread_self(), "journal-index");
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice);
  int files = 0;
  auto last = std::chrono::steady_clock::now();
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) {
        return;  // what is left is made again from the log at the next start
      }
      work = queue_.front();  // it leaves the queue when it is done
    }
    auto fault = ingest(*work.full);
    const auto now = std::chrono::steady_clock::now();
    const bool due = ++files >= kFilesPerCheckpoint || now - last >= kCheckpointEvery;
    if (fault.empty() && due) {
      fault = tables_.write_checkpoint(work.checkpoint);
    }
    if (!fault.empty()) {
      failed_(fault);
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
      }
      changed_.notify_all();
      return;
    }
    recents_.drop(work.full->file());
    const std::lock_guard lock(mutex_);
    queue_.pop_front();
    if (due) {
      files = 0;
      last = now;
      checkpointed_ = work.full->file() + 1;
    }
    changed_.notify_all();
  }
}

std::string Indexer::ingest(const Recent& full) {
  std::vector<IndexTables::Sorted> tables = {
      {Table::inbox, {}}, {Table::index, {}}, {Table::events, {}}};
  std::vector<InboxTable::Slot> slots = full.inbox().slots();
  std::sort(slots.begin(), slots.end());
  tables[0].rows.reserve(full.inbox().size());
  for (const auto& slot : slots) {
    if (slot.hash != 0) {
      tables[0].rows.emplace_back(number_key(slot.hash), number_key(slot.position));
    }
  }
  tables[1].rows.reserve(full.keys().size());
  for (const auto& key : sorted(full.keys())) {
    tables[1].rows.emplace_back(number_key(key.hash) + number_key(key.position), std::string());
  }
  tables[2].rows.reserve(full.events().size());
  for (const auto& event : sorted(full.events())) {
    std::string row = number_key(event.position);
    put_u64(full.file(), row);
    put_u32(event.record, row);
    put_u32(event.place, row);
    tables[2].rows.emplace_back(std::move(row), std::string());
  }
  return tables_.ingest(tables);
}

}  // namespace crossdock::host::journal
