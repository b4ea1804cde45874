// Holds the house to its plan: reads every include line of the repository and fails on one that
// crosses from a room into a room it may not know (docs/reference/architecture.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// The room of a source file or of an include path; empty for files outside of the rooms.
std::string room_of(const std::string& path) {
  const auto starts = [&](std::string_view prefix) { return path.starts_with(prefix); };
  if (starts("canonical/") || starts("crossdock/canonical/")) {
    return "canonical";
  }
  if (starts("sdk/include/crossdock/abi.h") || starts("sdk/include/crossdock/ext/") ||
      starts("crossdock/abi.h") || starts("crossdock/ext/")) {
    return "sdk/abi";
  }
  for (const char* room : {"sdk/plugin", "sdk/trust", "sdk/conformance", "sdk/tool"}) {
    if (starts(std::string(room) + "/")) {
      return room;
    }
  }
  if (starts("sdk/") || starts("crossdock/")) {
    return "sdk";
  }
  if (starts("host/") || starts("plugins/")) {
    const auto first = path.find('/');
    const auto second = path.find('/', first + 1);
    return second == std::string::npos ? std::string() : path.substr(0, second);
  }
  if (starts("templates/")) {
    return "templates";
  }
  if (starts("tests/")) {
    return "tests";
  }
  return {};
}

// From a room to the rooms it may know, besides itself. Tests may know every room.
const std::map<std::string, std::set<std::string>>& allowed_arrows() {
  static const std::map<std::string, std::set<std::string>> kAllowed = {
      {"canonical", {}},
      {"sdk/abi", {}},
      {"sdk", {"sdk/abi", "canonical"}},
      {"sdk/plugin", {"sdk/abi"}},
      {"sdk/trust", {"sdk/plugin"}},
      {"sdk/conformance", {"sdk/abi", "sdk/plugin", "canonical"}},
      {"sdk/tool", {"sdk", "sdk/abi", "sdk/plugin", "sdk/trust", "sdk/conformance", "canonical"}},
      {"templates", {"sdk", "sdk/abi", "canonical"}},
      {"host/loader", {"canonical", "sdk/abi", "sdk/plugin", "sdk/trust", "host/journal"}},
      {"host/bus", {"canonical", "sdk/abi"}},
      {"host/worker",
       {"sdk", "sdk/abi", "sdk/plugin", "host/loader", "host/bus", "host/security", "canonical"}},
      {"host/journal", {"canonical"}},
      {"host/delivery", {"canonical", "sdk/abi", "host/bus", "host/journal", "host/loader"}},
      {"host/process", {"canonical", "host/journal", "host/documents"}},
      {"host/documents", {"canonical", "host/journal"}},
      {"host/scenario", {"canonical", "host/journal", "host/delivery", "host/process"}},
      {"host/security", {"canonical", "sdk/plugin", "sdk/trust", "host/journal"}},
      {"host/observe", {"canonical", "host/journal"}},
      {"host/http", {"host/observe"}},
  };
  return kAllowed;
}

bool may(const std::string& from, const std::string& to) {
  if (from == to || from == "tests" || from == "host/app") {
    return true;
  }
  if (from.starts_with("plugins/")) {
    return to == "sdk" || to == "sdk/abi" || to == "canonical";
  }
  const auto found = allowed_arrows().find(from);
  return found != allowed_arrows().end() && found->second.contains(to);
}

struct Arrow {
  std::string file;
  std::size_t line;
  std::string include;
};

std::vector<Arrow> forbidden_arrows(const std::string& file, std::istream& source) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<Arrow> found;
  const std::string from = room_of(file);
  std::string line;
  for (std::size_t number = 1; std::getline(source, line); ++number) {
    std::smatch match;
    if (!std::regex_search(line, match, kInclude)) {
      continue;
    }
    const std::string to = room_of(match[1].str());
    if (!to.empty() && !may(from, to)) {
      found.push_back({file, number, match[1].str()});
    }
  }
  return found;
}

std::vector<Arrow> forbidden_in_text(const std::string& file, const std::string& text) {
  std::istringstream in(text);
  return forbidden_arrows(file, in);
}

TEST(Arrows, EveryIncludeOfTheRepositoryFollowsThePlan) {
  const fs::path root = CROSSDOCK_SOURCE_DIR;
  std::size_t files = 0;
  std::ostringstream report;
  for (const char* top : {"canonical", "sdk", "host", "plugins", "templates", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      static const std::set<std::string> kSources = {".cpp", ".hpp", ".h", ".c"};
      if (!entry.is_regular_file() || !kSources.contains(entry.path().extension().string())) {
        continue;
      }
      ++files;
      std::ifstream source(entry.path());
      for (const auto& arrow :
           forbidden_arrows(fs::relative(entry.path(), root).string(), source)) {
        report << arrow.file << ':' << arrow.line << " includes " << arrow.include << '\n';
      }
    }
  }
  EXPECT_GT(files, 50u) << "the walk found too few files to mean anything";
  EXPECT_EQ(report.str(), "") << "arrows that the plan does not have";
}

TEST(Arrows, AForbiddenIncludeIsFound) {
  EXPECT_EQ(forbidden_in_text("canonical/src/a.cpp", "#include \"host/bus/server.hpp\"\n").size(),
            1u);
  EXPECT_EQ(forbidden_in_text("plugins/a/x.cpp", "#include \"plugins/b/y.hpp\"\n").size(), 1u);
  EXPECT_EQ(forbidden_in_text("plugins/a/x.cpp", "#include \"host/journal/journal.hpp\"\n").size(),
            1u);
  EXPECT_EQ(forbidden_in_text("host/http/x.cpp", "#  include <host/process/engine.hpp>\n").size(),
            1u);
  EXPECT_EQ(
      forbidden_in_text("sdk/include/crossdock/abi.h", "#include <crossdock/host.hpp>\n").size(),
      1u);
}

TEST(Arrows, AnAllowedIncludeIsNot) {
  EXPECT_TRUE(forbidden_in_text("plugins/a/x.cpp",
                                "#include \"crossdock/connector.hpp\"\n#include <string>\n")
                  .empty());
  EXPECT_TRUE(
      forbidden_in_text("host/app/main.cpp", "#include \"host/process/engine.hpp\"\n").empty());
}

}  // namespace
