// What happens to messages when the host is not in the best of moods: repeats, slowness, no credit,
// a later minor; and the parts of the checks that end in a kill.
#include <crossdock/ext/find.h>
#include <unistd.h>

#include <algorithm>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {
namespace {

using std::chrono::milliseconds;
namespace json = boost::json;

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& one : list) {
    out += (out.empty() ? "" : ", ") + one;
  }
  return out;
}

// What it emits when nothing is in its way; from the first cursor.
std::set<std::string> all_it_has(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch, {.accepts = false});
  if (!begin(host, launch)) {
    return {};
  }
  host.poll_all();
  return host.emitted_keys();
}

std::vector<std::string> missing(const std::set<std::string>& wanted,
                                 const std::set<std::string>& have) {
  std::vector<std::string> out;
  std::set_difference(wanted.begin(), wanted.end(), have.begin(), have.end(),
                      std::back_inserter(out));
  return out;
}

json::array as_json(const std::set<std::string>& keys) {
  return json::array(keys.begin(), keys.end());
}

void repeats_of_deliveries(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch);
  if (!begin(host, launch)) {
    return;
  }
  auto messages = deliveries(launch);
  const auto each = [&](const char* when) {
    std::vector<xd_outcome_kind> kinds;
    for (const auto& one : messages) {
      const auto outcomes = all_completed(host, host.deliver({one}), when);
      kinds.push_back(outcomes.empty() ? 0 : outcomes[0].kind);
    }
    return kinds;
  };
  const auto first = each("at first");
  for (auto& one : messages) {
    one.attempt = 2;
  }
  const auto second = each("when they were repeated");
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == XD_DONE && (second[i] == XD_REJECTED || second[i] == XD_BROKEN)) {
      fault("a message that was done is answered with outcome " + std::to_string(second[i]) +
            " when it is repeated; a repeat must not be punished");
    }
  }
  std::reverse(messages.begin(), messages.end());
  const auto third = each("in reverse order");
  if (std::find(third.begin(), third.end(), XD_BROKEN) != third.end()) {
    fault("messages in another order broke the instance");
  }
}

void repeats_of_polls(const Plugin& plugin, const Launch& launch) {
  const auto first = all_it_has(plugin, launch);
  if (first.empty()) {
    needs("a world that has news for poll (--config FILE); it emitted nothing");
    return;
  }
  const auto second = all_it_has(plugin, launch);
  if (first != second) {
    fault(
        "reading the same source twice from the same cursor gave other idempotency keys (only the "
        "first time: " +
        joined(missing(first, second)) + "; only the second time: " +
        joined(missing(second, first)) + "); a key must name the event, not the reading");
  }
}

}  // namespace

void check_repeats(const Plugin& plugin, const Launch& launch) {
  if (takes_any(plugin)) {
    repeats_of_deliveries(plugin, launch);
  }
  if (polls(plugin)) {
    repeats_of_polls(plugin, launch);
  }
  if (!takes_any(plugin) && !polls(plugin)) {
    skip("it takes nothing and does not poll");
  }
}

void check_slow_host(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch, {.slowness = milliseconds(50)});
  if (!begin(host, launch)) {
    return;
  }
  if (takes_any(plugin)) {
    auto messages = deliveries(launch);
    messages.resize(std::min<std::size_t>(messages.size(), plugin.manifest.max_in_flight));
    for (auto& one : messages) {
      one.business_key = one.id;
    }
    all_completed(host, host.deliver(messages), "by a slow host");
  }
  if (polls(plugin)) {
    host.poll();
  }
}

void check_no_credit(const Plugin& plugin, const Launch& launch) {
  if (!polls(plugin)) {
    skip("it does not poll, so it needs no credit");
    return;
  }
  const auto wanted = all_it_has(plugin, launch);
  {
    Host host(plugin, launch, {.credit = 0});
    if (!begin(host, launch)) {
      return;
    }
    std::thread poller([&] { host.poll(); });
    std::this_thread::sleep_for(milliseconds(300));
    if (!host.emitted().empty()) {
      fault("it emitted without credit");
    }
    host.set_credit(INT64_MAX);
    poller.join();
    host.poll_all();
    if (const auto lost = missing(wanted, host.emitted_keys()); !lost.empty()) {
      fault("what could not be emitted for want of credit was lost: " + joined(lost));
    }
  }
  if (wanted.empty()) {
    needs("a world that has news for poll (--config FILE); it emitted nothing");
    return;
  }
  // Without credit it must still be able to stop.
  Host host(plugin, launch, {.credit = 0});
  if (begin(host, launch)) {
    std::thread poller([&] { host.poll(); });
    std::this_thread::sleep_for(milliseconds(200));
    host.stop();
    poller.join();
  }
}

