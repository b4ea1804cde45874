// ./dev bench bus: what ZeroMQ and a journal file can do at best on this machine, and what
// Crossdock makes of it: emit, journal, deliver between two connectors in processes of their own.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <numeric>
#include <thread>
#include <zmq.hpp>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/stack.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using crossdock::support::BareHost;
using crossdock::support::Stack;

constexpr std::size_t kMessageBytes = 1024;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Latency {
  double p50 = 0;  // microseconds
  double p99 = 0;
  std::size_t count = 0;
};

Latency latency_of(std::vector<double> us) {
  if (us.empty()) {
    return {};
  }
  std::sort(us.begin(), us.end());
  return {us[us.size() / 2], us[std::min(us.size() - 1, us.size() * 99 / 100)], us.size()};
}

// --- raw ZeroMQ

Latency zmq_round_trip(const std::string& endpoint) {
  zmq::context_t context(1);
  zmq::socket_t server(context, zmq::socket_type::pair);
  server.bind(endpoint);
  std::thread echo([&] {
    zmq::message_t message;
    for (;;) {
      (void)server.recv(message);
      if (message.size() == 0) {
        return;
      }
      server.send(message, zmq::send_flags::none);
    }
  });
  zmq::socket_t client(context, zmq::socket_type::pair);
  client.connect(endpoint);
  std::vector<double> us;
  const std::string payload(kMessageBytes, 'x');
  for (int i = 0; i < 20'000; ++i) {
    const auto start = Clock::now();
    client.send(zmq::buffer(payload), zmq::send_flags::none);
    zmq::message_t answer;
    (void)client.recv(answer);
    us.push_back(seconds_since(start) * 1e6);
  }
  client.send(zmq::message_t(), zmq::send_flags::none);
  echo.join();
  us.erase(us.begin(), us.begin() + 1000);
  return latency_of(std::move(us));
}

double zmq_one_way(const std::string& endpoint) {
  constexpr int kCount = 1'000'000;
  zmq::context_t context(1);
  zmq::socket_t server(context, zmq::socket_type::pair);
  server.bind(endpoint);
  std::thread sender([&] {
    zmq::socket_t client(context, zmq::socket_type::pair);
    client.connect(endpoint);
    const std::string payload(kMessageBytes, 'x');
    for (int i = 0; i < kCount; ++i) {
      client.send(zmq::buffer(payload), zmq::send_flags::none);
    }
  });
  zmq::message_t message;
  (void)server.recv(message);
  const auto start = Clock::now();
  for (int i = 1; i < kCount; ++i) {
    (void)server.recv(message);
  }
  const double rate = (kCount - 1) / seconds_since(start);
  sender.join();
  return rate;
}

// --- a raw journal file

double append_rate(const fs::path& folder, int group) {
  const auto path = folder / "raw";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const std::string block(kMessageBytes * static_cast<std::size_t>(group), 'x');
  std::uint64_t written = 0;
  const auto start = Clock::now();
  while (seconds_since(start) < 3) {
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        ::fdatasync(file) != 0) {
      std::perror("raw journal");
      break;
    }
    written += static_cast<std::uint64_t>(group);
  }
  const double rate = static_cast<double>(written) / seconds_since(start);
  ::close(file);
  fs::remove(path);
  return rate;
}

// --- ours

std::string pair_of_connectors(const std::string& source, const std::string& sink) {
  return "connector source {\n  plugin test_source\n  poll_interval 10ms\n  config {\n"
         "    target sink\n" +
         source +
         "  }\n}\nconnector sink {\n  plugin test_sink\n  max_in_flight 4096\n  config {\n" + sink +
         "  }\n}\n";
}

std::vector<double> read_numbers(const fs::path& path, double scale) {
  std::ifstream in(path);
  std::vector<double> out;
  for (double one = 0; in >> one;) {
    out.push_back(one * scale);
  }
  return out;
}

std::uint64_t counter(const BareHost& host, const char* name) {
  const auto service = host.get("/v1/service");
  return service ? service->at("counters").at(name).to_number<std::uint64_t>() : 0;
}

struct Throughput {
  double durable = 0;  // accepted per second
  double delivered = 0;
  double seconds = 0;
};

// Emits without a pause for `seconds`, then lets the rest drain.
Throughput throughput(const fs::path& folder, int seconds, std::int64_t bytes) {
  const auto where = folder / "throughput";
  fs::create_directories(where);
  BareHost host(
      where,
      pair_of_connectors("    count 1000000000\n    keys 10000\n    batch 500\n    bytes " +
                             std::to_string(bytes) + "\n",
                         ""),
      {crossdock::support::test_connector("test_source"),
       crossdock::support::test_connector("test_sink")});
  host.start();
  std::this_thread::sleep_for(std::chrono::seconds(2));  // the first files are made, caches filled
  const auto accepted = counter(host, "accepted");
  const auto delivered = counter(host, "delivered");
  const auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  Throughput out;
  const auto accepted_now = counter(host, "accepted");
  const auto delivered_now = counter(host, "delivered");
  out.seconds = seconds_since(start);
  out.durable = static_cast<double>(accepted_now - accepted) / out.seconds;
  out.delivered = static_cast<double>(delivered_now - delivered) / out.seconds;
  host.kill();
  fs::remove_all(where);
  return out;
}

// How fast a load goes through as a whole: from the first emit until the last is delivered.
double through(const fs::path& folder, std::int64_t count, std::int64_t bytes) {
  const auto where = folder / "through";
  fs::create_directories(where);
  BareHost host(where,
                pair_of_connectors("    count " + std::to_string(count) +
                                       "\n    keys 10000\n    batch 500\n    bytes " +
                                       std::to_string(bytes) + "\n",
                                   ""),
                {crossdock::support::test_connector("test_source"),
                 crossdock::support::test_connector("test_sink")});
  const auto start = Clock::now();
  host.start();
  Stack::wait_until([&] { return counter(host, "delivered") >= static_cast<std::uint64_t>(count); },
                    std::chrono::seconds(300));
  const double rate = static_cast<double>(count) / seconds_since(start);
  host.kill();
  fs::remove_all(where);
  return rate;
}

