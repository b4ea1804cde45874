// MIME entities as AS2 needs them (RFC 2045, 2046): headers, parts and their exact bytes, because
// digests are over bytes and not over meanings. Results borrow from what was read.
//
// Pure. Bounds: the constants; beyond them nothing is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::edi::as2 {

inline constexpr std::size_t kLargestHead = 32u << 10;  // bytes of one entity's header fields
inline constexpr std::size_t kMostHeaderFields = 64;
inline constexpr std::size_t kMostParts = 16;

// Words of header fields: in lower case (ASCII), and without the white space around them.
std::string lowered(std::string_view text);
std::string_view trimmed(std::string_view text);

// A header field's value with its parameters: `multipart/signed; micalg="sha-256"`.
struct HeaderValue {
  std::string value;                                            // in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  // The parameter's value as it stands, or empty.
  std::string_view parameter(std::string_view name) const;
};
HeaderValue parse_header_value(std::string_view text);

struct Entity {
  std::vector<std::pair<std::string, std::string>> headers;  // lower-case names, unfolded values
  std::string_view whole;                                    // head, empty line and body
  std::string_view body;

  std::string_view header(std::string_view name) const;
  HeaderValue content_type() const;  // text/plain where none is given
};

// Nothing where there is no head that ends in an empty line, or it is too large.
std::optional<Entity> parse_entity(std::string_view bytes);

// The parts between the boundaries, each with its exact bytes: the line break before a boundary
// belongs to the boundary (RFC 2046, 5.1.1). Nothing where the closing boundary is missing.
std::optional<std::vector<std::string_view>> split_parts(std::string_view body,
                                                         std::string_view boundary);

// Undoes a Content-Transfer-Encoding; nothing where the text is not in that encoding.
std::optional<std::string> decode_transfer(std::string_view body, std::string_view encoding);

std::string base64(std::string_view bytes);                // one line
std::string base64_lines(std::string_view bytes);          // lines of 64, CRLF
std::optional<std::string> from_base64(std::string_view);  // white space is skipped

}  // namespace crossdock::edi::as2
