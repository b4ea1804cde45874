// What commands share that ask a running host: the options --url and --json, one call over HTTP,
// and the printing of its answer.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sdk/tool/console.hpp"

namespace crossdock::host::app {

struct Asking {
  std::string url = "http://127.0.0.1:8480";
  bool as_json = false;
};

// Gives the command --url (also CROSSDOCK_URL) and --json.
std::shared_ptr<Asking> asks_host(CLI::App& command);

// One call. The parsed answer; nothing when the host says no or does not answer: the reason was
// printed and console.status set.
std::optional<boost::json::value> call(tool::Console& console, const Asking& asking,
                                       const std::string& method, const std::string& path,
                                       const std::string& body = {});

// Reads `path` and prints the answer: as JSON where that was asked for, else by `print`.
void show(tool::Console& console, const Asking& asking, const std::string& path,
          const std::function<void(const boost::json::value&)>& print);

// Tells the host to do something and prints `done` (or the answer as JSON).
void order(tool::Console& console, const Asking& asking, const std::string& method,
           const std::string& path, const std::string& done);

// A member as text; empty where it is missing or null.
std::string cell(const boost::json::value& row, const char* key);

// A list of objects as a table: pairs of heading and member.
void print_rows(const boost::json::value& list,
                const std::vector<std::pair<const char*, const char*>>& columns, std::ostream& out);

// Percent-encoded for a path or a query (RFC 3986, section 2.3): all but the unreserved characters.
std::string encoded(const std::string& text);

}  // namespace crossdock::host::app