struct LowLoad {
  Latency acknowledged;  // emit until durable, as the source sees it
  Latency delivered;     // emit until the sink has it
};

LowLoad low_load(const fs::path& folder) {
  constexpr int kCount = 3000;
  const auto where = folder / "low-load";
  fs::create_directories(where);
  BareHost host(where,
                pair_of_connectors("    count " + std::to_string(kCount) +
                                       "\n    keys 10000\n    batch 1\n    bytes 800\n"
                                       "    pause_us 3000\n    record \"" +
                                       (where / "acknowledged").string() + "\"\n",
                                   "    record \"" + (where / "delivered").string() + "\"\n"),
                {crossdock::support::test_connector("test_source"),
                 crossdock::support::test_connector("test_sink")});
  host.start();
  Stack::wait_until([&] { return counter(host, "delivered") >= kCount; }, std::chrono::seconds(60));
  host.stop();
  LowLoad out;
  out.acknowledged = latency_of(read_numbers(where / "acknowledged", 1e-3));
  std::ifstream in(where / "delivered");
  std::string key;
  std::int64_t number = 0;
  std::int64_t emitted = 0;
  std::int64_t delivered = 0;
  std::vector<double> us;
  while (in >> key >> number >> emitted >> delivered) {
    us.push_back(static_cast<double>(delivered - emitted) * 1e-3);
  }
  out.delivered = latency_of(std::move(us));
  fs::remove_all(where);
  return out;
}

// A sink that takes 200 ms per call.
double slow_sink(const fs::path& folder) {
  constexpr int kCount = 6000;
  const auto where = folder / "slow";
  fs::create_directories(where);
  BareHost host(
      where,
      "connector source {\n  plugin test_source\n  config {\n    target sink\n    count " +
          std::to_string(kCount) +
          "\n    keys 600\n  }\n}\nconnector sink {\n  plugin test_sink\n"
          "  max_in_flight 64\n  config {\n    work 200ms\n  }\n}\n",
      {crossdock::support::test_connector("test_source"),
       crossdock::support::test_connector("test_sink")});
  host.start();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const auto before = counter(host, "delivered");
  const auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(10));
  const auto rate = static_cast<double>(counter(host, "delivered") - before) / seconds_since(start);
  host.kill();
  fs::remove_all(where);
  return rate;
}

void line(const char* what, double rate, double against, const char* whom) {
  std::printf("%-44s %10.0f msg/s", what, rate);
  if (against > 0) {
    std::printf("   %.2f of %s", rate / against, whom);
  }
  std::printf("\n");
  std::fflush(stdout);
}

void line(const char* what, const Latency& latency) {
  std::printf("%-44s %8.0f us p50 %8.0f us p99   (%zu)\n", what, latency.p50, latency.p99,
              latency.count);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = 30;
  bool sustained_only = false;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--seconds" && i + 1 < argc) {
      seconds = std::atoi(argv[++i]);
    } else if (std::string(argv[i]) == "--sustained") {
      sustained_only = true;
    } else {
      std::printf(
          "Usage: crossdock-bench-bus [--seconds N] [--sustained]\n"
          "Raw ZeroMQ, a raw journal file and ours, in one run, messages of 1 KiB.\n"
          "  --seconds N   length of the sustained load (30)\n"
          "  --sustained   that load only, for a profiler\n");
      return std::string(argv[i]) == "--help" ? 0 : 64;
    }
  }
  const fs::path folder =
      fs::temp_directory_path() / ("crossdock-bench-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::printf("%u cores; messages of %zu bytes\n\n", std::thread::hardware_concurrency(),
              kMessageBytes);
  if (sustained_only) {
    const auto ours = throughput(folder, seconds, 870);
    line("durable", ours.durable, 0, "");
    line("delivered", ours.delivered, 0, "");
    fs::remove_all(folder);
    return 0;
  }
  const std::string ipc = "ipc://" + (folder / "socket").string();
  line("ZeroMQ inproc, round trip", zmq_round_trip("inproc://bench"));
  line("ZeroMQ ipc, round trip", zmq_round_trip(ipc));
  const double inproc = zmq_one_way("inproc://bench");
  line("ZeroMQ inproc, one way", inproc, 0, "");
  const double over_ipc = zmq_one_way(ipc);
  line("ZeroMQ ipc, one way", over_ipc, 0, "");
  double raw = 0;
  for (const int group : {1, 16, 128, 500}) {
    raw = append_rate(folder, group);
    line(("append + fdatasync, groups of " + std::to_string(group)).c_str(), raw, 0, "");
  }
  std::printf("\n");
  const auto ours = throughput(folder, seconds, 870);
  std::printf("ours, %.0f s: repeats refused, timeline on, two processes\n", ours.seconds);
  line("  durable", ours.durable, raw, "append in groups of 500");
  line("  delivered meanwhile", ours.delivered, over_ipc, "ZeroMQ ipc");
  line("  through: first emitted to last delivered", through(folder, 1'000'000, 870), over_ipc,
       "ZeroMQ ipc");
  const auto low = low_load(folder);
  line("ours, low load: acknowledged as durable", low.acknowledged);
  line("ours, low load: emitted to delivered", low.delivered);
  line("ours, a sink of 200 ms per call, 64 at once", slow_sink(folder), 320, "64 / 200 ms");
  fs::remove_all(folder);
  return 0;
}
