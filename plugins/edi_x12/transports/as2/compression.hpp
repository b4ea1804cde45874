// CompressedData (RFC 3274, as RFC 5402 uses it in AS2). Debian's OpenSSL is built without zlib, so
// its CMS cannot: the ASN.1 is by OpenSSL's templates, the deflating by zlib.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossdock::edi::as2 {

// A ContentInfo with the compressed bytes (DER).
std::string compress(std::string_view bytes);

// Nothing where it is no CompressedData, or becomes larger than `most` bytes.
std::optional<std::string> decompress(std::string_view message, std::size_t most);

}  // namespace crossdock::edi::as2
