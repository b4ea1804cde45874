// What connectors run with, by generation: a plugin version and a configuration. A generation never
// changes; a new one is added beside it, so that the old can go on or come back.
//
// Thread-safe. Generations that went before are kept in a file, so that a rollback outlives a
// restart of the host: a configuration that was rolled back is not taken again until it is changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/app/configuration.hpp"
#include "host/loader/admission.hpp"

namespace crossdock::host::app {

struct Setup {
  std::uint64_t number = 0;
  ConnectorConfiguration configuration;
  loader::Plugin plugin;
};
using SetupRef = std::shared_ptr<const Setup>;

// One configuration that a connector ran with.
struct Generation {
  std::uint64_t number = 0;
  std::int64_t at_ns = 0;
  std::string why;     // "start", "reload", "rolled back", ...
  std::string source;  // INFO text, secrets by reference
  std::string file;
};

class Setups {
 public:
  explicit Setups(std::filesystem::path file);

  // A new generation; not current until made so. max_in_flight is filled in from the manifest.
  SetupRef add(ConnectorConfiguration configuration, loader::Plugin plugin);
  void make_current(const SetupRef& setup, const std::string& why);

  SetupRef current(const std::string& connector) const;
  SetupRef find(const std::string& connector, std::uint64_t number) const;
  std::vector<SetupRef> all_current() const;

  // Configurations that ran, the newest last, at most ten.
  std::vector<Generation> generations(const std::string& connector) const;
  // The one before what runs, where there is one of another text.
  std::optional<Generation> previous(const std::string& connector) const;
  // Remembers that this text is not to be taken by itself again.
  void refuse(const std::string& connector, const std::string& source);
  bool is_refused(const std::string& connector, const std::string& source) const;

 private:
  struct Row {
    SetupRef current;
    std::map<std::uint64_t, SetupRef> setups;
    std::vector<Generation> generations;
    std::string refused;
  };
  void save() const;  // what cannot be written is only forgotten at a restart

  std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::map<std::string, Row> rows_;
  std::uint64_t next_ = 1;
};

}  // namespace crossdock::host::app
