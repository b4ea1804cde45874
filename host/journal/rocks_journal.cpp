// The journal on RocksDB. One column family per kind of row:
//
//   meta      n/…  counters and the next position;  c/<actor> cursor;  s/<actor>\0<key> state
//   log       position                      -> recorded_at, destinations, message in wire form
//   inbox     actor \0 idempotency key      -> position
//   index     key text \0 position          -> nothing      (business key, correlation id, message
//   id) events    position, number              -> what happened to it: settlement rows, repeats
//   pending   destination \0 position       -> nothing
//   tries     destination \0 position       -> attempts, blame, next try
//   dead      destination \0 position       -> reason and what an operator needs to see
//   blob      SHA-256                       -> evidence
//
// A group is one write batch with one sync. The only state outside of it is what can be read again.
#include <openssl/sha.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "host/journal/journal.hpp"
#include "host/journal/records.hpp"

namespace crossdock::host::journal {
namespace {

namespace rdb = rocksdb;

constexpr std::size_t kLargestGroup = 1000;  // messages and settlements in one write
constexpr std::size_t kPruneAtOnce = 500;
constexpr auto kPrunePause = std::chrono::seconds(1);

enum Family : std::size_t {
  kMeta,
  kLog,
  kInbox,
  kIndex,
  kEvents,
  kPending,
  kTries,
  kDead,
  kBlob,
  kFamilies
};
constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "default", "log", "inbox", "index", "events", "pending", "tries", "dead", "blob"};

rdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rdb::Slice& text) { return {text.data(), text.size()}; }

std::string position_key(Position position) {
  std::string key;
  put_u64(position, key);
  return key;
}

// text \0 position: sorts by text, then by position.
std::string owed_key(std::string_view text, Position position) {
  std::string key;
  key.reserve(text.size() + 9);
  key.append(text);
  key.push_back('\0');
  put_u64(position, key);
  return key;
}

std::string pair_key(std::string_view first, std::string_view second) {
  std::string key(first);
  key.push_back('\0');
  key.append(second);
  return key;
}

std::string hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() != 2 * SHA256_DIGEST_LENGTH) {
    return std::nullopt;
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc{} || end != text.data() + i + 2) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>(value));
  }
  return out;
}

const char* name_of(SettlementKind kind) {
  switch (kind) {
    case SettlementKind::delivered:
      return "delivered";
    case SettlementKind::dead_lettered:
      return "dead_lettered";
    case SettlementKind::attempted:
      return "attempted";
    case SettlementKind::crashed:
      return "crashed";
    case SettlementKind::replayed:
      return "replayed";
    case SettlementKind::discarded:
      return "discarded";
  }
  return "unknown";
}

constexpr std::uint8_t kRepeatedRow = 100;  // beside the settlement kinds

struct Request {
  Transaction transaction;
  OnCommitted done;
  std::size_t weight() const {
    return transaction.messages.size() + transaction.settlements.size() + 1;
  }
};

class RocksJournal final : public Journal {
 public:
  RocksJournal(Options options) : options_(std::move(options)) {
    if (!options_.clock) {
      options_.clock = [] {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
      };
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
    for (auto* family : families_) {
      db_->DestroyColumnFamilyHandle(family);
    }
  }

  std::string start() {
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    std::filesystem::permissions(options_.folder, std::filesystem::perms::owner_all, error);
    rdb::Options base;
    base.create_if_missing = true;
    base.create_missing_column_families = true;
    base.max_background_jobs = 2;
    base.compression = rdb::kNoCompression;
    base.keep_log_file_num = 3;
    base.max_log_file_size = 4 << 20;
    base.info_log_level = rdb::WARN_LEVEL;
    base.max_total_wal_size = 256u << 20;
    // What was torn at the tail of the log was never acknowledged; anything else damaged is said.
    base.wal_recovery_mode = rdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    base.write_buffer_size = 8u << 20;
    rdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rdb::NewBloomFilterPolicy(10));
    table.block_cache = rdb::NewLRUCache(32u << 20);
    base.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
    base.memtable_whole_key_filtering = true;
    base.memtable_prefix_bloom_size_ratio = 0.1;
    std::vector<rdb::ColumnFamilyDescriptor> descriptors;
    for (std::size_t i = 0; i < kFamilies; ++i) {
      rdb::ColumnFamilyOptions family(base);
      if (i == kLog || i == kBlob) {
        // Payloads go to blob files once instead of through every compaction.
        family.enable_blob_files = true;
        family.min_blob_size = 256;
        family.enable_blob_garbage_collection = true;
        family.write_buffer_size = 32u << 20;
      } else if (i == kInbox || i == kIndex || i == kEvents) {
        family.write_buffer_size = 16u << 20;
      }
      descriptors.emplace_back(kFamilyNames[i], family);
    }
    rdb::DB* db = nullptr;
    const auto status = rdb::DB::Open(base, options_.folder.string(), descriptors, &families_, &db);
    if (!status.ok()) {
      return "the journal in " + options_.folder.string() +
             " cannot be opened: " + status.ToString() +
             (status.IsIOError() ? "; another host may be running on it" : "");
    }
    db_.reset(db);
    load_numbers();
    writer_ = std::thread([this] { run(); });
    return {};
  }

