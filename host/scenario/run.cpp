#include "host/scenario/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <ostream>

namespace crossdock::host::scenario {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kAllPassed = 0;
constexpr int kSomeFailed = 1;
constexpr int kUsage = 64;

// A folder of this process's own, gone with it. Cases are thrown away, so memory will do where
// there is some: no play then waits for a disk.
class Scratch {
 public:
  Scratch() {
    const bool memory = std::getenv("TMPDIR") == nullptr && access("/dev/shm", W_OK | X_OK) == 0;
    auto pattern =
        ((memory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "crossdock-scenario-XXXXXX")
            .string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no folder " + pattern + " can be made; set TMPDIR");
    }
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::vector<fs::path> files_of(const fs::path& path) {
  std::vector<fs::path> out;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return {path};
  }
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    const auto extension = entry.path().extension();
    if (entry.is_regular_file() &&
        (extension == ".yaml" || extension == ".yml" || extension == ".json")) {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

void print_check(const Check& check, const std::string& file, std::ostream& out) {
  out << "    " << (check.passed ? "ok " : "WRONG ") << check.path;
  if (check.line > 0 && !check.passed) {
    out << " (" << file << ':' << check.line << ')';
  }
  out << "\n        expected " << check.expected << "\n        came     " << check.came << '\n';
}

void print_case(const Case& one, const std::vector<Play>& plays, bool passed,
                const RunOptions& options, std::ostream& out) {
  std::size_t expectations = plays.empty() ? 0 : plays.front().checks.size();
  out << (passed ? "PASS " : "FAIL ") << one.name << "  (" << one.file << ':' << one.line;
  if (passed) {
    out << "; " << expectations << (expectations == 1 ? " expectation" : " expectations");
  }
  if (plays.size() > 1) {
    out << ", " << plays.size() << " plays";
  }
  out << ")\n";
  for (const auto& play : plays) {
    if (play.passed() && !options.verbose) {
      continue;
    }
    if (!play.variant.empty()) {
      out << "  " << play.variant << '\n';
    }
    for (const auto& check : play.checks) {
      if (!check.passed || options.verbose) {
        print_check(check, one.file, out);
      }
    }
    if (!play.error.empty()) {
      out << "    cannot be played: " << play.error << '\n';
    }
  }
}

json::object to_json(const Case& one, const std::vector<Play>& plays, bool passed) {
  json::array list;
  for (const auto& play : plays) {
    json::array checks;
    for (const auto& check : play.checks) {
      checks.push_back({{"path", check.path},
                        {"line", check.line},
                        {"expected", check.expected},
                        {"came", check.came},
                        {"passed", check.passed}});
    }
    list.push_back({{"variant", play.variant}, {"error", play.error}, {"checks", checks}});
  }
  return {{"name", one.name},
          {"file", one.file},
          {"line", one.line},
          {"passed", passed},
          {"plays", std::move(list)}};
}

}  // namespace

int run(const fs::path& path, const Ports& ports, const RunOptions& options, std::ostream& out,
        std::ostream& err) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    err << "crossdock: there is no " << path.string() << "; give a scenario file or a folder\n";
    return kUsage;
  }
  std::vector<Case> cases;
  Faults faults;
  for (const auto& file : files_of(path)) {
    for (auto& one : read_cases(file, faults)) {
      if (options.only.empty() || one.name.find(options.only) != std::string::npos) {
        cases.push_back(std::move(one));
      }
    }
  }
  for (const auto& fault : faults) {
    err << to_text(fault) << '\n';
  }
  if (!faults.empty()) {
    err << faults.size() << (faults.size() == 1 ? " fault" : " faults")
        << " found; nothing was played. The guide to scenarios lists every key.\n";
    return kUsage;
  }
  if (cases.empty()) {
    err << "crossdock: " << path.string() << " holds no case"
        << (options.only.empty() ? "" : " whose name contains \"" + options.only + "\"") << '\n';
    return kUsage;
  }
  const Scratch scratch;
  std::size_t passed = 0;
  json::array list;
  for (const auto& one : cases) {
    const auto plays = play(one, ports, scratch.path(), {options.prove});
    const bool right = !plays.empty() && std::all_of(plays.begin(), plays.end(),
                                                     [](const auto& p) { return p.passed(); });
    passed += right ? 1 : 0;
    if (options.as_json) {
      list.push_back(to_json(one, plays, right));
    } else {
      print_case(one, plays, right, options, out);
      out.flush();
    }
  }
  const auto failed = cases.size() - passed;
  if (options.as_json) {
    out << json::serialize(
               json::object{{"passed", passed}, {"failed", failed}, {"cases", std::move(list)}})
        << '\n';
  } else {
    out << passed << " passed, " << failed << " failed\n";
  }
  return failed == 0 ? kAllPassed : kSomeFailed;
}

}  // namespace crossdock::host::scenario
