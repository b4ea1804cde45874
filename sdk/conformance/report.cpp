#include "sdk/conformance/report.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

namespace crossdock::conformance {
namespace {

namespace json = boost::json;

bool any(const Report& report, Result wanted) {
  return std::any_of(report.checks.begin(), report.checks.end(),
                     [&](const auto& check) { return check.result == wanted; });
}

std::size_t count(const Report& report, Result wanted) {
  return static_cast<std::size_t>(
      std::count_if(report.checks.begin(), report.checks.end(),
                    [&](const auto& check) { return check.result == wanted; }));
}

// For XML 1.0: the five entities; what may not stand in it at all becomes '?'.
std::string xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        out += (byte < 0x20 && c != '\n' && c != '\t') || byte > 0x7e ? '?' : c;
      }
    }
  }
  return out;
}

// Reasons hold what the library said; in JSON they must be UTF-8, so other bytes become '?'.
std::string printable(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte > 0x7e) {
      c = '?';
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& list, const char* between) {
  std::string out;
  for (const auto& one : list) {
    out += (out.empty() ? "" : between) + one;
  }
  return out;
}

std::string in_seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

}  // namespace

const char* name_of(Result result) {
  switch (result) {
    case Result::passed:
      return "passed";
    case Result::failed:
      return "failed";
    case Result::not_applicable:
      return "not applicable";
    case Result::skipped:
      return "skipped";
  }
  return "failed";
}

std::string Report::verdict() const {
  return any(*this, Result::failed)    ? "refused"
         : any(*this, Result::skipped) ? "incomplete"
                                       : "passed";
}

void print_line(const CheckResult& check, std::ostream& out) {
  const char* word = check.result == Result::passed           ? "ok    "
                     : check.result == Result::failed         ? "FAILED"
                     : check.result == Result::not_applicable ? "-     "
                                                              : "skip  ";
  out << word << "  " << check.name
      << std::string(check.name.size() < 14 ? 14 - check.name.size() : 1, ' ') << "  "
      << check.title;
  if (check.result == Result::not_applicable || check.result == Result::skipped) {
    out << ": " << (check.result == Result::skipped ? "needs " : "")
        << printable(joined(check.reasons, "; "));
  }
  out << '\n';
  if (check.result == Result::passed || check.result == Result::failed) {
    for (const auto& reason : check.reasons) {
      out << "      " << (check.result == Result::failed ? "" : "note: ") << printable(reason)
          << '\n';
    }
  }
  out.flush();
}

void print_verdict(const Report& report, std::ostream& out) {
  out << report.verdict() << ": " << count(report, Result::passed) << " passed, "
      << count(report, Result::failed) << " failed, " << count(report, Result::skipped)
      << " skipped, " << count(report, Result::not_applicable) << " not applicable; seed "
      << report.seed << "; " << report.library << " sha256 " << report.sha256 << '\n';
}

std::string to_json(const Report& report) {
  json::array checks;
  for (const auto& check : report.checks) {
    json::array reasons;
    for (const auto& reason : check.reasons) {
      reasons.emplace_back(printable(reason));
    }
    checks.push_back({{"name", check.name},
                      {"title", check.title},
                      {"result", name_of(check.result)},
                      {"reasons", std::move(reasons)},
                      {"seconds", check.seconds}});
  }
  return json::serialize(json::object{{"format", "crossdock.conformance/1"},
                                      {"verdict", report.verdict()},
                                      {"passed", report.verdict() == "passed"},
                                      {"id", report.id},
                                      {"version", report.version},
                                      {"library", report.library},
                                      {"sha256", report.sha256},
                                      {"bytes", report.bytes},
                                      {"tool", report.tool},
                                      {"at", report.at},
                                      {"seed", report.seed},
                                      {"checks", std::move(checks)}}) +
         "\n";
}

std::string to_junit(const Report& report) {
  double total = 0;
  for (const auto& check : report.checks) {
    total += check.seconds;
  }
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" +
      xml("crossdock test " + report.library) + "\" tests=\"" +
      std::to_string(report.checks.size()) + "\" failures=\"" +
      std::to_string(count(report, Result::failed)) + "\" errors=\"0\" skipped=\"" +
      std::to_string(count(report, Result::skipped) + count(report, Result::not_applicable)) +
      "\" time=\"" + in_seconds(total) + "\" timestamp=\"" + xml(report.at) +
      "\">\n  <properties>\n";
  for (const auto& [name, value] : {std::pair<std::string, std::string>("sha256", report.sha256),
                                    {"seed", std::to_string(report.seed)},
                                    {"verdict", report.verdict()}}) {
    out += "    <property name=\"" + name + "\" value=\"" + xml(value) + "\"/>\n";
  }
  out += "  </properties>\n";
  for (const auto& check : report.checks) {
    out += "  <testcase classname=\"" + xml(report.id.empty() ? report.library : report.id) +
           "\" name=\"" + xml(check.name) + "\" time=\"" + in_seconds(check.seconds) + "\"";
    const auto reasons = xml(joined(check.reasons, "\n"));
    if (check.result == Result::failed) {
      out += ">\n    <failure message=\"" + xml(check.reasons.empty() ? "" : check.reasons[0]) +
             "\">" + reasons + "</failure>\n  </testcase>\n";
    } else if (check.result != Result::passed) {
      out += ">\n    <skipped message=\"" + reasons + "\"/>\n  </testcase>\n";
    } else {
      out += "/>\n";
    }
  }
  return out + "</testsuite>\n";
}

}  // namespace crossdock::conformance
