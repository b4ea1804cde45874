// ./dev bench start: how long the host takes from exec until it is ready with all plugins running,
// and what a worker keeps in memory.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/stack/stack.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;

long resident_kib(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::atol(line.c_str() + 6);
    }
  }
  return 0;
}

}  // namespace

int main() {
  constexpr int kRounds = 15;
  const fs::path folder =
      fs::temp_directory_path() / ("crossdock-start-" + std::to_string(::getpid()));
  crossdock::support::StackOptions options;
  options.data = folder;
  crossdock::support::Stack stack(options);
  stack.start_simulators();
  stack.write_configuration();
  std::vector<double> listening;
  std::vector<double> running;
  std::size_t workers = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    const auto since = [&] {
      return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    };
    stack.start_host();
    listening.push_back(since());
    // Ready is when every connector is running.
    while (!stack.get("/readyz")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    running.push_back(since());
    if (round + 1 == kRounds) {
      std::this_thread::sleep_for(std::chrono::seconds(3));
      for (const auto& [name, pid] : stack.workers()) {
        std::printf("worker %-10s %6.1f MiB resident\n", name.c_str(),
                    static_cast<double>(resident_kib(pid)) / 1024);
        ++workers;
      }
    }
    stack.stop_host();
  }
  std::sort(listening.begin(), listening.end());
  std::sort(running.begin(), running.end());
  std::printf("exec until HTTP answers:                    %6.0f ms median, %6.0f ms worst of %d\n",
              listening[kRounds / 2], listening.back(), kRounds);
  std::printf(
      "exec until all %zu connectors are running:    %6.0f ms median, %6.0f ms worst of %d\n",
      workers, running[kRounds / 2], running.back(), kRounds);
  fs::remove_all(folder);
  return 0;
}
