// Signing, verifying, encrypting and decrypting by OpenSSL's CMS (RFC 5652), and digests. Nothing
// cryptographic is our own.
//
// Partners are known by their certificates alone, as they gave them to us: no chain is built, and a
// certificate that comes along inside a message is trusted in nothing.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::edi::as2 {

struct FreeX509 {
  void operator()(X509* one) const { X509_free(one); }
};
struct FreeKey {
  void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
};
using Certificate = std::shared_ptr<X509>;
using Key = std::shared_ptr<EVP_PKEY>;

struct Identity {
  Certificate certificate;
  Key key;
};

// All certificates of a PEM file. Throws std::runtime_error with the file and what is wrong.
std::vector<Certificate> read_certificates(const std::string& file);
// A certificate and the key that belongs to it. Throws std::runtime_error.
Identity read_identity(const std::string& certificate_file, const std::string& key_pem);

// The last instant at which it is valid, seconds since the epoch; nothing where it cannot be told.
std::optional<std::int64_t> valid_until(const Certificate& certificate);

// "sha256" out of sha256, SHA-256, sha-256; empty where the digest is not one that we use.
std::string digest_name(std::string_view spelled);
// Base64 of the digest. `name` as digest_name gives it.
std::string digest_base64(std::string_view bytes, const std::string& name);

// A detached signature over the exact bytes (DER). `at`: the time it bears, seconds since the
// epoch, so that the same content signed again is the same signature. Throws std::runtime_error.
std::string sign(std::string_view content, const Identity& identity, const std::string& digest,
                 std::int64_t at);

struct Verified {
  std::string fault;   // empty: it is the signature of one of the certificates over these bytes
  std::string digest;  // that it was made with
};
// Verifies a detached signature, or an embedded one, and then `content` becomes what was signed.
Verified verify(std::string_view content, std::string_view signature,
                const std::vector<Certificate>& certificates, std::int64_t now);
Verified verify_embedded(std::string_view message, const std::vector<Certificate>& certificates,
                         std::int64_t now, std::string& content);

// Enveloped data (authenticated where the cipher is in GCM), as DER. Throws std::runtime_error.
std::string encrypt(std::string_view bytes, const Certificate& to, const std::string& cipher);
// Nothing where it is for none of the identities, or was changed on the way.
std::optional<std::string> decrypt(std::string_view message,
                                   const std::vector<Identity>& identities);

}  // namespace crossdock::edi::as2
