// Who sent a webhook: RSA-SHA256 over "<timestamp>.<raw body>", the public key from ShipEngine's
// JWKS, named by its id (ShipEngine webhook validation guide; RFC 7517 and 7518 section 6.3).
#pragma once

#include <openssl/evp.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace crossdock::carrier {

class KeySet {
 public:
  // Throws std::runtime_error where the text is no JWKS with RSA keys of 2,048 bits or more.
  static KeySet parse(std::string_view jwks);
  bool has(const std::string& key_id) const { return keys_.contains(key_id); }
  // False for an unknown key, text that is not base64, and a signature that does not fit.
  bool verifies(const std::string& key_id, std::string_view signature_base64,
                std::string_view signed_text) const;

 private:
  std::map<std::string, std::shared_ptr<EVP_PKEY>> keys_;
};

}  // namespace crossdock::carrier
