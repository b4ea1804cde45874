// The checks that run the library, each in a process of its own: what they find goes to the judge
// as answers. The list with its order and words is in sdk/conformance/checks.hpp.
#pragma once

#include <filesystem>
#include <vector>

#include "sdk/conformance/trial/host.hpp"

namespace crossdock::trial {

void check_loads(const Plugin& plugin, const Launch& launch);
void check_configuration(const Plugin& plugin, const Launch& launch);
void check_lifecycle(const Plugin& plugin, const Launch& launch);
void check_threads(const Plugin& plugin, const Launch& launch);
void check_repeats(const Plugin& plugin, const Launch& launch);
void check_slow_host(const Plugin& plugin, const Launch& launch);
void check_no_credit(const Plugin& plugin, const Launch& launch);
void check_growth(const Plugin& plugin, const Launch& launch);
void check_hostile(const Plugin& plugin, const Launch& launch);
void check_hostile_world(const Plugin& plugin, const Launch& launch);
void check_leaks(const Plugin& plugin, const Launch& launch);
void check_golden(const Plugin& plugin, const Launch& launch);

// Parts of checks that the judge puts together (kill, effect).
void emit_and_wait(const Plugin& plugin, const Launch& launch);  // until it is killed
void emit_again(const Plugin& plugin, const Launch& launch);
void deliver_and_wait(const Plugin& plugin, const Launch& launch);  // until it is killed
void deliver_until_settled(const Plugin& plugin, const Launch& launch);

// For people: the mapping tables, as a value.
void print_mapping(const Plugin& plugin, const Launch& launch);

// Helpers that the checks share.

// The messages to deliver, each a new business event; `round` tells the rounds apart.
std::vector<Delivery> deliveries(const Launch& launch, int round = 0);
// Creates and starts; says why not, as something that is needed.
bool begin(Host& host, const Launch& launch);
// Every token is completed in time; what they said, in order.
std::vector<Completed> all_completed(Host& host, const std::vector<std::uint64_t>& tokens,
                                     const char* when);
bool takes_any(const Plugin& plugin);
bool polls(const Plugin& plugin);

}  // namespace crossdock::trial
