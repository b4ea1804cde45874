// Starts connectors where their configuration wants them: in a process of their own, or on a thread
// of the host (isolation inproc, for trusted plugins and for debugging).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <zmq.hpp>

#include "host/app/setups.hpp"
#include "host/delivery/dispatcher.hpp"
#include "host/delivery/supervisor.hpp"
#include "host/security/gate.hpp"
#include "host/worker/launch.hpp"

namespace crossdock::host::app {

class Workers final : public delivery::WorkerStarter {
 public:
  struct Ports {
    std::function<void(const delivery::WorkerEnd&)> ended;
    std::function<void(const char* level, const std::string& connector, const std::string& text)>
        log;
  };

  Workers(std::filesystem::path program, const Setups& setups, const journal::Journal& journal,
          zmq::context_t& context, std::string ipc_endpoint, std::string inproc_endpoint,
          Ports ports);
  ~Workers() override;

  void start(const delivery::WorkerStart& start) override;
  void kill(const std::string& connector, std::uint64_t worker, const std::string& reason,
            bool own_fault) override;
  void wait_all(std::chrono::milliseconds deadline) { supervisor_.wait_all(deadline); }

 private:
  worker::Launch launch_of(const Setup& setup, const delivery::WorkerStart& start,
                           const security::Grants& grants, std::string& fault) const;
  void start_in_process(const delivery::WorkerStart& start, worker::Launch launch);
  void report(const delivery::WorkerStart& start, const std::string& reason);

  // What comes with Crossdock for plugins to read (grammars): share/crossdock beside the program's
  // bin folder. Every worker may.
  std::filesystem::path shared_data_;
  const Setups& setups_;
  const journal::Journal& journal_;
  zmq::context_t& context_;
  std::string ipc_endpoint_;
  std::string inproc_endpoint_;
  Ports ports_;
  std::mutex mutex_;
  std::map<std::uint64_t, security::Grants> expected_;  // of workers whose channel is to come
  security::Gate gate_;
  delivery::Supervisor supervisor_;
  std::vector<std::thread> threads_;    // of inproc connectors
  std::set<std::uint64_t> in_process_;  // the numbers of their workers
};

}  // namespace crossdock::host::app