  void commit(Transaction transaction, OnCommitted done) override {
    {
      const std::lock_guard lock(mutex_);
      if (failure_.empty() && !stopping_) {
        queue_.push_back({std::move(transaction), std::move(done)});
        wake_.notify_one();
        return;
      }
    }
    if (done) {
      done(Error{failure().empty() ? "the journal is closing" : failure()});
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

  std::size_t read_pending(std::string_view destination, Position after, std::size_t most_messages,
                           std::size_t most_bytes,
                           const std::function<void(StoredMessage&)>& each) const override {
    std::size_t count = 0;
    std::size_t bytes = 0;
    each_owed(kPending, destination, after, [&](Position position) {
      auto message = read(position, destination);
      if (message) {
        ++count;
        bytes += message->wire.size();
        each(*message);
      }
      return count < most_messages && bytes < most_bytes;
    });
    return count;
  }

  std::size_t count_pending(std::string_view destination, std::size_t most) const override {
    std::size_t count = 0;
    each_owed(kPending, destination, 0, [&](Position) { return ++count < most; });
    return count;
  }

  std::optional<StoredMessage> read(Position position,
                                    std::string_view destination) const override {
    rdb::PinnableSlice value;
    if (!get(kLog, position_key(position), value)) {
      return std::nullopt;
    }
    StoredMessage out;
    out.position = position;
    Reader in(view(value));
    out.recorded_at_ns = static_cast<std::int64_t>(in.u64());
    for (auto count = in.u32(); count > 0 && in.good(); --count) {
      out.destinations.emplace_back(in.text());
    }
    out.wire = in.rest();
    if (!destination.empty()) {
      rdb::PinnableSlice tries;
      if (get(kTries, owed_key(destination, position), tries)) {
        Reader numbers(view(tries));
        out.attempts = numbers.u32();
        out.blame = numbers.u32();
        out.next_try_ns = static_cast<std::int64_t>(numbers.u64());
      }
    }
    return out;
  }

  Position last() const override {
    const std::lock_guard lock(mutex_);
    return counters_.messages;
  }

  std::optional<std::string> cursor(std::string_view actor) const override {
    rdb::PinnableSlice value;
    if (!get(kMeta, "c/" + std::string(actor), value)) {
      return std::nullopt;
    }
    return value.ToString();
  }

  std::map<std::string, std::string> state(std::string_view actor) const override {
    std::map<std::string, std::string> out;
    const std::string prefix = "s/" + pair_key(actor, {});
    std::unique_ptr<rdb::Iterator> it(db_->NewIterator({}, families_[kMeta]));
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      out.emplace(view(it->key()).substr(prefix.size()), it->value().ToString());
    }
    return out;
  }

  std::vector<TimelineRow> timeline(std::string_view key, std::size_t most) const override {
    std::vector<TimelineRow> rows;
    each_owed(kIndex, key, 0, [&](Position position) {
      add_rows(position, rows);
      return rows.size() < most;
    });
    std::stable_sort(rows.begin(), rows.end(),
                     [](const TimelineRow& a, const TimelineRow& b) { return a.at_ns < b.at_ns; });
    return rows;
  }

  std::vector<DeadLetter> dead_letters(std::string_view destination, std::string_view after,
                                       std::size_t most) const override {
    std::vector<DeadLetter> out;
    std::unique_ptr<rdb::Iterator> it(db_->NewIterator({}, families_[kDead]));
    const std::string prefix = destination.empty() ? std::string() : pair_key(destination, {});
    if (after.empty()) {
      it->Seek(prefix);
    } else {
      const auto [position, name] = split_id(after);
      it->Seek(owed_key(name, position + 1));
    }
    for (; it->Valid() && it->key().starts_with(prefix) && out.size() < most; it->Next()) {
      if (auto letter = to_dead_letter(view(it->key()), view(it->value()))) {
        out.push_back(std::move(*letter));
      }
    }
    return out;
  }

  std::optional<DeadLetter> dead_letter(std::string_view id) const override {
    const auto [position, destination] = split_id(id);
    rdb::PinnableSlice value;
    const std::string key = owed_key(destination, position);
    if (position == 0 || !get(kDead, key, value)) {
      return std::nullopt;
    }
    return to_dead_letter(key, view(value));
  }

  std::optional<std::string> blob(std::string_view sha256) const override {
    const auto key = unhex(sha256);
    rdb::PinnableSlice value;
    if (!key || !get(kBlob, *key, value)) {
      return std::nullopt;
    }
    return value.ToString();
  }

  Counters counters() const override {
    const std::lock_guard lock(mutex_);
    return counters_;
  }

 private:
  // --- reading ---

  bool get(Family family, std::string_view key, rdb::PinnableSlice& value) const {
    return db_->Get({}, families_[family], slice(key), &value).ok();
  }

  // Walks text \0 position rows of one text after a position, until `each` says false.
  template <class Each>
  void each_owed(Family family, std::string_view text, Position after, const Each& each) const {
    const std::string prefix = pair_key(text, {});
    std::unique_ptr<rdb::Iterator> it(db_->NewIterator({}, families_[family]));
    for (it->Seek(owed_key(text, after + 1)); it->Valid(); it->Next()) {
      const auto key = view(it->key());
      if (!key.starts_with(prefix)) {
        return;
      }
      // A longer text may begin with this one and a NUL; texts with NUL are refused at intake.
      if (key.size() != prefix.size() + 8) {
        continue;
      }
      if (!each(Reader(key.substr(prefix.size())).u64())) {
        return;
      }
    }
  }

  void add_rows(Position position, std::vector<TimelineRow>& rows) const {
    const auto stored = read(position, {});
    if (!stored) {
      return;
    }
    canonical::MessageView message;
    if (!canonical::decode_wire(stored->wire, message).ok()) {
      return;
    }
    TimelineRow row;
    row.position = position;
    row.at_ns = stored->recorded_at_ns;
    row.what = "accepted";
    row.message_id = message.id;
    row.type = message.type;
    row.source = message.source;
    row.subject = message.subject;
    row.business_key = message.business_key;
    row.correlation_id = message.correlation_id;
    row.causation_id = message.causation_id;
    rows.push_back(row);
    const std::string prefix = position_key(position);
    std::unique_ptr<rdb::Iterator> it(db_->NewIterator({}, families_[kEvents]));
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      Reader in(view(it->value()));
      const auto kind = in.u8();
      row.what = kind == kRepeatedRow ? "repeated" : name_of(static_cast<SettlementKind>(kind));
      row.at_ns = static_cast<std::int64_t>(in.u64());
      row.attempts = in.u32();
      row.destination = in.text();
      row.outcome = in.text();
      row.reason = in.text();
      row.reference = in.text();
      row.evidence_request = hex(in.text());
      row.evidence_answer = hex(in.text());
      rows.push_back(row);
    }
  }

