// Bytes that no friend would send: as messages, cursors, tags, webhook calls, and as answers of the
// outside world. Everything is drawn from one seed, so that a failure can be met again.
#include <crossdock/ext/webhook.h>

#include <algorithm>
#include <array>
#include <random>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) { return limit == 0 ? 0 : random() % limit; }

std::string noise(Random& random, std::size_t size) {
  std::string out(size, '\0');
  for (auto& c : out) {
    c = static_cast<char>(random());
  }
  return out;
}

// The data of a message that was right, made wrong.
std::string mutated(Random& random, const std::string& data) {
  std::string out = data;
  switch (below(random, 11)) {
    case 0:
      return noise(random, below(random, 4096));
    case 1:
      return out.substr(0, below(random, out.size() + 1));
    case 2:
      return std::string(10'000, '[');
    case 3:
      return std::string(5'000, '[') + std::string(5'000, ']');
    case 4:
      return "{\"sku\":\"" + std::string(1u << 20, 'A') + "\"}";
    case 5:
      return "{\"a\":1e999999,\"b\":-0,\"c\":123456789012345678901234567890}";
    case 6:
      return "{\"a\":\"\xc3\x28\xa0\xa1\",\"b\":\"\\ud800\"}";
    case 7:
      return "null";
    case 8:  // values of another type
      for (auto at = out.find(":\""); at != std::string::npos; at = out.find(":\"", at + 2)) {
        const auto end = out.find('"', at + 2);
        if (end != std::string::npos && below(random, 2) == 0) {
          out.replace(at + 1, end - at, "{\"x\":[null,true,-7]}");
        }
      }
      return out;
    case 9:
      return std::string(1, '\0') + out;
    default:
      for (int i = 0; i < 8 && !out.empty(); ++i) {
        out[below(random, out.size())] = static_cast<char>(random());
      }
      return out;
  }
}

std::string hostile_name(Random& random) {
  static const std::array<std::string, 9> kNames = {
      "../../../../etc/passwd",  "/etc/shadow",          "",          std::string(1024, 'k'),
      "a\nb: c\r\n\r\nGET /",    std::string("a\0b", 3), "%2e%2e%2f", ".",
      "'; DROP TABLE orders; --"};
  const auto choice = below(random, kNames.size() + 1);
  return choice < kNames.size() ? kNames[choice] : noise(random, below(random, 200));
}

void hostile_webhooks(Random& random, const Plugin& plugin, const Launch& launch, int cases) {
  const auto* extension = plugin.extension<xd_webhook_v1>(XD_EXT_WEBHOOK);
  if (extension == nullptr || !plugin.manifest.offers(XD_EXT_WEBHOOK)) {
    return;
  }
  // Through its table alone: instances are the host's to make, so one is made here by hand.
  struct Context {
    int answers = 0;
    int status = 0;
  };
  const auto bytes = [](const std::string& text) { return xd_bytes{text.data(), text.size()}; };
  Host host(plugin, launch);
  if (!begin(host, launch)) {
    return;
  }
  for (int i = 0; i < cases; ++i) {
    const std::string method = below(random, 4) == 0 ? hostile_name(random) : "POST";
    const std::string path = "/" + hostile_name(random);
    const std::string query = hostile_name(random);
    const std::string name = hostile_name(random);
    const std::string value = noise(random, below(random, 300));
    const std::string body = mutated(random, R"({"id":"1","type":"x"})");
    const xd_header header{bytes(name), bytes(value)};
    xd_webhook_request request{};
    request.struct_size = sizeof request;
    request.header_count = 1;
    request.headers = &header;
    request.method = bytes(method);
    request.path = bytes(path);
    request.query = bytes(query);
    request.body = bytes(body);
    Context context;
    const Inside inside("webhook");
    try {
      extension->handle(host.instance(), &request, &context,
                        [](void* self, const xd_webhook_answer* given) {
                          auto& answers = *static_cast<Context*>(self);
                          ++answers.answers;
                          answers.status = given == nullptr ? 0 : given->status;
                        });
    } catch (...) {
      fault("webhook let an exception out");
    }
    if (context.answers != 1 || context.status < 100 || context.status > 599) {
      fault("webhook must answer exactly once with a status of 100 to 599; it answered " +
            std::to_string(context.answers) + " times, status " + std::to_string(context.status));
      return;
    }
  }
}

}  // namespace

void check_hostile(const Plugin& plugin, const Launch& launch) {
  Random random(launch.seed);
  Host host(plugin, launch);
  if (!begin(host, launch)) {
    return;
  }
  host.poll();
  // Tags that were never given.
  for (const std::uint64_t tag : {UINT64_C(0), UINT64_MAX, UINT64_C(1) << 63, random(), random()}) {
    host.accept(tag);
  }
  const auto kinds = deliveries(launch);
  const auto at_once = std::min<std::size_t>(plugin.manifest.max_in_flight, 16);
  if (takes_any(plugin) && !kinds.empty()) {
    for (int i = 0; i < launch.cases;) {
      std::vector<Delivery> batch;
      for (; batch.size() < at_once && i < launch.cases; ++i) {
        auto one = kinds[below(random, kinds.size())];
        one.data = mutated(random, one.data);
        one.id = "hostile-" + std::to_string(i);
        one.idempotency_key = below(random, 4) == 0 ? hostile_name(random) : one.id;
        one.subject = below(random, 3) == 0 ? hostile_name(random) : one.subject;
        one.business_key = one.id;
        one.type = below(random, 10) == 0 ? "example.unknown.type.v1" : one.type;
        batch.push_back(std::move(one));
      }
      for (const auto& outcome : all_completed(host, host.deliver(batch), "of hostile bytes")) {
        if (outcome.kind == XD_BROKEN) {
          fault("a message broke the instance; it must be rejected: " + outcome.reason);
          return;
        }
        if (outcome.kind == 0) {
          return;
        }
      }
    }
    // What is right still works.
    all_completed(host, host.deliver({kinds.front()}), "after hostile ones");
  }
  if (polls(plugin)) {
    for (int i = 0; i < 20; ++i) {
      host.set_cursor(i % 2 == 0 ? hostile_name(random) : noise(random, below(random, 5000)));
      host.poll();
    }
  }
  host.stop();
  host.destroy();
  hostile_webhooks(random, plugin, launch, std::min(launch.cases, 100));
}

void check_hostile_world(const Plugin& plugin, const Launch& launch) {
  Host host(plugin, launch);
  if (!begin(host, launch)) {
    return;
  }
  for (int i = 0; i < 16; ++i) {
    if (polls(plugin)) {
      host.poll();
    }
    if (takes_any(plugin) && !launch.messages.empty()) {
      const auto messages = deliveries(launch, i);
      all_completed(host, host.deliver({messages[static_cast<std::size_t>(i) % messages.size()]}),
                    "while the outside world answered nonsense");
    }
  }
}

}  // namespace crossdock::trial
