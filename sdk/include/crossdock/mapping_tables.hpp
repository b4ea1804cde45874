// The mapping tables that a connector names in CROSSDOCK_CONNECTOR, as the extension
// crossdock.mapping/1: `crossdock mapping` prints them, `crossdock golden` proves them. Authors
// need not read this.
#pragma once

#include <crossdock/ext/mapping.h>

#include <array>
#include <boost/json.hpp>
#include <crossdock/convert.hpp>
#include <string>
#include <string_view>

namespace crossdock::detail {

// kOrderLine and order_line are the table "order_line".
inline std::string table_name(std::string_view identifier) {
  identifier.remove_prefix(std::min(identifier.find_first_not_of(' '), identifier.size()));
  if (const auto scope = identifier.rfind(':'); scope != std::string_view::npos) {
    identifier.remove_prefix(scope + 1);
  }
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (identifier.size() > 1 && identifier[0] == 'k' && upper(identifier[1])) {
    identifier.remove_prefix(1);
  }
  std::string out;
  for (const char c : identifier) {
    if (upper(c)) {
      out +=
          (out.empty() || out.back() == '_' ? "" : "_") + std::string(1, static_cast<char>(c + 32));
    } else if (c != ' ') {
      out += c;
    }
  }
  return out;
}

// `names` of the factory: the identifiers as the macro saw them, separated by commas.
template <const auto&... kMappings>
struct MappingTables {
  static const xd_mapping_v1* extension(std::string_view identifiers) {
    names() = split(identifiers);
    static const xd_mapping_v1 kExtension = {&describe, &convert};
    return &kExtension;
  }

 private:
  using Names = std::array<std::string, sizeof...(kMappings)>;

  static Names& names() {
    static Names names;
    return names;
  }
  static Names split(std::string_view identifiers) {
    Names out;
    for (auto& name : out) {
      const auto comma = std::min(identifiers.find(','), identifiers.size());
      name = table_name(identifiers.substr(0, comma));
      identifiers.remove_prefix(std::min(comma + 1, identifiers.size()));
    }
    return out;
  }

  // Calls `visit` with every table and its name.
  template <class Visit>
  static void each(const Visit& visit) {
    std::size_t place = 0;
    (visit(kMappings, names()[place++]), ...);
  }

  static void describe(void* reader, void (*table)(void*, xd_bytes, xd_bytes)) {
    each([&](const auto& mapping, const std::string& name) {
      const std::string rows = boost::json::serialize(mapping.to_json());
      table(reader, bytes(name), bytes(rows));
    });
  }

  static xd_status convert(xd_bytes wanted, std::int32_t direction, xd_bytes document, void* reader,
                           void (*read)(void*, xd_bytes), const xd_error_sink* error) {
    xd_status status = XD_MISSING;
    each([&](const auto& mapping, const std::string& name) {
      if (name != text(wanted)) {
        return;
      }
      try {
        const auto in = boost::json::parse({document.data, document.size});
        const std::string out = boost::json::serialize(
            direction == XD_TO_CANONICAL ? mapping.to_canonical(in) : mapping.to_outside(in));
        read(reader, bytes(out));
        status = XD_OK;
      } catch (const std::exception& fault) {
        error->set(error->context, bytes(std::string_view(fault.what())));
        status = XD_FAILED;
      }
    });
    return status;
  }
};

}  // namespace crossdock::detail
