// The lines that a trial gives to the judge (sdk/conformance/launch.hpp says which). Written at
// once and unbuffered: the process may die in the next call. [any] thread.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace crossdock::trial {

void answer(std::string_view key, const boost::json::value& value);

// Says that a call into the library is going on, as long as it lives.
class Inside {
 public:
  explicit Inside(std::string_view what) : what_(what.data(), what.size()) {
    answer("phase", what_);
  }
  ~Inside() { answer("left", what_); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  boost::json::string what_;
};

inline void fault(const std::string& what) { answer("fault", boost::json::string(what)); }
inline void note(const std::string& what) { answer("note", boost::json::string(what)); }
// The check has no meaning for this connector.
inline void skip(const std::string& why) { answer("skip", boost::json::string(why)); }
// The check needs something that was not given.
inline void needs(const std::string& what) { answer("needs", boost::json::string(what)); }

}  // namespace crossdock::trial
