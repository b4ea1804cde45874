// What the outside systems of a case answer by themselves: a table from what they are asked to the
// message they give back. What a case wants otherwise it writes into `given.answers`, or it answers
// by a step.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::host::scenario {

struct Answer {
  std::string type;
  std::string data;
};

class Answers {
 public:
  // `how` is one of the words that the schema lists for `what`; `where` a warehouse, a channel, or
  // empty for everything else.
  void set(const std::string& what, const std::string& where, const std::string& how);

  // What comes back to a message of the processes by itself; nothing where a step must say it.
  std::vector<Answer> to(std::string_view type, const std::string& data, std::int64_t now_ns) const;

 private:
  std::string how(const std::string& what, const std::string& where) const;

  std::map<std::pair<std::string, std::string>, std::string> table_;
};

}  // namespace crossdock::host::scenario
