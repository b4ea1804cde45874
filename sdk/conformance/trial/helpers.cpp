#include <crossdock/ext/poll.h>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {

std::vector<Delivery> deliveries(const Launch& launch, int round) {
  std::vector<Delivery> out;
  int number = 0;
  for (const auto& given : launch.messages) {
    Delivery one;
    const auto name = std::to_string(round) + "-" + std::to_string(++number);
    one.id = "conformance-" + name;
    one.type = given.type;
    one.subject = given.subject.empty() ? "S-" + std::to_string(number) : given.subject;
    one.business_key = given.business_key.empty() ? one.subject : given.business_key;
    one.idempotency_key = "event-" + name;
    one.data = given.data;
    out.push_back(std::move(one));
  }
  return out;
}

bool begin(Host& host, const Launch& launch) {
  if (!host.create(launch.configuration)) {
    (launch.configuration_given ? fault : needs)(
        std::string(launch.configuration_given ? "create refused the given configuration: "
                                               : "a configuration (--config FILE); the made-up one "
                                                 "was refused: ") +
        host.reason());
    return false;
  }
  if (!host.start()) {
    needs("a world in which it can start (--config FILE); it said: " + host.reason());
    return false;
  }
  return true;
}

std::vector<Completed> all_completed(Host& host, const std::vector<std::uint64_t>& tokens,
                                     const char* when) {
  std::vector<Completed> out;
  std::size_t missing = 0;
  for (const auto token : tokens) {
    // After the first that does not come the others are not waited for as long.
    out.push_back(missing == 0 ? host.wait(token) : host.wait(token, std::chrono::seconds(1)));
    missing += out.back().kind == 0 ? 1 : 0;
  }
  if (missing > 0) {
    fault(std::to_string(missing) + " of " + std::to_string(tokens.size()) +
          " messages were not completed in time " + when);
  }
  return out;
}

bool takes_any(const Plugin& plugin) { return !plugin.manifest.takes.empty(); }
bool polls(const Plugin& plugin) {
  return plugin.manifest.offers(XD_EXT_POLL) &&
         plugin.extension<xd_poll_v1>(XD_EXT_POLL) != nullptr;
}

}  // namespace crossdock::trial
