// Starts connectors where their configuration wants them: in a process of their own, or on a thread
// of the host (isolation inproc, for trusted plugins and for debugging).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <zmq.hpp>

#include "host/app/configuration.hpp"
#include "host/delivery/dispatcher.hpp"
#include "host/delivery/supervisor.hpp"
#include "host/loader/admission.hpp"
#include "host/worker/launch.hpp"

namespace crossdock::host::app {

class Workers final : public delivery::WorkerStarter {
 public:
  struct Ports {
    std::function<void(const delivery::WorkerEnd&)> ended;
    std::function<void(const char* level, const std::string& connector, const std::string& text)>
        log;
  };

  Workers(const Configuration& configuration, const loader::Admission& admission,
          const journal::Journal& journal, zmq::context_t& context, std::string ipc_endpoint,
          std::string inproc_endpoint, Ports ports);
  ~Workers() override;

  void start(const std::string& connector, const std::string& token) override;
  void kill(const std::string& connector, const std::string& reason, bool own_fault) override;
  void wait_all(std::chrono::milliseconds deadline) { supervisor_.wait_all(deadline); }

 private:
  worker::Launch launch_of(const ConnectorConfiguration& connector, const std::string& token,
                           std::string& fault) const;
  void start_in_process(const ConnectorConfiguration& connector, worker::Launch launch);
  void report(const std::string& connector, const std::string& reason);

  const Configuration& configuration_;
  const loader::Admission& admission_;
  const journal::Journal& journal_;
  zmq::context_t& context_;
  std::string ipc_endpoint_;
  std::string inproc_endpoint_;
  Ports ports_;
  delivery::Supervisor supervisor_;
  std::mutex mutex_;
  std::vector<std::thread> threads_;  // of inproc connectors
};

}  // namespace crossdock::host::app
