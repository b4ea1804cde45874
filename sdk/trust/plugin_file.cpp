#include "sdk/trust/plugin_file.hpp"

#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"

namespace crossdock::trust {
namespace {

namespace fs = std::filesystem;

bool read_beside(const fs::path& library, PluginFile& out, std::string& fault) {
  const fs::path beside = library.string() + std::string(kSignatureEnding);
  std::error_code error;
  if (!fs::exists(beside, error)) {
    return true;
  }
  const auto text = read_file(beside, kLargestEnvelope, fault);
  out.envelope = text ? envelope_from(*text, fault) : std::nullopt;
  if (!out.envelope) {
    fault = "has a signature file, " + beside.filename().string() + ", which " + fault;
  }
  return out.envelope.has_value();
}

bool open_package(const std::string& archive, PluginFile& out, std::string& fault) {
  out.package = read_package(archive, fault);
  if (!out.package) {
    return false;
  }
  for (const auto& [name, bytes] : *out.package) {
    if (name.ends_with(".so") && name.find('/') == std::string::npos) {
      if (!out.library_name.empty()) {
        fault = "holds more than one library: " + out.library_name + " and " + name;
        return false;
      }
      out.library_name = name;
      out.library = bytes;
    }
  }
  if (out.library_name.empty() || out.library.size() > plugin::kLargestLibrary) {
    fault = "holds no library NAME.so of at most 64 MiB";
    return false;
  }
  const auto signature = out.package->find(std::string(kPackageSignature));
  if (signature == out.package->end()) {
    return true;
  }
  out.envelope = signature->second.size() <= kLargestEnvelope
                     ? envelope_from(signature->second, fault)
                     : std::nullopt;
  const auto statement = out.envelope ? statement_from(out.envelope->text, fault) : std::nullopt;
  if (!statement) {
    fault = "has a signature.json that cannot be used: " + fault;
    return false;
  }
  fault = statement->library == out.library_name
              ? mismatch(*statement, *out.package)
              : "was signed for " + statement->library + " and holds " + out.library_name;
  return fault.empty();
}

}  // namespace

std::optional<PluginFile> read_plugin_file(const fs::path& path, std::string& fault) {
  PluginFile out;
  const bool is_package = path.extension() == kPackageEnding;
  auto bytes = read_file(path, is_package ? kLargestPackage : plugin::kLargestLibrary, fault);
  if (!bytes) {
    return std::nullopt;
  }
  if (is_package) {
    if (!open_package(*bytes, out, fault)) {
      return std::nullopt;
    }
  } else {
    out.library_name = path.filename().string();
    out.library = std::move(*bytes);
    if (!read_beside(path, out, fault)) {
      return std::nullopt;
    }
  }
  out.sha256 = plugin::sha256_hex(out.library);
  return out;
}

std::optional<plugin::Manifest> manifest_of(const PluginFile& file, std::string& fault) {
  const auto section = plugin::manifest_section(file.library, fault);
  return section ? plugin::parse_manifest(*section, fault) : std::nullopt;
}

}  // namespace crossdock::trust
