// The outside world of a connector under judgement: a web server on a free port of loopback that
// answers by rules, counts effects, and misbehaves when it is told to.
//
// Threads: its own; all functions may be called from any.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sdk/conformance/setting.hpp"

namespace crossdock::conformance {

enum class Mood : std::uint8_t {
  kind,     // answers by its rules
  slow,     // the same, what has an effect after 1.5 s
  loses,    // every other effect is done and its answer is lost
  holds,    // a request for an effect is done and never answered
  hostile,  // answers bytes that no system should send
};

class World {
 public:
  explicit World(std::vector<WorldRule> rules);  // throws std::system_error
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Forgets all effects and takes the mood.
  void begin(Mood mood, std::uint64_t seed);
  // Answers by its rules from now on; the effects stay.
  void go_on();
  // Distinct effects since begin().
  std::size_t effects() const;
  // Requests that no rule answers, as "METHOD PATH".
  std::vector<std::string> unanswered() const;

 private:
  void serve();
  void talk(int fd);
  // The bytes to answer; nothing: the connection is closed without a word.
  std::string answer(const std::string& method, const std::string& target,
                     const std::map<std::string, std::string>& headers, const std::string& body);
  std::string hostile_answer();

  std::vector<WorldRule> rules_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;

  mutable std::mutex mutex_;  // guards what follows
  Mood mood_ = Mood::kind;
  std::uint64_t random_ = 1;
  std::map<std::string, int> effects_;
  std::set<std::string> happened_;  // names of rules that have had an effect
  std::vector<std::string> unanswered_;
  std::map<int, std::thread> talks_;
  std::vector<int> finished_;
};

}  // namespace crossdock::conformance
