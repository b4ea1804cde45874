// start and stop in any state and twice; threads; leaks.
#include <dirent.h>
#include <malloc.h>

#include <array>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {
namespace {

using std::chrono::milliseconds;

std::size_t entries(const char* folder) {
  std::size_t count = 0;
  if (auto* dir = opendir(folder)) {
    while (const auto* entry = readdir(dir)) {
      count += entry->d_name[0] != '.' ? 1 : 0;
    }
    closedir(dir);
  }
  return count;
}

// Threads that end by themselves get a moment to do so.
std::size_t settled(const char* folder, std::size_t expected) {
  std::size_t count = entries(folder);
  for (int i = 0; i < 100 && count > expected; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    count = entries(folder);
  }
  return count;
}

// One life: everything that it can do, once.
void live(const Plugin& plugin, const Launch& launch, int round) {
  Host host(plugin, launch);
  if (!host.create(launch.configuration)) {
    return;
  }
  if (host.start()) {
    if (takes_any(plugin)) {
      for (const auto token : host.deliver(deliveries(launch, round))) {
        host.wait(token);
      }
    }
    if (polls(plugin)) {
      host.poll();
    }
  }
  host.stop();
  host.destroy();
}

// A stop that comes in the middle of deliveries and of a poll.
void stop_in_the_middle(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch, {.slowness = milliseconds(20)});
  if (!host.create(launch.configuration) || !host.start()) {
    return;
  }
  std::thread poller;
  if (polls(plugin)) {
    poller = std::thread([&] { host.poll(); });
  }
  if (takes_any(plugin)) {
    host.deliver(deliveries(launch, 7));
  }
  host.stop();
  if (poller.joinable()) {
    poller.join();
  }
  host.destroy();
}

}  // namespace

void check_lifecycle(const Plugin& plugin, const Launch& launch) {
  {
    Host host(plugin, launch);
    if (!begin(host, launch)) {
      return;
    }
    host.stop();
    host.stop();
    host.destroy();
  }
  {
    Host never_started(plugin, launch);
    if (never_started.create(launch.configuration)) {
      never_started.destroy();
    }
  }
  {
    Host stopped_twice(plugin, launch);
    if (stopped_twice.create(launch.configuration)) {
      stopped_twice.stop();
      stopped_twice.stop();
      stopped_twice.destroy();
    }
  }
  for (int i = 0; i < 3; ++i) {
    Host again(plugin, launch);
    if (!again.create(launch.configuration) || !again.start()) {
      fault("it cannot be created and started again after it was stopped: " + again.reason());
    }
  }
  // Two at once: what one holds must not be the other's.
  {
    Host first(plugin, launch);
    Host second(plugin, launch);
    if (first.create(launch.configuration) && second.create(launch.configuration)) {
      if (!first.start() || !second.start()) {
        note("two instances with one configuration do not start beside each other: " +
             second.reason());
      }
      first.stop();
      second.stop();
      first.destroy();
      second.destroy();
    }
  }
  for (int i = 0; i < 3; ++i) {
    stop_in_the_middle(plugin, launch);
  }
  // Whoever still calls the host now is caught.
  std::this_thread::sleep_for(milliseconds(200));
}

void check_threads(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch);
  if (!begin(host, launch)) {
    return;
  }
  if (!takes_any(plugin) && !polls(plugin)) {
    skip("it takes nothing and does not poll");
    return;
  }
  // Poll has a thread of its own, beside deliveries.
  std::thread poller;
  if (polls(plugin)) {
    poller = std::thread([&] { host.poll(); });
  }
  if (takes_any(plugin) && !launch.messages.empty()) {
    // As many as it said it takes at once, no two of one business key.
    std::vector<Delivery> batch;
    const auto kinds = deliveries(launch);
    const auto most = std::min<std::size_t>(plugin.manifest.max_in_flight, 64);
    for (std::size_t i = 0; i < most; ++i) {
      auto one = kinds[i % kinds.size()];
      one.id += "-" + std::to_string(i);
      one.idempotency_key += "-" + std::to_string(i);
      one.business_key += "-" + std::to_string(i);
      batch.push_back(std::move(one));
    }
    const auto tokens = host.deliver(batch);
    if (tokens.empty()) {
      fault("deliver does not take " + std::to_string(most) +
            " messages at once, which its manifest says it does (max_in_flight)");
    }
    all_completed(host, tokens, "when they came at once");
    if (launch.world_is_slow && host.longest_deliver() > std::chrono::seconds(1)) {
      fault("deliver returned after " + std::to_string(host.longest_deliver().count()) +
            " ms while the outside world took 1,500 ms to answer; it must return soon and complete "
            "later (abi.h, deliver)");
    }
  }
  if (poller.joinable()) {
    poller.join();
  }
}

void check_leaks(const Plugin& plugin, const Launch& launch) {
  {
    Host host(plugin, launch);
    if (!begin(host, launch)) {
      return;
    }
  }
  constexpr int kLives = 10;
  for (int i = 0; i < kLives; ++i) {
    live(plugin, launch, i);
  }
  const auto threads = settled("/proc/self/task", 1);
  if (threads > 1) {
    fault(std::to_string(threads - 1) + " threads are left after " + std::to_string(kLives + 1) +
          " times create, start, stop and destroy");
    return;  // they hold memory and descriptors, too
  }
  const auto descriptors = entries("/proc/self/fd");
  std::array<std::size_t, 4> memory{};
  memory[0] = mallinfo2().uordblks;
  for (std::size_t round = 1; round < memory.size(); ++round) {
    for (int i = 0; i < kLives; ++i) {
      live(plugin, launch, static_cast<int>(round) * 100 + i);
    }
    memory[round] = mallinfo2().uordblks;
  }
  if (const auto now = settled("/proc/self/task", threads); now > threads) {
    fault(std::to_string(now - threads) + " threads are left after " + std::to_string(kLives * 3) +
          " lives");
  }
  if (const auto now = entries("/proc/self/fd"); now > descriptors) {
    fault(std::to_string(now - descriptors) + " descriptors are left after " +
          std::to_string(kLives * 3) + " lives");
  }
  // A cache fills up and stops growing; a leak grows in every round.
  std::size_t least = SIZE_MAX;
  for (std::size_t i = 1; i < memory.size(); ++i) {
    least = std::min(least, memory[i] > memory[i - 1] ? memory[i] - memory[i - 1] : 0);
  }
  if (least >= 64 * kLives) {
    fault("memory grows by at least " + std::to_string(least / kLives) +
          " bytes with every create, start, stop and destroy");
  }
}

}  // namespace crossdock::trial
