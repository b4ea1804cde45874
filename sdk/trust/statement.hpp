// What is signed: a statement that lists the files of one version of a plugin by their SHA-256, and
// an envelope that carries the statement's exact bytes with the signatures over them. The envelope
// is the file NAME.so.xdsig beside a library, or signature.json in a package.
//
// A signature is made in a role: the publisher says "this is mine", a certifier says "this has
// passed". The role is part of what is signed, so that neither can stand for the other.
//
// Everything read here is taken as hostile: bounded, and refused with its reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/trust/keys.hpp"

namespace crossdock::trust {

inline constexpr std::size_t kLargestEnvelope = 256u << 10;  // bytes
inline constexpr std::string_view kSignatureEnding = ".xdsig";

struct StatedFile {
  std::string name;  // as in the package, or the library's own
  std::string sha256;
  std::uint64_t bytes = 0;
};

struct Statement {
  std::string id;  // of the plugin, as in its manifest
  std::string version;
  std::string library;  // which of the files is the library
  std::vector<StatedFile> files;

  const StatedFile* file(std::string_view name) const;
};

enum class Role : std::uint8_t { publish, certify };
const char* name_of(Role role);

struct Signature {
  std::string key;  // id
  Role role = Role::publish;
  std::string bytes;
};

struct Envelope {
  std::string text;  // the statement's exact bytes
  std::vector<Signature> signatures;
};

std::string to_text(const Statement& statement);
std::optional<Statement> statement_from(std::string_view text, std::string& fault);

std::string to_json(const Envelope& envelope);
std::optional<Envelope> envelope_from(std::string_view json, std::string& fault);

// Adds a signature; one that the same key gave in the same role before is replaced.
void sign(Envelope& envelope, const SigningKey& key, Role role);
bool verifies(const Envelope& envelope, const Signature& signature, const PublicKey& key);

}  // namespace crossdock::trust