  static std::pair<Position, std::string_view> split_id(std::string_view id) {
    const auto dash = id.find('-');
    Position position = 0;
    if (dash == std::string_view::npos) {
      return {0, {}};
    }
    std::from_chars(id.data(), id.data() + dash, position);
    return {position, id.substr(dash + 1)};
  }

  static std::optional<DeadLetter> to_dead_letter(std::string_view key, std::string_view value) {
    if (key.size() < 9) {
      return std::nullopt;
    }
    DeadLetter out;
    out.destination = key.substr(0, key.size() - 9);
    out.position = Reader(key.substr(key.size() - 8)).u64();
    out.id = std::to_string(out.position) + "-" + out.destination;
    Reader in(value);
    out.discarded = in.u8() != 0;
    out.at_ns = static_cast<std::int64_t>(in.u64());
    out.attempts = in.u32();
    out.outcome = in.text();
    out.reason = in.text();
    out.business_key = in.text();
    out.type = in.text();
    out.source = in.text();
    out.message_id = in.text();
    return out;
  }

  void load_numbers() {
    rdb::PinnableSlice value;
    if (get(kMeta, "n/counters", value)) {
      Reader in(view(value));
      counters_.messages = in.u64();
      counters_.accepted = in.u64();
      counters_.delivered = in.u64();
      counters_.dead_lettered = in.u64();
      counters_.pending = in.u64();
      counters_.repeats = in.u64();
      events_ = in.u64();
      pruned_ = in.u64();
    }
  }

