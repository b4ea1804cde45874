#include "host/journal/rocks_tables.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <array>

namespace crossdock::host::journal {
namespace {

namespace rdb = rocksdb;

constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "default", "log", "inbox", "index", "events", "pending", "tries", "dead", "blob"};

rdb::Options base_options() {
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
  return base;
}

rdb::ColumnFamilyOptions options_of(Family family, const rdb::Options& base) {
  rdb::ColumnFamilyOptions options(base);
  switch (family) {
    case Family::log:
    case Family::blob:
      // Payloads go to blob files once instead of through every compaction.
      options.enable_blob_files = true;
      options.min_blob_size = 256;
      options.enable_blob_garbage_collection = true;
      options.write_buffer_size = 32u << 20;
      break;
    case Family::inbox:
    case Family::index:
    case Family::events:
      options.write_buffer_size = 16u << 20;
      break;
    default:
      break;
  }
  return options;
}

}  // namespace

std::string position_key(Position position) {
  std::string key;
  put_u64(position, key);
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

RocksTables::~RocksTables() {
  for (auto* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle);
  }
}

std::string RocksTables::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const rdb::Options base = base_options();
  std::vector<rdb::ColumnFamilyDescriptor> descriptors;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    descriptors.emplace_back(kFamilyNames[i], options_of(static_cast<Family>(i), base));
  }
  rdb::DB* db = nullptr;
  const auto status = rdb::DB::Open(base, folder.string(), descriptors, &handles_, &db);
  if (!status.ok()) {
    return "the journal in " + folder.string() + " cannot be opened: " + status.ToString() +
           (status.IsIOError() ? "; another host may be running on it" : "");
  }
  db_.reset(db);
  return {};
}

bool RocksTables::get(Family family, std::string_view key, rdb::PinnableSlice& value) const {
  return db_->Get({}, handle(family), slice(key), &value).ok();
}

void RocksTables::walk(Family family, std::string_view prefix, std::string_view from,
                       const std::function<bool(std::string_view, std::string_view)>& each) const {
  const std::unique_ptr<rdb::Iterator> it(db_->NewIterator({}, handle(family)));
  for (it->Seek(slice(from)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    if (!each(view(it->key()), view(it->value()))) {
      return;
    }
  }
}

void RocksTables::walk_owed(Family family, std::string_view text, Position after,
                            const std::function<bool(Position)>& each) const {
  const std::string prefix = pair_key(text, {});
  walk(family, prefix, owed_key(text, after + 1), [&](std::string_view key, std::string_view) {
    // A longer text may begin with this one and a NUL; texts with NUL are refused at intake.
    if (key.size() != prefix.size() + 8) {
      return true;
    }
    return each(Reader(key.substr(prefix.size())).u64());
  });
}

rdb::Status RocksTables::write(rdb::WriteBatch& batch, bool durable) {
  rdb::WriteOptions options;
  options.sync = durable;
  return db_->Write(options, &batch);
}

}  // namespace crossdock::host::journal
