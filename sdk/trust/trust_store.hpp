// Whom an operator believes: a folder with one file, trust.json, that lists public keys with what
// each may do, and what is revoked. Keys rotate by a notice signed with the old key, with a time in
// which both are good; a notice may also revoke a key or one library.
//
// Not thread-safe; a store is read, asked, and read anew when the file has changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/trust/keys.hpp"
#include "sdk/trust/statement.hpp"

namespace crossdock::trust {

struct TrustedKey {
  std::string name;  // the operator's word for it
  PublicKey key;
  bool may_publish = true;
  bool may_certify = false;
  bool may_revoke = false;           // notices that revoke what others signed
  std::vector<std::string> plugins;  // ids it may publish; empty: all
  std::int64_t until_ns = 0;         // signatures count until then; 0: no end
};

struct Revocation {
  std::string what;  // key:ID or sha256:HEX
  std::string reason;
  std::int64_t at_ns = 0;
};

enum class Standing : std::uint8_t {
  unsigned_,  // no envelope
  untrusted,  // only keys that are not trusted, or not for this plugin, or not any more
  signed_,    // by a trusted publisher
  modified,   // the envelope speaks of other bytes, or a signature is false
  revoked
};
const char* name_of(Standing standing);

// What the store says of one library.
struct Verdict {
  Standing standing = Standing::unsigned_;
  bool certified = false;
  std::string publisher;  // name of the key that counted
  std::string reason;     // unless signed: what is wrong and what to do
};

struct Notice {
  enum class Kind : std::uint8_t { rotate, revoke } kind = Kind::revoke;
  std::string what;    // revoke: key:ID or sha256:HEX; rotate: the old key's id
  std::string key;     // rotate: the new key's 32 bytes
  std::string reason;  // revoke
  std::int64_t at_ns = 0;
  std::int64_t until_ns = 0;  // rotate: how long the old key is good too
};

class TrustStore {
 public:
  // A folder without trust.json is an empty store. Nothing, and `fault`, where it cannot be used.
  static std::optional<TrustStore> open(const std::filesystem::path& folder, std::string& fault);
  bool save(std::string& fault) const;

  const std::vector<TrustedKey>& keys() const { return keys_; }
  const std::vector<Revocation>& revocations() const { return revocations_; }
  const TrustedKey* find(std::string_view id) const;

  // Replaces what was said of the same key. A revoked key is refused.
  bool trust(TrustedKey key, std::string& fault);
  void revoke(Revocation revocation);
  // Carries out a notice, if one of those who may has signed it.
  bool accept(std::string_view notice_file, std::string& said, std::string& fault);

  // `sha256` is of the library's own bytes, `id` and `version` of its embedded manifest.
  Verdict verdict(const std::optional<Envelope>& envelope, std::string_view sha256,
                  std::string_view id, std::string_view version, std::int64_t now_ns) const;

 private:
  const Revocation* revoked(const std::string& what) const;

  std::filesystem::path file_;
  std::vector<TrustedKey> keys_;
  std::vector<Revocation> revocations_;
};

// The notice's file: its exact text with one signature.
std::string signed_notice(const Notice& notice, const SigningKey& key);

}  // namespace crossdock::trust
