// serve, check, status: the host itself.
#include "host/app/service.hpp"

#include <pthread.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <memory>
#include <thread>

#include "host/app/commands/commands.hpp"
#include "host/app/commands/remote.hpp"
#include "host/app/configuration.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

void print_problems(const Problems& problems, std::ostream& err) {
  for (const auto& problem : problems) {
    err << problem.file << ": " << problem.path << (problem.path.empty() ? "" : " ")
        << problem.message << '\n';
  }
}

// Whether the connectors' own settings can be checked too, so that all faults are said at once.
bool knows_plugins(const Configuration& configuration) {
  return !configuration.data_dir.empty() && !configuration.plugin_dir.empty();
}

int check(const std::string& file, bool as_json, const Console& console) {
  Problems problems;
  auto configuration = read_configuration(file, problems);
  if (knows_plugins(configuration)) {
    const Service service(std::move(configuration), problems);
  }
  if (as_json) {
    json::array list;
    for (const auto& problem : problems) {
      list.push_back(
          {{"file", problem.file}, {"path", problem.path}, {"message", problem.message}});
    }
    console.out << json::serialize(json::object{{"valid", problems.empty()}, {"problems", list}})
                << '\n';
  } else if (problems.empty()) {
    console.out << "the configuration is right\n";
  } else {
    print_problems(problems, console.err);
    console.err << problems.size() << (problems.size() == 1 ? " problem" : " problems")
                << " found\n";
  }
  return problems.empty() ? tool::kOk : tool::kConfiguration;
}

int serve(const std::string& file, const Console& console) {
  Problems problems;
  auto configuration = read_configuration(file, problems);
  if (!knows_plugins(configuration)) {
    print_problems(problems, console.err);
    return tool::kConfiguration;
  }
  Service service(std::move(configuration), problems);
  if (!problems.empty()) {
    print_problems(problems, console.err);
    return tool::kConfiguration;
  }
  // Blocked in every thread since main(); SIGUSR1 ends the waiting when the host stops by itself.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread waiter([&service, signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    service.stop();
  });
  int status = tool::kBroken;
  try {
    status = service.serve([&console](int port) {
      console.out << "{\"ready\":true,\"port\":" << port << "}" << std::endl;
    });
  } catch (const std::exception& fault) {
    console.err << "crossdock: " << fault.what() << '\n';
  }
  pthread_kill(waiter.native_handle(), SIGUSR1);
  waiter.join();
  return status;
}

void print_status(const json::value& v, std::ostream& out) {
  const auto waiting = cell(v, "not_ready_because");
  out << (waiting.empty() ? "ready" : "not ready: " + waiting) << "\nversion " << cell(v, "version")
      << ", since " << cell(v, "started_at") << ", data in " << cell(v, "data_dir") << '\n';
  const auto& c = v.at("counters");
  out << "accepted " << cell(c, "accepted") << " = delivered " << cell(c, "delivered")
      << " + dead-lettered " << cell(c, "dead_lettered") << " + pending " << cell(c, "pending")
      << "; repeats dropped " << cell(c, "repeats") << '\n';
}

}  // namespace

void add_service_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string config = "/etc/crossdock/crossdock.info";
    bool as_json = false;
  };
  const auto options = std::make_shared<Options>();
  auto* serve_command =
      app.add_subcommand("serve", "run the host until it is told to stop (SIGTERM)");
  serve_command->add_option("--config", options->config, "main configuration file")
      ->capture_default_str();
  serve_command->callback(
      [&console, options] { console.status = serve(options->config, console); });

  auto* check_command = app.add_subcommand("check", "check the configuration whole, start nothing");
  check_command->add_option("--config", options->config, "main configuration file")
      ->capture_default_str();
  check_command->add_flag("--json", options->as_json, "the answer as JSON");
  check_command->callback(
      [&console, options] { console.status = check(options->config, options->as_json, console); });

  auto* status_command = app.add_subcommand("status", "is the host ready, and what does it hold");
  const auto asking = asks_host(*status_command);
  status_command->callback([&console, asking] {
    show(console, *asking, "/v1/service",
         [&](const json::value& v) { print_status(v, console.out); });
  });
}

}  // namespace crossdock::host::app
