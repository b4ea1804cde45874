// Ed25519 keys (RFC 8032) by OpenSSL: a signing key in a PKCS#8 PEM file that only its owner may
// read, and the public key beside it. A key is named by its id, the first 16 bytes of the SHA-256
// of its 32 public bytes, in hexadecimal.
//
// Values; usable from any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace crossdock::trust {

// Who may be believed.
class PublicKey {
 public:
  // 32 bytes; nothing else makes a key.
  static std::optional<PublicKey> from_raw(std::string_view raw);
  // A PEM text (SubjectPublicKeyInfo).
  static std::optional<PublicKey> from_pem(const std::string& pem);

  const std::string& raw() const { return raw_; }
  const std::string& id() const { return id_; }
  std::string pem() const;
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  explicit PublicKey(std::string raw);
  std::string raw_;
  std::string id_;
};

// Who signs. The bytes are overwritten when the last copy goes.
class SigningKey {
 public:
  static SigningKey generate();  // throws std::runtime_error
  // A file that others may read is refused. An encrypted key needs its passphrase.
  static std::optional<SigningKey> load(const std::filesystem::path& file,
                                        const std::string& passphrase, std::string& fault);
  // Mode 0600; never over a file that is there. Encrypted (AES-256) unless the passphrase is empty.
  bool save(const std::filesystem::path& file, const std::string& passphrase,
            std::string& fault) const;

  PublicKey public_key() const;
  std::string sign(std::string_view message) const;  // 64 bytes

 private:
  explicit SigningKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace crossdock::trust