void check_growth(const Plugin& plugin, const Launch& launch) {
  {
    Host plain(plugin, launch);
    if (!begin(plain, launch)) {
      return;
    }
  }
  {
    Host bare(plugin, launch, {.bare = true});
    if (bare.create(launch.configuration)) {
      bare.start();
    }
  }
  Host host(plugin, launch, {.newer = true});
  if (!host.create(launch.configuration) || !host.start()) {
    fault("it does not start at a host of a later minor version: " + host.reason());
    return;
  }
  if (polls(plugin)) {
    host.poll();
  }
  if (!takes_any(plugin)) {
    return;
  }
  auto messages = deliveries(launch);
  messages.resize(std::min<std::size_t>(messages.size(), plugin.manifest.max_in_flight));
  for (auto& one : messages) {
    one.business_key = one.id;
  }
  const auto plain = all_completed(host, host.deliver(messages), "by a host of a later minor");
  for (auto& one : messages) {
    if (one.data.size() > 2 && one.data[0] == '{') {
      one.data.insert(1, R"("x_a_later_minor":{"added":[1,2,3]},)");
    }
    one.idempotency_key += "-later";
  }
  const auto later = all_completed(host, host.deliver(messages), "with members added to them");
  for (std::size_t i = 0; i < std::min(plain.size(), later.size()); ++i) {
    if (plain[i].kind == XD_DONE && later[i].kind != XD_DONE && later[i].kind != 0) {
      fault("a message is not done when its data has a member that a later minor added: " +
            later[i].reason);
    }
  }
}

void emit_and_wait(const Plugin& plugin, const Launch& launch) {
  static Host* host = new Host(plugin, launch, {.accepts = false});
  if (!begin(*host, launch)) {
    return;
  }
  host->poll_all();
  answer("value", json::object{{"keys", as_json(host->emitted_keys())}});
  for (;;) {
    pause();
  }
}

void emit_again(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch);
  if (begin(host, launch)) {
    host.poll_all();
    answer("value", json::object{{"keys", as_json(host.emitted_keys())}});
  }
}

void deliver_and_wait(const Plugin& plugin, const Launch& launch) {
  static Host* host = new Host(plugin, launch);
  if (!begin(*host, launch)) {
    return;
  }
  const auto messages = deliveries(launch);
  const auto tokens = host->deliver({messages.front()});
  answer("value", json::object{{"delivered", true}});
  for (const auto token : tokens) {
    host->wait(token);
  }
  for (;;) {
    pause();
  }
}

void deliver_until_settled(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch);
  if (!begin(host, launch)) {
    return;
  }
  const bool finds = plugin.manifest.offers(XD_EXT_FIND);
  std::size_t done = 0;
  for (auto message : deliveries(launch)) {
    bool in_doubt = launch.in_doubt;
    Completed outcome;
    for (message.attempt = in_doubt ? 2 : 1; message.attempt < 7; ++message.attempt) {
      std::uint64_t token = 0;
      if (in_doubt && finds) {
        const auto found = host.find(message, token);
        if (found.value_or(false)) {
          outcome = host.wait(token);
          if (outcome.kind == XD_DONE || outcome.kind == XD_REJECTED) {
            break;
          }
          continue;  // it could not look: it looks again
        }
      }
      const auto tokens = host.deliver({message});
      outcome = tokens.empty() ? Completed{XD_RETRY, "not taken"} : host.wait(tokens[0]);
      if (outcome.kind == XD_DONE || outcome.kind == XD_REJECTED || outcome.kind == XD_BROKEN) {
        break;
      }
      in_doubt = outcome.kind == XD_UNKNOWN || outcome.kind == 0;
      std::this_thread::sleep_for(milliseconds(50));
    }
    done += outcome.kind == XD_DONE ? 1 : 0;
    if (outcome.kind != XD_DONE) {
      note("message " + message.id + " ended with outcome " + std::to_string(outcome.kind) + ": " +
           outcome.reason);
    }
  }
  host.tell_state();
  answer("value", json::object{{"done", done}});
}

}  // namespace crossdock::trial
