#include "host/app/workers.hpp"

#include <unistd.h>

#include <algorithm>

#include "host/loader/library.hpp"
#include "host/worker/session.hpp"

namespace crossdock::host::app {

Workers::Workers(const Configuration& configuration, const loader::Admission& admission,
                 const journal::Journal& journal, zmq::context_t& context, std::string ipc_endpoint,
                 std::string inproc_endpoint, Ports ports)
    : configuration_(configuration),
      admission_(admission),
      journal_(journal),
      context_(context),
      ipc_endpoint_(std::move(ipc_endpoint)),
      inproc_endpoint_(std::move(inproc_endpoint)),
      ports_(std::move(ports)),
      supervisor_(configuration.worker,
                  {.ended = ports_.ended,
                   .output = [this](const std::string& connector, const std::string& line) {
                     ports_.log("warning", connector, "printed: " + line);
                   }}) {}

Workers::~Workers() {
  for (auto& thread : threads_) {
    thread.join();
  }
}

worker::Launch Workers::launch_of(const ConnectorConfiguration& connector, const std::string& token,
                                  std::string& fault) const {
  const auto& plugin = admission_.plugins.at(connector.spec.plugin);
  worker::Launch launch;
  launch.endpoint = connector.in_process ? inproc_endpoint_ : ipc_endpoint_;
  launch.connector = connector.spec.name;
  launch.token = token;
  launch.library = plugin.stored.string();
  // Secrets are looked up at each start, so that a rotated one is taken by a restart.
  Problems problems;
  launch.configuration = with_secrets(connector.json, plugin.manifest.configuration_schema,
                                      problems, connector.file, "connector." + connector.spec.name);
  if (!problems.empty()) {
    fault = problems.front().path + " " + problems.front().message;
  }
  launch.cursor = journal_.cursor(connector.spec.name).value_or("");
  launch.state = journal_.state(connector.spec.name);
  launch.poll_interval_ms = connector.poll_interval.count();
  launch.polls = plugin.manifest.offers("crossdock.poll/1");
  launch.finds = plugin.manifest.offers("crossdock.find/1");
  launch.webhooks = plugin.manifest.offers("crossdock.webhook/1");
  launch.memory_limit_bytes = connector.memory_limit_bytes;
  launch.descriptor_limit = connector.descriptor_limit;
  launch.parent = getpid();
  return launch;
}

void Workers::start(const std::string& name, const std::string& token) {
  const auto found =
      std::find_if(configuration_.connectors.begin(), configuration_.connectors.end(),
                   [&](const auto& one) { return one.spec.name == name; });
  if (found == configuration_.connectors.end()) {
    report(name, "it is not configured");
    return;
  }
  std::string fault;
  auto launch = launch_of(*found, token, fault);
  if (!fault.empty()) {
    report(name, fault);
  } else if (found->in_process) {
    start_in_process(*found, std::move(launch));
  } else {
    supervisor_.start(name, worker::to_json(launch));
  }
}

void Workers::report(const std::string& connector, const std::string& reason) {
  delivery::WorkerEnd end;
  end.connector = connector;
  end.own_fault = true;
  end.could_not_start = true;
  end.reason = reason;
  ports_.ended(end);
}

void Workers::start_in_process(const ConnectorConfiguration& connector, worker::Launch launch) {
  const std::lock_guard lock(mutex_);
  threads_.emplace_back([this, name = connector.spec.name, launch = std::move(launch)] {
    delivery::WorkerEnd end;
    end.connector = name;
    end.pid = getpid();
    try {
      // Kept open: code of the plugin may still be referred to by threads it leaves behind.
      static std::mutex libraries_mutex;
      static std::map<std::string, std::unique_ptr<loader::Library>> libraries;
      loader::Library* library = nullptr;
      {
        const std::lock_guard guard(libraries_mutex);
        auto& slot = libraries[launch.library];
        if (!slot) {
          slot = std::make_unique<loader::Library>(launch.library);
        }
        library = slot.get();
      }
      worker::Session session(context_, launch, {&library->table(), [library](const char* ext) {
                                                   return library->extension(ext);
                                                 }});
      const int code = session.run();
      end.clean = code == 0;
      end.could_not_start = code != 0;
      end.own_fault = code != 0;
      end.reason = code == 0 ? "stopped" : "could not start";
    } catch (const std::exception& fault) {
      end.own_fault = true;
      end.could_not_start = true;
      end.reason = fault.what();
    }
    ports_.ended(end);
  });
}

void Workers::kill(const std::string& connector, const std::string& reason, bool own_fault) {
  const auto found =
      std::find_if(configuration_.connectors.begin(), configuration_.connectors.end(),
                   [&](const auto& one) { return one.spec.name == connector; });
  if (found != configuration_.connectors.end() && found->in_process) {
    ports_.log("error", connector,
               reason + "; it runs inside the host and cannot be killed, restart the host");
    return;
  }
  supervisor_.kill(connector, reason, own_fault);
}

}  // namespace crossdock::host::app
