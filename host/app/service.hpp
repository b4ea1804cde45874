// The host: everything of it, wired together, started and stopped in order. Also what HTTP sees of
// it (the Operations port).
//
// Threads: one for the bus and delivery (loop), one for the journal, one for the processes, one for
// the supervisor, eight for HTTP; serve() runs the loop on the calling thread.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <zmq.hpp>

#include "host/app/bus_folder.hpp"
#include "host/app/configuration.hpp"
#include "host/app/plugins.hpp"
#include "host/app/renewal.hpp"
#include "host/app/setups.hpp"
#include "host/app/walls.hpp"
#include "host/bus/server.hpp"
#include "host/delivery/dispatcher.hpp"
#include "host/delivery/supervisor.hpp"
#include "host/http/operations.hpp"
#include "host/http/server.hpp"
#include "host/journal/journal.hpp"
#include "host/observe/log.hpp"
#include "host/process/engine.hpp"
#include "host/process/queries.hpp"
#include "host/security/tokens.hpp"

namespace crossdock::host::app {

class Workers;

class Service final : public http::Operations {
 public:
  // Admits plugins and checks every connector's settings against its plugin's schema. Problems that
  // a `check` reports too are added to `problems`; then the service must not be served.
  Service(Configuration configuration, Problems& problems);
  ~Service() override;

  // Opens everything and runs until stop(). `ready` is called once the host takes work, with the
  // HTTP port. Returns the exit status.
  int serve(const std::function<void(int port)>& ready);
  void stop();  // [any] and from signal-handling threads

  // --- Operations ---
  std::string not_ready_because() override;
  http::Gauges gauges() override;
  http::Answer service() override;
  http::Answer plugins() override;
  http::Answer plugin(const std::string& id) override;
  http::Answer validate_configuration(const std::string& plugin, const std::string& json) override;
  http::Answer use_plugin(const std::string& id, const std::string& version, bool force) override;
  http::Answer rollback_plugin(const std::string& id) override;
  http::Answer reload() override;
  http::Answer rollback_connector(const std::string& name) override;
  http::Answer accounts() override;
  http::Answer connectors() override;
  http::Answer connector(const std::string& name) override;
  http::Answer connector_status(const std::string& name) override;
  http::Answer pause(const std::string& name) override;
  http::Answer resume(const std::string& name) override;
  http::Answer restart(const std::string& name) override;
  http::Answer orders(const http::OrderFilter& filter) override;
  http::Answer order(const std::string& id) override;
  http::Answer trace(const std::string& key) override;
  http::Answer availability(const std::string& sku, const std::string& channel) override;
  http::Answer stock(const std::string& view, const http::StockFilter& filter) override;
  http::Answer why_availability(const std::string& sku, const std::string& channel) override;
  http::Answer invariants() override;
  http::Answer instruct(const std::string& name, const std::string& json,
                        const std::string& key) override;
  http::Answer summary() override;
  http::Answer alerts(std::size_t limit) override;
  http::Answer documents(const std::string& partner, const std::string& state,
                         std::size_t limit) override;
  http::Answer dead_letters(const http::DeadLetterFilter& filter) override;
  http::Answer dead_letter(const std::string& id) override;
  http::Answer replay_dead_letter(const std::string& id) override;
  http::Answer discard_dead_letter(const std::string& id, const std::string& reason) override;
  http::Answer blob(const std::string& sha256) override;
  std::variant<http::WebhookReply, http::Refusal> webhook(
      const std::string& connector, const http::WebhookCall& call,
      std::chrono::milliseconds deadline) override;
  std::uint64_t revision() override { return revision_; }

 private:
  void open();
  void add_connectors();
  // service_accounts.cpp
  void open_accounts(delivery::Dispatcher::Ports& ports);
  void configure_accounts(const std::vector<AccountConfiguration>& accounts);
  void add_account_gauges(http::Gauges& out);
  std::vector<delivery::AccountView> account_views();
  void look_at_walls();
  void choose_setups(Problems& problems);
  std::string take_over(const SetupRef& setup);
  void fail(const std::string& reason);
  // Runs `work` on the loop and waits for it.
  void on_loop(const std::function<void()>& work);
  std::vector<delivery::ConnectorStatus> statuses();
  http::Answer settle_dead_letter(const std::string& id, journal::SettlementKind kind,
                                  const std::string& reason);
  http::Answer command(const std::string& name, const char* what,
                       const std::function<bool()>& work);
  process::Queries queries() { return {store_path(), configuration_.settings}; }
  std::filesystem::path store_path() const { return configuration_.data_dir / "store.sqlite"; }

  Configuration configuration_;
  Plugins plugins_;
  Setups setups_;
  sandbox::Walls walls_;
  std::unique_ptr<observe::Log> log_;
  std::unique_ptr<BusFolder> bus_folder_;
  zmq::context_t zmq_{1};
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<bus::Server> server_;
  std::unique_ptr<security::Tokens> tokens_;
  std::vector<std::string> configured_accounts_;  // loop
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<delivery::Dispatcher> dispatcher_;
  std::unique_ptr<delivery::Intake> process_intake_;
  delivery::Routes routes_;
  std::unique_ptr<process::Engine> engine_;
  std::unique_ptr<Renewal> renewal_;
  std::unique_ptr<http::HttpServer> http_;
  std::atomic<std::uint64_t> revision_{1};
  std::atomic<bool> serving_{false};
  std::atomic<bool> stopping_{false};
  std::mutex failure_mutex_;
  std::string failure_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::int64_t started_at_ns_ = 0;
};

}  // namespace crossdock::host::app
