// crossdock-trial: the process in which the judge runs one check of one library. Started by
// `crossdock test`, `golden` and `mapping` only. It takes its launch from standard input, puts
// itself under limits, opens the library last, and may die of it.
#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <map>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {

void answer(std::string_view key, const boost::json::value& value) {
  std::string line = boost::json::serialize(boost::json::object{{key, value}}) + "\n";
  // What a library says may be no UTF-8, and then the line would be no JSON.
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7e; }, '?');
  [[maybe_unused]] const auto wrote =
      ::write(conformance::kAnswerDescriptor, line.data(), line.size());
}

namespace {

using Check = void (*)(const Plugin&, const Launch&);

Check check_named(const std::string& name) {
  static const std::map<std::string, Check> kChecks = {
      {"loads", &check_loads},
      {"configuration", &check_configuration},
      {"lifecycle", &check_lifecycle},
      {"threads", &check_threads},
      {"repeats", &check_repeats},
      {"slow host", &check_slow_host},
      {"no credit", &check_no_credit},
      {"growth", &check_growth},
      {"hostile bytes", &check_hostile},
      {"hostile world", &check_hostile_world},
      {"leaks", &check_leaks},
      {"golden", &check_golden},
      {"emit and wait", &emit_and_wait},
      {"emit again", &emit_again},
      {"deliver and wait", &deliver_and_wait},
      {"deliver until settled", &deliver_until_settled},
      {"mapping", &print_mapping},
  };
  const auto found = kChecks.find(name);
  return found == kChecks.end() ? nullptr : found->second;
}

// What a worker has, so that what works here works there.
void confine() {
  const auto limit = [](int resource, rlim_t value) {
    const rlimit wanted{value, value};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted);
  };
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 256);
  limit(RLIMIT_AS, rlim_t{4} << 30);
  limit(RLIMIT_CPU, 120);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  [[maybe_unused]] const auto ignored = chdir("/");
}

bool open_library(const Launch& launch, Plugin& plugin) {
  std::string reason;
  auto manifest = plugin::parse_manifest(launch.manifest, reason);
  if (!manifest) {
    fault(reason);
    return false;
  }
  plugin.manifest = std::move(*manifest);
  void* library = nullptr;
  {
    const Inside inside("opening the library");
    library = dlopen(launch.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  if (library == nullptr) {
    fault(std::string("it cannot be opened: ") + dlerror());
    return false;
  }
  const auto entry = reinterpret_cast<xd_plugin_entry_v0>(dlsym(library, XD_ENTRY_NAME));
  if (entry == nullptr) {
    fault("it does not export " XD_ENTRY_NAME
          "; write CROSSDOCK_CONNECTOR(...) once, or export the C function");
    return false;
  }
  const xd_plugin_table_v0* again = nullptr;
  {
    const Inside inside(XD_ENTRY_NAME);
    plugin.table = entry();
    again = entry();
  }
  if (plugin.table == nullptr || again != plugin.table) {
    fault(XD_ENTRY_NAME " must return the same table at every call");
    return false;
  }
  // Without these nothing can be tried; "loads" says which are missing.
  const auto& table = *plugin.table;
  if (launch.check != "loads" &&
      (table.create == nullptr || table.destroy == nullptr || table.start == nullptr ||
       table.stop == nullptr || table.deliver == nullptr)) {
    skip("its table is not whole");
    return false;
  }
  return true;
}

int run() {
  std::string document;
  char buffer[65536];
  for (ssize_t got = 0; (got = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0;) {
    document.append(buffer, static_cast<std::size_t>(got));
  }
  const auto launch = conformance::launch_from_json(document);
  const auto check = launch ? check_named(launch->check) : nullptr;
  if (check == nullptr) {
    fputs("crossdock-trial is started by crossdock test and takes no options\n", stderr);
    return 64;
  }
  confine();
  static Plugin plugin;  // the library is never closed, so neither is what points into it
  if (open_library(*launch, plugin)) {
    try {
      check(plugin, *launch);
    } catch (const std::exception& thrown) {
      fault(std::string("an exception ended the check: ") + thrown.what());
    } catch (...) {
      fault("an exception that is no std::exception ended the check");
    }
  }
  answer("end", true);
  return 0;
}

}  // namespace
}  // namespace crossdock::trial

int main() {
  const int status = crossdock::trial::run();
  fflush(nullptr);
  _exit(status);
}
