#include "sdk/conformance/world.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>

namespace crossdock::conformance {
namespace {

constexpr std::size_t kMostHead = 64u << 10;
constexpr std::size_t kMostBody = 32u << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return text;
}

bool send_all(int fd, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto sent = ::send(fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    done += static_cast<std::size_t>(sent);
  }
  return true;
}

// Whether all members of `wanted` are in `value`, objects member by member.
bool has(const boost::json::value& value, const boost::json::object& wanted) {
  const auto* object = value.if_object();
  return object != nullptr && std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
           const auto* found = object->if_contains(one.key());
           return found != nullptr &&
                  (one.value().is_object() ? has(*found, one.value().get_object())
                                           : *found == one.value());
         });
}

bool fits(const WorldRule& rule, const std::string& method, const std::string& path,
          const boost::json::value& body) {
  if (rule.method != method || (!rule.body.empty() && !has(body, rule.body))) {
    return false;
  }
  return rule.path.ends_with('*') ? path.starts_with(rule.path.substr(0, rule.path.size() - 1))
                                  : path == rule.path;
}

std::string response(int status, const std::string& type, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " -\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
         body;
}

}  // namespace

World::World(std::vector<WorldRule> rules) : rules_(std::move(rules)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "the outside world cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

World::~World() {
  stopping_ = true;
  thread_.join();
  close(listener_);
  for (auto& [fd, talk] : talks_) {
    talk.join();
  }
}

void World::begin(Mood mood, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  mood_ = mood;
  random_ = seed | 1;
  effects_.clear();
  happened_.clear();
}

void World::go_on() {
  const std::lock_guard lock(mutex_);
  mood_ = Mood::kind;
}

std::size_t World::effects() const {
  const std::lock_guard lock(mutex_);
  return effects_.size();
}

std::vector<std::string> World::unanswered() const {
  const std::lock_guard lock(mutex_);
  return unanswered_;
}

void World::serve() {
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (::poll(&ready, 1, 50) > 0) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) {
        const std::lock_guard lock(mutex_);
        talks_.emplace(fd, std::thread([this, fd] { talk(fd); }));
      }
    }
    // A talk closes its connection only after it said so here, so a number is never met twice.
    std::vector<std::thread> done;
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : finished_) {
        done.push_back(std::move(talks_.at(fd)));
        talks_.erase(fd);
        close(fd);
      }
      finished_.clear();
    }
    for (auto& talk : done) {
      talk.join();
    }
  }
}

void World::talk(int fd) {
  std::string bytes;
  std::size_t head_end = std::string::npos;
  std::size_t wanted = 0;
  char buffer[16384];
  while (!stopping_) {
    pollfd ready{fd, POLLIN, 0};
    if (::poll(&ready, 1, 50) == 0) {
      continue;
    }
    const auto got = recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) {
      break;
    }
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (head_end == std::string::npos) {
      head_end = bytes.find("\r\n\r\n");
      if (head_end == std::string::npos) {
        if (bytes.size() > kMostHead) {
          break;
        }
        continue;
      }
      const auto head = lower(bytes.substr(0, head_end));
      if (const auto at = head.find("\r\ncontent-length:"); at != std::string::npos) {
        const auto from = head.find_first_of("0123456789", at);
        if (from != std::string::npos) {
          std::from_chars(head.data() + from, head.data() + head.size(), wanted);
        }
      }
      if (wanted > kMostBody) {
        break;
      }
      if (head.find("\r\nexpect: 100-continue") != std::string::npos) {
        send_all(fd, "HTTP/1.1 100 Continue\r\n\r\n");
      }
    }
    if (bytes.size() < head_end + 4 + wanted) {
      continue;
    }
    const auto method = bytes.substr(0, bytes.find(' '));
    const auto from = std::min(bytes.size(), method.size() + 1);
    const auto target = bytes.substr(from, bytes.find_first_of(" \r", from) - from);
    std::map<std::string, std::string> headers;
    for (auto line = bytes.find("\r\n"); line < head_end;) {
      const auto next = bytes.find("\r\n", line + 2);
      const auto text = bytes.substr(line + 2, next - line - 2);
      if (const auto colon = text.find(':'); colon != std::string::npos) {
        const auto value = text.find_first_not_of(' ', colon + 1);
        headers[lower(text.substr(0, colon))] =
            value == std::string::npos ? std::string() : text.substr(value);
      }
      line = next;
    }
    const auto reply = answer(method, target, headers, bytes.substr(head_end + 4, wanted));
    if (!reply.empty()) {
      send_all(fd, reply);
    }
    break;
  }
  shutdown(fd, SHUT_RDWR);
  const std::lock_guard lock(mutex_);
  finished_.push_back(fd);
}

