// Golden pairs: FOLDER/TABLE/CASE.canonical.json beside CASE.in.json (what the outside gives) and
// CASE.out.json (what the outside is given). Equal means equal as JSON.
#include <crossdock/ext/mapping.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sdk/conformance/trial/answers.hpp"
#include "sdk/conformance/trial/checks.hpp"

namespace crossdock::trial {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kEnding = ".canonical.json";

std::string copy(xd_bytes in) {
  return in.size == 0 ? std::string() : std::string(in.data, in.size);
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, json::value> tables_of(const xd_mapping_v1& mapping) {
  std::map<std::string, json::value> out;
  const Inside inside("crossdock.mapping/1 describe");
  mapping.describe(&out, [](void* reader, xd_bytes name, xd_bytes rows) {
    json::error_code error;
    auto value = json::parse({rows.data, rows.size}, error);
    if (error) {
      fault("the rows of the table " + copy(name) + " are no JSON");
    } else {
      (*static_cast<std::map<std::string, json::value>*>(reader))[copy(name)] = std::move(value);
    }
  });
  return out;
}

void compare(const xd_mapping_v1& mapping, const std::string& table, std::int32_t direction,
             const fs::path& from, const fs::path& expected) {
  const auto in = read_file(from);
  std::string out;
  std::string reason;
  const xd_error_sink sink{
      &reason, [](void* self, xd_bytes words) { *static_cast<std::string*>(self) = copy(words); }};
  xd_status status = XD_FAILED;
  {
    const Inside inside("crossdock.mapping/1 convert");
    status = mapping.convert(
        bytes(table), direction, bytes(in), &out,
        [](void* reader, xd_bytes document) {
          *static_cast<std::string*>(reader) = copy(document);
        },
        &sink);
  }
  if (status != XD_OK) {
    fault(from.string() + " does not go through the table " + table + ": " +
          (status == XD_MISSING ? "there is no such table" : reason));
    return;
  }
  json::error_code error;
  const auto wanted = json::parse(read_file(expected), error);
  if (error) {
    fault(expected.string() + " is not JSON: " + error.message());
    return;
  }
  const auto got = json::parse(out, error);
  if (error || got != wanted) {
    fault(from.string() + " becomes " + out + "\n      but " + expected.string() + " says " +
          json::serialize(wanted));
  }
}

}  // namespace

void check_golden(const Plugin& plugin, const Launch& launch) {
  const auto* mapping = plugin.extension<xd_mapping_v1>(XD_EXT_MAPPING);
  if (mapping == nullptr) {
    fault(
        "there are golden pairs, but the library has no mapping tables (crossdock.mapping/1); name "
        "them in CROSSDOCK_CONNECTOR(Class, settings, kTable)");
    return;
  }
  const auto tables = tables_of(*mapping);
  std::size_t pairs = 0;
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(launch.folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file()) {
      files.push_back(it->path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const auto name = file.filename().string();
    if (!name.ends_with(kEnding)) {
      continue;
    }
    const auto stem = name.substr(0, name.size() - kEnding.size());
    const auto table = file.parent_path().filename().string();
    if (!tables.contains(table)) {
      fault(file.string() + " is in a folder that names no table of the library");
      continue;
    }
    const auto in = file.parent_path() / (stem + ".in.json");
    const auto out = file.parent_path() / (stem + ".out.json");
    if (fs::exists(in)) {
      compare(*mapping, table, XD_TO_CANONICAL, in, file);
      ++pairs;
    }
    if (fs::exists(out)) {
      compare(*mapping, table, XD_TO_OUTSIDE, file, out);
      ++pairs;
    }
    if (!fs::exists(in) && !fs::exists(out)) {
      fault(file.string() + " has neither " + stem + ".in.json nor " + stem +
            ".out.json beside it");
    }
  }
  if (pairs == 0) {
    fault(launch.folder +
          " holds no pair; write TABLE/CASE.canonical.json with CASE.in.json or "
          "CASE.out.json beside it");
  }
  answer("value", json::object{{"pairs", pairs}});
}

void print_mapping(const Plugin& plugin, const Launch&) {
  const auto* mapping = plugin.extension<xd_mapping_v1>(XD_EXT_MAPPING);
  json::object tables;
  if (mapping != nullptr) {
    for (auto& [name, rows] : tables_of(*mapping)) {
      tables[name] = rows;
    }
  }
  answer("value", json::object{{"tables", std::move(tables)}});
}

}  // namespace crossdock::trial
