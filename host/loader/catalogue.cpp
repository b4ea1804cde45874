#include "host/loader/catalogue.hpp"

#include <sys/stat.h>

#include <chrono>
#include <crossdock/canonical/instant.hpp>
#include <set>

#include "sdk/trust/package.hpp"

namespace crossdock::host::loader {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSettledAfterNs = 500'000'000;

std::int64_t modified_ns(const struct stat& info) {
  return info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec;
}

}  // namespace

Catalogue::Catalogue(Places places, Policy policy, fs::path trust_store)
    : places_(std::move(places)), policy_(policy), trust_folder_(std::move(trust_store)) {
  std::error_code error;
  fs::create_directories(places_.store, error);
  fs::permissions(places_.store, fs::perms::owner_all, error);
}

Catalogue::Mark Catalogue::mark_of(const fs::path& file) {
  Mark mark;
  struct stat info {};
  if (stat(file.c_str(), &info) == 0) {
    mark = {modified_ns(info), static_cast<std::uintmax_t>(info.st_size), info.st_ino, 0};
  }
  if (stat((file.string() + std::string(trust::kSignatureEnding)).c_str(), &info) == 0) {
    mark.signature_ns = modified_ns(info) ^ static_cast<std::int64_t>(info.st_ino);
  }
  return mark;
}

// True when whom we trust may have changed: then every judgement is made anew.
bool Catalogue::read_trust() {
  const auto mark = mark_of(trust_folder_ / "trust.json");
  if (looked_ && mark == trust_mark_) {
    return false;
  }
  trust_mark_ = mark;
  trust_fault_.clear();
  // A store that cannot be read is an empty one: nothing is trusted then.
  trusted_ = trust::TrustStore::open(trust_folder_, trust_fault_).value_or(trust::TrustStore());
  return true;
}

bool Catalogue::look(bool settled_only) {
  const bool judge_anew = read_trust();
  bool changed = judge_anew;
  if (judge_anew) {
    for (auto& [hash, entry] : kept_) {
      entry.decision = admit(places_.store / (hash + ".so"), places_, policy_, trusted_);
    }
  }
  looked_ = true;
  std::set<fs::path> there;
  std::error_code error;
  for (fs::directory_iterator it(places_.folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".so" || it->path().extension() == trust::kPackageEnding) {
      there.insert(it->path());
    }
  }
  folder_fault_ = error ? "cannot be listed: " + error.message() : std::string();
  for (const auto& path : there) {
    const auto mark = mark_of(path);
    const auto known = files_.find(path);
    const bool same = known != files_.end() && known->second.mark == mark;
    if (same && !judge_anew) {
      continue;
    }
    if (!same && settled_only && canonical::now().ns - mark.changed_ns < kSettledAfterNs) {
      continue;
    }
    files_[path] = {mark, admit(path, places_, policy_, trusted_)};
    changed = true;
  }
  changed |= std::erase_if(files_, [&](const auto& one) { return !there.contains(one.first); }) > 0;
  return changed;
}

std::vector<Plugin> Catalogue::versions(const std::string& id) const {
  std::map<std::string, Plugin> by_hash;  // the same bytes twice are one version
  for (const auto& [path, entry] : files_) {
    if (entry.decision.plugin && entry.decision.plugin->manifest.id == id) {
      by_hash.emplace(entry.decision.plugin->sha256, entry.decision.plugin);
    }
  }
  for (const auto& [hash, entry] : kept_) {
    if (entry.decision.plugin && entry.decision.plugin->manifest.id == id) {
      by_hash.emplace(hash, entry.decision.plugin);
    }
  }
  std::vector<Plugin> out;
  out.reserve(by_hash.size());
  for (auto& [hash, plugin] : by_hash) {
    out.push_back(plugin);
  }
  return out;
}

std::vector<std::string> Catalogue::ids() const {
  std::set<std::string> out;
  for (const auto& [path, entry] : files_) {
    if (entry.decision.plugin) {
      out.insert(entry.decision.plugin->manifest.id);
    }
  }
  for (const auto& [hash, entry] : kept_) {
    if (entry.decision.plugin) {
      out.insert(entry.decision.plugin->manifest.id);
    }
  }
  return {out.begin(), out.end()};
}

std::vector<Refused> Catalogue::refused() const {
  std::vector<Refused> out;
  if (!folder_fault_.empty()) {
    out.push_back({places_.folder, folder_fault_});
  }
  if (!trust_fault_.empty()) {
    out.push_back({trust_folder_, trust_fault_});
  }
  for (const auto& [path, entry] : files_) {
    if (!entry.decision.plugin) {
      out.push_back({path, entry.decision.reason});
    }
  }
  return out;
}

Plugin Catalogue::keep(const std::string& sha256) {
  const auto known = kept_.find(sha256);
  if (known != kept_.end()) {
    return known->second.decision.plugin;
  }
  const auto stored = places_.store / (sha256 + ".so");
  std::error_code error;
  if (!fs::exists(stored, error)) {
    return nullptr;
  }
  auto& entry = kept_[sha256];
  entry.decision = admit(stored, places_, policy_, trusted_);
  // What lies under a hash must have it, or somebody was at the store.
  if (entry.decision.plugin && entry.decision.plugin->sha256 != sha256) {
    entry.decision = {nullptr, "is not what it was when it was stored"};
  }
  return entry.decision.plugin;
}

}  // namespace crossdock::host::loader