  // --- the writer thread ---

  void run() {
    std::vector<Request> group;
    auto next_prune = std::chrono::steady_clock::now() + kPrunePause;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, kPrunePause, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty() && stopping_) {
          return;
        }
        std::size_t weight = 0;
        while (!queue_.empty() && weight < kLargestGroup) {
          weight += queue_.front().weight();
          group.push_back(std::move(queue_.front()));
          queue_.pop_front();
        }
      }
      if (!group.empty()) {
        write_group(group);
        group.clear();
      }
      if (const auto now = std::chrono::steady_clock::now(); now >= next_prune) {
        prune();
        next_prune = now + kPrunePause;
      }
    }
  }

  struct Group {
    rdb::WriteBatch batch;
    std::unordered_map<std::string, Position> inbox;  // keys accepted in this very group
    std::vector<CommittedMessage> committed;
    Counters counters;
    std::int64_t now = 0;
  };

  void write_group(std::vector<Request>& requests) {
    Group group;
    group.now = options_.clock();
    {
      const std::lock_guard lock(mutex_);
      group.counters = counters_;
    }
    std::vector<Committed> results(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      add_transaction(requests[i].transaction, group, results[i]);
    }
    add_numbers(group);
    rdb::WriteOptions durable;
    durable.sync = true;
    const auto status = db_->Write(durable, &group.batch);
    std::function<void(std::vector<CommittedMessage>&)> listener;
    std::string failure;
    {
      const std::lock_guard lock(mutex_);
      if (status.ok()) {
        counters_ = group.counters;
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
    if (status.ok() && listener && !group.committed.empty()) {
      listener(group.committed);
    }
  }

  void add_transaction(const Transaction& transaction, Group& group, Committed& result) {
    result.recorded_at_ns = group.now;
    result.positions.reserve(transaction.messages.size());
    for (const auto& message : transaction.messages) {
      result.positions.push_back(add_message(transaction, message, group));
    }
    if (transaction.cursor) {
      group.batch.Put(families_[kMeta], "c/" + transaction.actor, *transaction.cursor);
    }
    for (const auto& change : transaction.state) {
      const std::string key = "s/" + pair_key(transaction.actor, change.key);
      if (change.value) {
        group.batch.Put(families_[kMeta], key, *change.value);
      } else {
        group.batch.Delete(families_[kMeta], key);
      }
    }
    for (const auto& settlement : transaction.settlements) {
      add_settlement(settlement, group);
    }
  }

  Position add_message(const Transaction& transaction, const NewMessage& message, Group& group) {
    std::string inbox_key = pair_key(transaction.actor, message.view.idempotency_key);
    Position earlier = 0;
    if (const auto found = group.inbox.find(inbox_key); found != group.inbox.end()) {
      earlier = found->second;
    } else {
      rdb::PinnableSlice value;
      if (get(kInbox, inbox_key, value)) {
        earlier = Reader(view(value)).u64();
      }
    }
    if (earlier != 0) {
      ++group.counters.repeats;
      Settlement repeat;
      repeat.destination = transaction.actor;
      add_event(earlier, kRepeatedRow, repeat, {}, {}, group);
      return 0;
    }
    const Position position = ++group.counters.messages;
    const std::string key = position_key(position);
    group.batch.Put(families_[kInbox], inbox_key, key);
    group.inbox.emplace(std::move(inbox_key), position);

    std::vector<std::string> owed = message.destinations;
    if (!message.dead_letter_reason.empty()) {
      owed.assign(1, std::string(kIntake));
    }
    std::string head;
    put_u64(static_cast<std::uint64_t>(group.now), head);
    put_u32(static_cast<std::uint32_t>(owed.size()), head);
    for (const auto& destination : owed) {
      put_text(destination, head);
    }
    const rdb::Slice key_parts[] = {slice(key)};
    const rdb::Slice value_parts[] = {slice(head), slice(message.wire)};
    group.batch.Put(families_[kLog], rdb::SliceParts(key_parts, 1),
                    rdb::SliceParts(value_parts, 2));
    add_index(message.view.business_key, position, group);
    if (message.view.correlation_id != message.view.business_key) {
      add_index(message.view.correlation_id, position, group);
    }
    if (message.view.id != message.view.correlation_id) {
      add_index(message.view.id, position, group);
    }
    group.counters.accepted += owed.size();
    if (!message.dead_letter_reason.empty()) {
      Settlement settlement;
      settlement.position = position;
      settlement.destination = kIntake;
      settlement.outcome = "rejected";
      settlement.reason = message.dead_letter_reason;
      add_dead(settlement, message.view, group);
      add_event(position, static_cast<std::uint8_t>(SettlementKind::dead_lettered), settlement, {},
                {}, group);
      ++group.counters.dead_lettered;
    } else {
      for (const auto& destination : owed) {
        group.batch.Put(families_[kPending], owed_key(destination, position), {});
      }
      group.counters.pending += owed.size();
    }
    group.committed.push_back(
        {position, group.now, message.view, message.wire,
         message.dead_letter_reason.empty() ? std::move(owed) : std::vector<std::string>{},
         transaction.keepalive});
    return position;
  }

  void add_index(std::string_view text, Position position, Group& group) {
    if (!text.empty()) {
      group.batch.Put(families_[kIndex], owed_key(text, position), {});
    }
  }

  std::string add_blob(const std::string& bytes, Group& group) {
    if (bytes.empty()) {
      return {};
    }
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    rdb::PinnableSlice value;
    if (!get(kBlob, digest, value)) {
      group.batch.Put(families_[kBlob], digest, bytes);
    }
    return digest;
  }

  void add_event(Position position, std::uint8_t kind, const Settlement& settlement,
                 std::string_view request, std::string_view answer, Group& group) {
    std::string key = position_key(position);
    put_u64(++events_, key);
    std::string value;
    value.push_back(static_cast<char>(kind));
    put_u64(static_cast<std::uint64_t>(group.now), value);
    put_u32(settlement.attempts, value);
    put_text(settlement.destination, value);
    put_text(settlement.outcome, value);
    put_text(settlement.reason, value);
    put_text(settlement.reference, value);
    put_text(request, value);
    put_text(answer, value);
    group.batch.Put(families_[kEvents], key, value);
  }

  void add_dead(const Settlement& settlement, const canonical::MessageView& message, Group& group,
                bool discarded = false) {
    std::string value;
    value.push_back(discarded ? 1 : 0);
    put_u64(static_cast<std::uint64_t>(group.now), value);
    put_u32(settlement.attempts, value);
    put_text(settlement.outcome, value);
    put_text(settlement.reason, value);
    put_text(settlement.business_key.empty() ? message.business_key : settlement.business_key,
             value);
    put_text(message.type, value);
    put_text(message.source, value);
    put_text(message.id, value);
    group.batch.Put(families_[kDead], owed_key(settlement.destination, settlement.position), value);
  }

  void add_settlement(const Settlement& settlement, Group& group) {
    const std::string key = owed_key(settlement.destination, settlement.position);
    switch (settlement.kind) {
      case SettlementKind::delivered:
      case SettlementKind::dead_lettered:
        group.batch.SingleDelete(families_[kPending], key);
        if (settlement.attempts > 1 || settlement.blame > 0) {
          group.batch.Delete(families_[kTries], key);
        }
        --group.counters.pending;
        if (settlement.kind == SettlementKind::delivered) {
          ++group.counters.delivered;
        } else {
          ++group.counters.dead_lettered;
          const auto stored = read(settlement.position, {});
          canonical::MessageView message;
          if (stored) {
            canonical::decode_wire(stored->wire, message);
          }
          add_dead(settlement, message, group);
        }
        break;
      case SettlementKind::attempted:
      case SettlementKind::crashed: {
        std::string value;
        put_u32(settlement.attempts, value);
        put_u32(settlement.blame, value);
        put_u64(static_cast<std::uint64_t>(settlement.next_try_ns), value);
        group.batch.Put(families_[kTries], key, value);
        break;
      }
      case SettlementKind::replayed:
        group.batch.Delete(families_[kDead], key);
        group.batch.Delete(families_[kTries], key);
        group.batch.Put(families_[kPending], key, {});
        --group.counters.dead_lettered;
        ++group.counters.pending;
        break;
      case SettlementKind::discarded: {
        const auto stored = read(settlement.position, {});
        canonical::MessageView message;
        if (stored) {
          canonical::decode_wire(stored->wire, message);
        }
        add_dead(settlement, message, group, true);
        break;
      }
    }
    const std::string request = add_blob(settlement.evidence_request, group);
    const std::string answer = add_blob(settlement.evidence_answer, group);
    add_event(settlement.position, static_cast<std::uint8_t>(settlement.kind), settlement, request,
              answer, group);
  }

  void add_numbers(Group& group) {
    std::string value;
    put_u64(group.counters.messages, value);
    put_u64(group.counters.accepted, value);
    put_u64(group.counters.delivered, value);
    put_u64(group.counters.dead_lettered, value);
    put_u64(group.counters.pending, value);
    put_u64(group.counters.repeats, value);
    put_u64(events_, value);
    put_u64(pruned_, value);
    group.batch.Put(families_[kMeta], "n/counters", value);
  }

  // Takes away settled messages that are older than the retention, oldest first, a few at a time.
  // Stops at the first that is still owed or is an open dead letter.
  void prune() {
    const auto oldest =
        options_.clock() -
        std::chrono::duration_cast<std::chrono::nanoseconds>(options_.retention).count();
    Group group;
    group.now = options_.clock();
    {
      const std::lock_guard lock(mutex_);
      if (!failure_.empty()) {
        return;
      }
      group.counters = counters_;
    }
    std::size_t taken = 0;
    for (; taken < kPruneAtOnce && pruned_ < group.counters.messages; ++taken) {
      const Position position = pruned_ + 1;
      const auto stored = read(position, {});
      if (stored && (stored->recorded_at_ns >= oldest || is_held(*stored))) {
        break;
      }
      if (stored) {
        forget(*stored, group);
      }
      ++pruned_;
    }
    if (taken > 0) {
      add_numbers(group);
      rdb::WriteOptions lazy;  // a prune that is lost is done again
      db_->Write(lazy, &group.batch);
    }
  }

  bool is_held(const StoredMessage& stored) const {
    rdb::PinnableSlice value;
    return std::any_of(
        stored.destinations.begin(), stored.destinations.end(),
        [&](const std::string& destination) {
          const auto key = owed_key(destination, stored.position);
          return get(kPending, key, value) ||
                 (get(kDead, key, value) && view(value).substr(0, 1) == std::string_view("\0", 1));
        });
  }

  void forget(const StoredMessage& stored, Group& group) {
    canonical::MessageView message;
    if (canonical::decode_wire(stored.wire, message).ok()) {
      group.batch.Delete(families_[kInbox], pair_key(message.source, message.idempotency_key));
      for (const auto text : {message.business_key, message.correlation_id, message.id}) {
        group.batch.Delete(families_[kIndex], owed_key(text, stored.position));
      }
    }
    for (const auto& destination : stored.destinations) {
      group.batch.Delete(families_[kDead], owed_key(destination, stored.position));
    }
    group.batch.Delete(families_[kLog], position_key(stored.position));
    group.batch.DeleteRange(families_[kEvents], position_key(stored.position),
                            position_key(stored.position + 1));
  }

  Options options_;
  std::unique_ptr<rdb::DB> db_;
  std::vector<rdb::ColumnFamilyHandle*> families_;
  std::thread writer_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> queue_;
  std::function<void(std::vector<CommittedMessage>&)> listener_;
  std::string failure_;
  Counters counters_;
  bool stopping_ = false;
  // Writer thread only.
  std::uint64_t events_ = 0;
  Position pruned_ = 0;
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
