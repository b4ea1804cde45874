#include "host/app/workers.hpp"

#include <unistd.h>

#include <algorithm>

#include "host/loader/library.hpp"
#include "host/worker/session.hpp"

namespace crossdock::host::app {

Workers::Workers(std::filesystem::path program, const Setups& setups,
                 const journal::Journal& journal, zmq::context_t& context, std::string ipc_endpoint,
                 std::string inproc_endpoint, Ports ports)
    : shared_data_(program.parent_path().parent_path() / "share" / "crossdock"),
      setups_(setups),
      journal_(journal),
      context_(context),
      ipc_endpoint_(std::move(ipc_endpoint)),
      inproc_endpoint_(std::move(inproc_endpoint)),
      ports_(std::move(ports)),
      gate_(ports_.log),
      supervisor_(std::move(program),
                  {.ended = ports_.ended,
                   .output =
                       [this](const std::string& connector, const std::string& line) {
                         ports_.log("warning", connector, "printed: " + line);
                       },
                   .channel =
                       [this](const std::string& connector, std::uint64_t worker, int channel) {
                         security::Grants grants;
                         {
                           const std::lock_guard lock(mutex_);
                           grants = std::move(expected_[worker]);
                           expected_.erase(worker);
                         }
                         gate_.add(connector, channel, std::move(grants));
                       }}) {}

Workers::~Workers() {
  for (auto& thread : threads_) {
    thread.join();
  }
}

worker::Launch Workers::launch_of(const Setup& setup, const delivery::WorkerStart& start,
                                  const security::Grants& grants, std::string& fault) const {
  const auto& plugin = *setup.plugin;
  const auto& connector = setup.configuration;
  worker::Launch launch;
  launch.endpoint = connector.in_process ? inproc_endpoint_ : ipc_endpoint_;
  launch.connector = connector.spec.name;
  launch.token = start.token;
  launch.standby = start.standby;
  launch.library = plugin.stored.string();
  // Secrets are looked up at each start, so that a rotated one is taken by a restart.
  Problems problems;
  launch.configuration = with_secrets(connector.json, plugin.manifest.configuration_schema,
                                      problems, connector.file, "connector." + connector.spec.name);
  if (!problems.empty()) {
    fault = problems.front().path + " " + problems.front().message;
  }
  if (!start.standby) {  // who stands by gets them with go, as they are then
    launch.cursor = journal_.cursor(connector.spec.name).value_or("");
    launch.state = journal_.state(connector.spec.name);
  }
  launch.poll_interval_ms = connector.poll_interval.count();
  launch.polls = plugin.manifest.offers("crossdock.poll/1");
  launch.finds = plugin.manifest.offers("crossdock.find/1");
  launch.webhooks = plugin.manifest.offers("crossdock.webhook/1");
  launch.memory_limit_bytes = connector.memory_limit_bytes;
  launch.descriptor_limit = connector.descriptor_limit;
  launch.niceness = connector.niceness;
  launch.sandbox = connector.sandbox;
  launch.read = grants.read;
  launch.write = grants.write;
  launch.parent = getpid();
  return launch;
}

void Workers::start(const delivery::WorkerStart& start) {
  const auto setup = setups_.find(start.connector, start.setup);
  if (!setup) {
    report(start, "it has no configuration any more");
    return;
  }
  std::string fault;
  auto grants = security::grants_of(setup->plugin->manifest.json, setup->configuration.json,
                                    setup->configuration.allowed, limits_of(setup->configuration));
  grants.read.push_back(setup->plugin->stored.string());
  if (std::error_code error; std::filesystem::is_directory(shared_data_, error)) {
    grants.read.push_back(shared_data_.string());
  }
  for (const auto& missing : grants.missing) {
    ports_.log("warning", start.connector,
               "its plugin asks for " + missing +
                   ", which is not granted (allow { ... }, limits { ... })");
  }
  auto launch = launch_of(*setup, start, grants, fault);
  if (!fault.empty()) {
    report(start, fault);
  } else if (setup->configuration.in_process) {
    start_in_process(start, std::move(launch));
  } else {
    {
      const std::lock_guard lock(mutex_);
      expected_[start.worker] = std::move(grants);
    }
    supervisor_.start(start.connector, start.worker, worker::to_json(launch),
                      {.processors = setup->configuration.processor_percent / 100.0,
                       .threads = setup->configuration.thread_limit});
  }
}

void Workers::report(const delivery::WorkerStart& start, const std::string& reason) {
  delivery::WorkerEnd end;
  end.connector = start.connector;
  end.worker = start.worker;
  end.own_fault = true;
  end.could_not_start = true;
  end.reason = reason;
  ports_.ended(end);
}

void Workers::start_in_process(const delivery::WorkerStart& start, worker::Launch launch) {
  const std::lock_guard lock(mutex_);
  in_process_.insert(start.worker);
  threads_.emplace_back([this, start, launch = std::move(launch)] {
    delivery::WorkerEnd end;
    end.connector = start.connector;
    end.worker = start.worker;
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
      worker::Session session(context_, launch);
      const int code =
          session.connect()
              ? session.run({&library->table(),
                             [library](const char* ext) { return library->extension(ext); }})
              : 1;
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

void Workers::kill(const std::string& connector, std::uint64_t worker, const std::string& reason,
                   bool own_fault) {
  {
    const std::lock_guard lock(mutex_);
    if (in_process_.contains(worker)) {
      ports_.log("error", connector,
                 reason + "; it runs inside the host and cannot be killed, restart the host");
      return;
    }
  }
  supervisor_.kill(worker, reason, own_fault);
}

}  // namespace crossdock::host::app
