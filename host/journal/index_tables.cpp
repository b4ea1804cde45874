#include "host/journal/index_tables.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <array>

#include "host/journal/records.hpp"

namespace crossdock::host::journal {
namespace {

namespace rdb = rocksdb;

constexpr std::array<const char*, kTables> kTableNames = {"default", "inbox", "index", "events",
                                                          "tries",   "dead",  "blob"};
constexpr std::string_view kCheckpointKey = "checkpoint";

// Lets rows go whose message or evidence is not kept any more.
class BelowFloor final : public rdb::CompactionFilter {
 public:
  BelowFloor(Table table, std::shared_ptr<IndexTables::Floor> floor)
      : table_(table), floor_(std::move(floor)) {}
  const char* Name() const override { return "crossdock.below-floor"; }
  bool Filter(int, const rdb::Slice& key, const rdb::Slice& value, std::string*,
              bool*) const override {
    switch (table_) {
      case Table::inbox:
        return Reader(view(value)).u64() < floor_->position;
      case Table::index:
        return Reader(view(key).substr(8)).u64() < floor_->position;
      case Table::events:
        return Reader(view(key)).u64() < floor_->position;
      case Table::blob:
        return Reader(view(value)).u64() < floor_->file;
      default:
        return false;
    }
  }

 private:
  Table table_;
  std::shared_ptr<IndexTables::Floor> floor_;
};

class BelowFloorFactory final : public rdb::CompactionFilterFactory {
 public:
  BelowFloorFactory(Table table, std::shared_ptr<IndexTables::Floor> floor)
      : table_(table), floor_(std::move(floor)) {}
  const char* Name() const override { return "crossdock.below-floor"; }
  std::unique_ptr<rdb::CompactionFilter> CreateCompactionFilter(
      const rdb::CompactionFilter::Context&) override {
    return std::make_unique<BelowFloor>(table_, floor_);
  }

 private:
  Table table_;
  std::shared_ptr<IndexTables::Floor> floor_;
};

rdb::Options base_options() {
  rdb::Options base;
  base.create_if_missing = true;
  base.create_missing_column_families = true;
  base.atomic_flush = true;  // what reaches the disk is of one moment, in all tables
  base.max_background_jobs = 2;
  base.compression = rdb::kNoCompression;
  base.keep_log_file_num = 3;
  base.max_log_file_size = 4 << 20;
  base.info_log_level = rdb::WARN_LEVEL;
  base.write_buffer_size = 8u << 20;
  rdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rdb::NewBloomFilterPolicy(10));
  table.block_cache = rdb::NewLRUCache(32u << 20);
  // Filters of the inbox are asked for every message; they must not be pushed out.
  table.cache_index_and_filter_blocks = false;
  base.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
  return base;
}

}  // namespace

std::string number_key(std::uint64_t number) {
  std::string key;
  put_u64(number, key);
  return key;
}

std::string owed_key(std::string_view text, Position position) {
  std::string key;
  key.reserve(text.size() + 9);
  key.append(text);
  key.push_back('\0');
  put_u64(position, key);
  return key;
}

std::string pair_key(std::string_view first, std::string_view second) {
  std::string key;
  key.reserve(first.size() + 1 + second.size());
  key.append(first);
  key.push_back('\0');
  key.append(second);
  return key;
}

IndexTables::~IndexTables() {
  for (auto* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle);
  }
}

std::string IndexTables::open(const std::filesystem::path& folder) {
  folder_ = folder;
  base_ = base_options();
  std::vector<rdb::ColumnFamilyDescriptor> descriptors;
  for (std::size_t i = 0; i < kTables; ++i) {
    rdb::ColumnFamilyOptions options(base_);
    const auto table = static_cast<Table>(i);
    if (table == Table::inbox || table == Table::index) {
      // Hashes lie all over the range: by levels each merge would rewrite nearly everything.
      options.compaction_style = rdb::kCompactionStyleUniversal;
      options.level0_file_num_compaction_trigger = 8;
      options.compaction_options_universal.size_ratio = 20;
      options.compaction_options_universal.min_merge_width = 4;
    }
    if (table == Table::inbox || table == Table::index || table == Table::events ||
        table == Table::blob) {
      options.compaction_filter_factory = std::make_shared<BelowFloorFactory>(table, floor_);
    }
    descriptors.emplace_back(kTableNames[i], options);
  }
  rdb::DB* db = nullptr;
  const auto status = rdb::DB::Open(base_, folder.string(), descriptors, &handles_, &db);
  if (!status.ok()) {
    return "the journal in " + folder.parent_path().string() +
           " cannot be opened: " + status.ToString() +
           (status.IsIOError() ? "; another host may be running on it" : "");
  }
  db_.reset(db);
  return {};
}

bool IndexTables::get(Table table, std::string_view key, rdb::PinnableSlice& value) const {
  return db_->Get({}, handle(table), slice(key), &value).ok();
}

void IndexTables::walk(Table table, std::string_view prefix, std::string_view from,
                       const std::function<bool(std::string_view, std::string_view)>& each) const {
  const std::unique_ptr<rdb::Iterator> it(db_->NewIterator({}, handle(table)));
  for (it->Seek(slice(from)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    if (!each(view(it->key()), view(it->value()))) {
      return;
    }
  }
}

std::string IndexTables::write(rdb::WriteBatch& batch) {
  rdb::WriteOptions options;
  options.disableWAL = true;
  const auto status = db_->Write(options, &batch);
  return status.ok() ? std::string() : status.ToString();
}

std::string IndexTables::ingest(const std::vector<Sorted>& tables) {
  std::vector<rdb::IngestExternalFileArg> arguments;
  for (const auto& sorted : tables) {
    if (sorted.rows.empty()) {
      continue;
    }
    const auto path =
        folder_ / ("ingest-" + std::to_string(static_cast<int>(sorted.table)) + ".sst");
    // After a kill between taking in and forgetting the name, this is a second name of a file in
    // use: writing would be into that.
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) {
      return path.string() + " cannot be removed: " + error.message();
    }
    rdb::SstFileWriter writer(rdb::EnvOptions(), base_, handle(sorted.table));
    auto status = writer.Open(path.string());
    for (const auto& [key, value] : sorted.rows) {
      if (status.ok()) {
        status = writer.Put(key, value);
      }
    }
    if (status.ok()) {
      status = writer.Finish();
    }
    if (!status.ok()) {
      return status.ToString();
    }
    rdb::IngestExternalFileArg argument;
    argument.column_family = handle(sorted.table);
    argument.external_files = {path.string()};
    argument.options.move_files = true;
    argument.options.write_global_seqno = false;
    arguments.push_back(std::move(argument));
  }
  if (arguments.empty()) {
    return {};
  }
  const auto status = db_->IngestExternalFiles(arguments);
  return status.ok() ? std::string() : status.ToString();
}

std::string IndexTables::checkpoint() const {
  rdb::PinnableSlice value;
  return get(Table::meta, kCheckpointKey, value) ? value.ToString() : std::string();
}

std::string IndexTables::write_checkpoint(std::string_view checkpoint) {
  rdb::WriteBatch batch;
  batch.Put(handle(Table::meta), slice(kCheckpointKey), slice(checkpoint));
  if (auto fault = write(batch); !fault.empty()) {
    return fault;
  }
  const auto status = db_->Flush(rdb::FlushOptions(), handles_);
  return status.ok() ? std::string() : status.ToString();
}

}  // namespace crossdock::host::journal
