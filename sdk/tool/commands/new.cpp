// new: writes a connector's folder from a template. The folder builds, tests and passes conformance
// as it stands; see templates/README.md for what is copied.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "sdk/tool/commands/commands.hpp"
#include "sdk/tool/places.hpp"

namespace crossdock::tool {
namespace {

namespace fs = std::filesystem;

struct Wanted {
  std::string name;
  std::string kind = "both";
  std::string language = "cpp";
  std::string vendor = "Your company";
  std::string folder;  // empty: the name
};

constexpr std::string_view kPlaceholder = "my_connector";
constexpr std::string_view kVendor = "Your company";

// Names become ids, file names, CMake targets and C identifiers.
std::string fault_of_name(const std::string& name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool fits = !name.empty() && name.size() <= 64 && letter(name[0]) &&
                    std::all_of(name.begin(), name.end(), [&](char c) {
                      return letter(c) || (c >= '0' && c <= '9') || c == '_';
                    });
  return fits ? std::string()
              : "\"" + name +
                    "\" cannot be a connector's name; take 1 to 64 of a-z, 0-9 and _, beginning "
                    "with a letter, for example acme_desk";
}

std::string json_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      throw std::runtime_error("--vendor must be one line of text");
    }
    out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

void copy_template(const fs::path& from, const fs::path& to, const Wanted& wanted,
                   std::ostream& out) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) {
      continue;
    }
    const auto name = fs::relative(entry.path(), from);
    const auto target = to / name;
    fs::create_directories(target.parent_path());
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    replace_all(text, kPlaceholder, wanted.name);
    if (name == "manifest.json") {
      replace_all(text, kVendor, json_escaped(wanted.vendor));
    }
    std::ofstream file(target, std::ios::binary);
    if (!(file << text).flush()) {
      throw std::runtime_error(target.string() + " cannot be written");
    }
    out << "  " << target.string() << '\n';
  }
}

int make(const Wanted& wanted, const Console& console) {
  if (const auto fault = fault_of_name(wanted.name); !fault.empty()) {
    console.err << "crossdock: " << fault << '\n';
    return kUsage;
  }
  const auto templates = shared_files() / "templates" / wanted.language;
  if (!fs::is_directory(templates / wanted.kind)) {
    console.err << "crossdock: there is no template of kind " << wanted.kind << " in "
                << wanted.language << "; the one in rust is a sink\n";
    return kUsage;
  }
  const fs::path folder = wanted.folder.empty() ? wanted.name : wanted.folder;
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder))) {
    console.err << "crossdock: " << folder.string()
                << " is there already and not empty; nothing was written. Name another folder with "
                   "--folder\n";
    return kRefused;
  }
  console.out << "writing " << folder.string() << ":\n";
  const bool reads = wanted.kind != "sink";
  const bool writes = wanted.kind != "source";
  for (const auto& [part, needed] : {std::pair<std::string, bool>("common", true),
                                     {"intake", reads},
                                     {"outlet", writes},
                                     {wanted.kind, true}}) {
    if (needed && fs::is_directory(templates / part)) {
      copy_template(templates / part, folder, wanted, console.out);
    }
  }
  console.out << "next:\n  cd " << folder.string()
              << "\n  cmake -B build -G Ninja && cmake --build build\n"
                 "  ctest --test-dir build --output-on-failure\n";
  return kOk;
}

}  // namespace

void add_new_commands(CLI::App& app, Console& console) {
  const auto wanted = std::make_shared<Wanted>();
  auto* command = app.add_subcommand("new", "begin a connector: a folder that builds and passes");
  command->require_subcommand(1);
  auto* connector = command->add_subcommand("connector", "a connector plugin");
  connector->add_option("name", wanted->name, "its id: a-z, 0-9 and _")->required();
  connector->add_option("--kind", wanted->kind, "source reads, sink writes, both does both")
      ->check(CLI::IsMember({"source", "sink", "both"}))
      ->capture_default_str();
  connector->add_option("--lang", wanted->language, "language of the source")
      ->check(CLI::IsMember({"cpp", "c", "rust"}))
      ->capture_default_str();
  connector->add_option("--vendor", wanted->vendor, "who publishes it")->capture_default_str();
  connector->add_option("--folder", wanted->folder, "where to write it (default: NAME)");
  connector->footer(
      "Example:\n  crossdock new connector acme_desk --kind sink --vendor 'Acme Ltd'");
  connector->callback([&console, wanted] {
    try {
      console.status = make(*wanted, console);
    } catch (const std::exception& fault) {
      console.err << "crossdock: " << fault.what() << '\n';
      console.status = kRefused;
    }
  });
}

}  // namespace crossdock::tool
