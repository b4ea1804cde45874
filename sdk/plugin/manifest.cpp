#include "sdk/plugin/manifest.hpp"

#include <crossdock/abi.h>
#include <elf.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstring>

#include "sdk/plugin/elf_reading.hpp"

namespace crossdock::plugin {
namespace {

namespace json = boost::json;

bool inside(std::string_view file, std::uint64_t offset, std::uint64_t size) {
  return offset <= file.size() && size <= file.size() - offset;
}

std::string text_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

bool texts_of(const json::object& object, const char* key, std::vector<std::string>& out) {
  const auto* found = object.if_contains(key);
  if (found == nullptr) {
    return true;
  }
  const auto* array = found->if_array();
  if (array == nullptr || array->size() > 256) {
    return false;
  }
  for (const auto& one : *array) {
    const auto* text = one.if_string();
    if (text == nullptr || text->size() > 256) {
      return false;
    }
    out.emplace_back(text->data(), text->size());
  }
  return true;
}

// A number of units or seconds that a limit may have; false where it is none.
bool units_of(const json::object& object, const char* key, double& out) {
  const auto* found = object.if_contains(key);
  if (found == nullptr) {
    return true;
  }
  if (!found->is_number()) {
    return false;
  }
  out = found->to_number<double>();
  return out >= 0 && out <= 1e9;
}

bool operations_of(const json::object& object, std::vector<Manifest::Operation>& out) {
  const auto* found = object.if_contains("operations");
  if (found == nullptr) {
    return true;
  }
  const auto* array = found->if_array();
  if (array == nullptr || array->size() > 64) {
    return false;
  }
  for (const auto& one : *array) {
    const auto* row = one.if_object();
    Manifest::Operation operation;
    if (row == nullptr || !units_of(*row, "rate", operation.rate) ||
        !units_of(*row, "burst", operation.burst) ||
        !units_of(*row, "window", operation.window_s) || !units_of(*row, "cost", operation.cost) ||
        !texts_of(*row, "takes", operation.takes)) {
      return false;
    }
    operation.name = text_of(*row, "name");
    if (operation.name.empty() || operation.name.size() > 64 ||
        (operation.rate > 0 && operation.window_s > 0) ||
        ((operation.rate > 0 || operation.window_s > 0) && operation.burst <= 0)) {
      return false;
    }
    out.push_back(std::move(operation));
  }
  return true;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// "0.9" as 9, "1.2" as 1002; nothing where it is not major.minor.
std::optional<int> version_number(std::string_view text) {
  int major = 0;
  int minor = 0;
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) {
    return std::nullopt;
  }
  const auto first = std::from_chars(text.data(), text.data() + dot, major);
  const auto second = std::from_chars(text.data() + dot + 1, text.data() + text.size(), minor);
  if (first.ptr != text.data() + dot || second.ptr != text.data() + text.size() || major < 0 ||
      minor < 0 || major > 999 || minor > 999) {
    return std::nullopt;
  }
  return major * 1000 + minor;
}

}  // namespace

bool Manifest::offers(std::string_view extension) const {
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

std::optional<std::string_view> manifest_section(std::string_view file, std::string& fault) {
  Elf64_Ehdr head;
  if (!read_at(file, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
      head.e_type != ET_DYN) {
    fault = "is not a 64-bit ELF shared library";
    return std::nullopt;
  }
#if defined(__x86_64__)
  constexpr auto kMachine = EM_X86_64;
#elif defined(__aarch64__)
  constexpr auto kMachine = EM_AARCH64;
#endif
  if (head.e_machine != kMachine) {
    fault = "is built for another processor";
    return std::nullopt;
  }
  if (head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shnum == 0 ||
      !inside(file, head.e_shoff, std::uint64_t{head.e_shnum} * sizeof(Elf64_Shdr))) {
    fault = "has no readable table of sections";
    return std::nullopt;
  }
  const auto section = [&](std::uint16_t index, Elf64_Shdr& out) {
    return index < head.e_shnum && read_at(file, head.e_shoff + index * sizeof(Elf64_Shdr), out);
  };
  Elf64_Shdr names;
  if (!section(head.e_shstrndx, names) || !inside(file, names.sh_offset, names.sh_size)) {
    fault = "has no readable names of sections";
    return std::nullopt;
  }
  const std::string_view name_table = file.substr(names.sh_offset, names.sh_size);
  for (std::uint16_t i = 0; i < head.e_shnum; ++i) {
    Elf64_Shdr one;
    if (!section(i, one) || one.sh_name >= name_table.size()) {
      continue;
    }
    const auto rest = name_table.substr(one.sh_name);
    if (rest.substr(0, rest.find('\0')) != kManifestSection) {
      continue;
    }
    if (one.sh_type == SHT_NOBITS || one.sh_size > kLargestManifest ||
        !inside(file, one.sh_offset, one.sh_size)) {
      fault = "has a manifest section whose size or place cannot be right";
      return std::nullopt;
    }
    return file.substr(one.sh_offset, one.sh_size);
  }
  fault = "has no section " + std::string(kManifestSection) +
          "; build it with crossdock_add_connector(), which embeds the manifest";
  return std::nullopt;
}

std::optional<Manifest> parse_manifest(std::string_view text, std::string& fault) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 24;
  const auto value = json::parse({text.data(), text.size()}, error, {}, options);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) {
    fault = "the manifest is not a JSON object" + (error ? ": " + error.message() : std::string());
    return std::nullopt;
  }
  Manifest out;
  out.json = text;
  out.id = text_of(*object, "id");
  out.version = text_of(*object, "version");
  out.vendor = text_of(*object, "vendor");
  out.description = text_of(*object, "description");
  out.effect = text_of(*object, "effect");
  if (const auto* abi = object->if_contains("abi"); abi != nullptr && abi->is_object()) {
    out.abi_min = text_of(abi->get_object(), "min");
    out.abi_max = text_of(abi->get_object(), "max");
  }
  if (!is_id(out.id)) {
    fault = "the manifest's id must be 1 to 64 of a-z, 0-9, _ and -";
    return std::nullopt;
  }
  if (out.version.empty() || out.version.size() > 64) {
    fault = "the manifest has no version";
    return std::nullopt;
  }
  if (!version_number(out.abi_min) || !version_number(out.abi_max)) {
    fault = "the manifest's abi must be {\"min\": \"0.9\", \"max\": \"0.9\"}";
    return std::nullopt;
  }
  if (!texts_of(*object, "takes", out.takes) || !texts_of(*object, "gives", out.gives) ||
      !texts_of(*object, "extensions", out.extensions)) {
    fault = "the manifest's takes, gives and extensions must be lists of short texts";
    return std::nullopt;
  }
  if (!operations_of(*object, out.operations)) {
    fault =
        "the manifest's operations must be a list of {\"name\", \"rate\", \"burst\", "
        "\"window\" (instead of a rate), \"cost\", \"takes\"}, with numbers from 0 to 1e9";
    return std::nullopt;
  }
  if (const auto* number = object->if_contains("max_in_flight")) {
    const auto* whole = number->if_int64();
    if (whole == nullptr || *whole < 1 || *whole > 4096) {
      fault = "the manifest's max_in_flight must be 1 to 4096";
      return std::nullopt;
    }
    out.max_in_flight = static_cast<std::uint32_t>(*whole);
  }
  if (out.effect != "idempotent_key" && out.effect != "lookup_before_write" &&
      out.effect != "at_least_once") {
    fault = "the manifest's effect must be idempotent_key, lookup_before_write or at_least_once";
    return std::nullopt;
  }
  if (const auto* schema = object->if_contains("configuration")) {
    out.configuration_schema = json::serialize(*schema);
  }
  return out;
}

std::string abi_mismatch(const Manifest& manifest) {
  constexpr int kOurs = XD_ABI_MAJOR * 1000 + XD_ABI_MINOR;
  if (*version_number(manifest.abi_min) <= kOurs && kOurs <= *version_number(manifest.abi_max)) {
    return {};
  }
  return "needs plugin ABI " + manifest.abi_min + " to " + manifest.abi_max +
         "; this host offers " + std::to_string(XD_ABI_MAJOR) + "." + std::to_string(XD_ABI_MINOR) +
         "; rebuild the plugin with this host's SDK, or install a host that fits";
}

}  // namespace crossdock::plugin
