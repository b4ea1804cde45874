// What a judgement says, and its three forms: lines for people, JSON (crossdock.conformance/1, the
// report that packages carry), JUnit XML for build servers.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace crossdock::conformance {

enum class Result : std::uint8_t {
  passed,
  failed,
  not_applicable,  // has no meaning for this connector
  skipped,         // could not be made: something was not given
};
const char* name_of(Result result);

struct CheckResult {
  std::string name;   // "no credit"
  std::string title;  // what it proves, in words
  Result result = Result::passed;
  std::vector<std::string> reasons;  // faults; or why it was skipped; or notes
  double seconds = 0;
};

struct Report {
  std::string library;  // file name, without folders
  std::string sha256;   // of its bytes, in hexadecimal
  std::uint64_t bytes = 0;
  std::string id;       // of the manifest; empty where that cannot be read
  std::string version;  // of the plugin
  std::string tool;     // version of the judge
  std::string at;       // when, RFC 3339 in UTC
  std::uint64_t seed = 0;
  std::vector<CheckResult> checks;

  // "refused": a check failed. "incomplete": none did, but some could not be made. Else "passed".
  std::string verdict() const;
};

void print_line(const CheckResult& check, std::ostream& out);
void print_verdict(const Report& report, std::ostream& out);
std::string to_json(const Report& report);
std::string to_junit(const Report& report);

}  // namespace crossdock::conformance
