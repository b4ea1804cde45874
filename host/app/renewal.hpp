// Brings what is new to connectors that run: plugin versions that appear in the folder or that an
// operator asks for, and configurations that were changed. Each connector is replaced by itself; a
// version or a configuration that cannot take over is given up, and what ran before runs on.
//
// Threads: one of its own, which looks at the folder; every function is [any] and one change is
// made at a time.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/app/plugins.hpp"
#include "host/app/setups.hpp"

namespace crossdock::host::app {

// What became of one change.
struct Renewed {
  struct Failure {
    std::string connector;
    std::string reason;
  };
  std::vector<std::string> connectors;  // that run with it
  std::vector<Failure> failures;
  std::vector<std::string> needs_restart;  // what is different and only a restart of the host takes
  std::string refusal;                     // nothing was tried, because
};

class Renewal {
 public:
  struct Ports {
    // Replaces and waits; empty: it runs, else why not.
    std::function<std::string(const SetupRef&)> take_over;
    std::function<void(const std::string& connector, const std::string& reason)> hold;
    std::function<void(const char* level, const std::string& connector, const std::string& text)>
        log;
    std::function<void()> changed;
    std::function<void(const std::vector<AccountConfiguration>&)> accounts;
  };

  Renewal(const Configuration& configuration, Plugins& plugins, Setups& setups, Ports ports);
  ~Renewal();
  void start();  // watching
  void stop();

  Renewed use(const std::string& plugin, const std::string& version, bool force);
  Renewed rollback_plugin(const std::string& plugin);
  // Reads the configuration anew; nothing changes where it has problems.
  Renewed reload(Problems& problems);
  Renewed rollback_connector(const std::string& connector);

 private:
  void watch();
  void look();
  Renewed bring(const loader::Plugin& plugin, const std::string& why);
  std::string try_setup(const SetupRef& setup, const std::string& why);

  const Configuration& configuration_;
  Plugins& plugins_;
  Setups& setups_;
  Ports ports_;
  std::mutex changing_;  // held while something is brought
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace crossdock::host::app
