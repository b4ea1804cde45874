// manifest: what a library says about itself, read as the host reads it: without running any of it.
#include "sdk/plugin/manifest.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "sdk/plugin/hash.hpp"
#include "sdk/tool/commands/commands.hpp"

namespace crossdock::tool {
namespace {

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& one : list) {
    out += (out.empty() ? "" : ", ") + one;
  }
  return out.empty() ? "nothing" : out;
}

void print(const plugin::Manifest& manifest, const std::string& sha256, std::ostream& out) {
  out << manifest.id << ' ' << manifest.version << " by " << manifest.vendor << '\n'
      << manifest.description << '\n'
      << "takes:         " << joined(manifest.takes) << '\n'
      << "gives:         " << joined(manifest.gives) << '\n'
      << "extensions:    " << joined(manifest.extensions) << '\n'
      << "contract:      " << manifest.abi_min << " to " << manifest.abi_max << '\n'
      << "at once:       " << manifest.max_in_flight << '\n'
      << "effect:        " << manifest.effect << '\n'
      << "configuration: "
      << (manifest.configuration_schema.empty() ? "not declared" : manifest.configuration_schema)
      << '\n'
      << "sha256:        " << sha256 << '\n';
}

int show_manifest(const std::string& file, bool as_json, const Console& console) {
  std::error_code error;
  if (std::filesystem::file_size(file, error) > plugin::kLargestLibrary || error) {
    console.err << "crossdock: " << file << ": "
                << (error ? error.message() : std::string("is larger than 64 MiB")) << '\n';
    return kRefused;
  }
  std::ifstream in(file, std::ios::binary);
  const std::string library{std::istreambuf_iterator<char>(in), {}};
  std::string fault;
  const auto section = plugin::manifest_section(library, fault);
  const auto manifest =
      section ? plugin::parse_manifest(*section, fault) : std::optional<plugin::Manifest>();
  if (!manifest) {
    console.err << "crossdock: " << file << ": " << fault << '\n';
    return kRefused;
  }
  if (as_json) {
    console.out << manifest->json << '\n';
  } else {
    print(*manifest, plugin::sha256_hex(library), console.out);
  }
  return kOk;
}

}  // namespace

void add_manifest_commands(CLI::App& app, Console& console) {
  struct Options {
    std::string file;
    bool as_json = false;
  };
  const auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("manifest", "what a library says about itself; runs none of it");
  command->add_option("library", options->file, "the connector's .so")->required();
  command->add_flag("--json", options->as_json, "the manifest as it is embedded");
  command->footer("Example:\n  crossdock manifest build/connectors/acme.so");
  command->callback([&console, options] {
    console.status = show_manifest(options->file, options->as_json, console);
  });
}

}  // namespace crossdock::tool