std::string World::answer(const std::string& method, const std::string& target,
                          const std::map<std::string, std::string>& headers,
                          const std::string& body) {
  const auto path = target.substr(0, target.find('?'));
  boost::json::value document;
  if (std::any_of(rules_.begin(), rules_.end(),
                  [](const auto& one) { return !one.body.empty(); })) {
    boost::json::error_code error;
    document = boost::json::parse(body, error);
    if (error) {
      document = nullptr;
    }
  }
  std::unique_lock lock(mutex_);
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const auto& one) {
    return fits(one, method, path, document) &&
           (one.after.empty() || happened_.contains(one.after));
  });
  if (rule == rules_.end()) {
    if (unanswered_.size() < 20) {
      unanswered_.push_back(method + " " + path);
    }
    return response(404, "text/plain", "the world of this test has no such thing\n");
  }
  const Mood mood = mood_;
  if (mood == Mood::hostile) {
    return hostile_answer();
  }
  bool first = false;
  if (!rule->effect.empty()) {
    std::string key = method + " " + path;
    // Rules that tell requests by their bodies have effects of their own.
    key += rule->body.empty() ? std::string() : " " + boost::json::serialize(rule->body);
    const auto rest =
        rule->effect.substr(std::min(rule->effect.find(' '), rule->effect.size() - 1) + 1);
    if (rule->effect == "each") {
      key += " " + std::to_string(effects_.size());
    } else if (rule->effect == "body") {
      key += " " + body;
    } else if (rule->effect.starts_with("header ")) {
      const auto found = headers.find(lower(rest));
      // Without its key no two requests are the same to the other side.
      key += " " + (found == headers.end() || found->second.empty()
                        ? "without " + std::to_string(effects_.size())
                        : found->second);
    } else if (rule->effect.starts_with("body ")) {
      boost::json::error_code error;
      const auto value = boost::json::parse(body, error);
      const auto* member =
          error || !value.is_object() ? nullptr : value.get_object().if_contains(rest);
      key += " " + (member == nullptr ? "without " + std::to_string(effects_.size())
                                      : boost::json::serialize(*member));
    }
    // Every other effect, so that a side that knows no repeats answers in the end, too.
    first = ++effects_[key] == 1 && effects_.size() % 2 == 1;
    if (!rule->name.empty()) {
      happened_.insert(rule->name);
    }
  }
  lock.unlock();
  if (mood == Mood::slow && !rule->effect.empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  }
  if (mood == Mood::loses && first) {
    return {};
  }
  while (mood == Mood::holds && !rule->effect.empty() && !stopping_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::lock_guard again(mutex_);
    if (mood_ != Mood::holds) {
      return {};
    }
  }
  return response(rule->status, rule->type, rule->answer);
}

// Caller holds mutex_.
std::string World::hostile_answer() {
  random_ = random_ * 6364136223846793005u + 1442695040888963407u;
  const auto dice = static_cast<unsigned>(random_ >> 33);
  switch (dice % 8) {
    case 0:
      return response(200, "application/json", "");
    case 1:
      return response(200, "application/json", std::string(20'000, '['));
    case 2:
      return response(200, "application/json",
                      R"([{"code":null,"name":{"a":[]},"changed":"x"},7])");
    case 3:
      return "HTTP/1.1 200 -\r\nContent-Length: 99999999\r\n\r\n[";
    case 4:
      return response(200, "application/json", std::string("[\"\xff\xfe\0\x01", 6) + "\"]");
    case 5:
      return "no HTTP at all \xff\xff\r\n\r\n";
    case 6:
      return response(500, "text/html", std::string(100'000, 'x'));
    default:
      return response(200, "application/json", "{\"items\":[1,2,3],\"next\":\"\\u0000\"}");
  }
}

}  // namespace crossdock::conformance
