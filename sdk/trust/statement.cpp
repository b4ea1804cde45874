#include "sdk/trust/statement.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "sdk/trust/bytes.hpp"

namespace crossdock::trust {
namespace {

namespace json = boost::json;

constexpr std::string_view kStatement = "crossdock.statement/1";
constexpr std::string_view kEnvelope = "crossdock.signature/1";
constexpr std::size_t kMostStatedFiles = 1000;
constexpr std::size_t kMostSignatures = 16;
constexpr std::size_t kLongestText = 256;

std::optional<json::object> object_from(std::string_view text, std::string& fault) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) {
    fault = "is not a JSON object";
    return std::nullopt;
  }
  return std::move(value.get_object());
}

// A short text without control characters; empty where it is missing or something else.
std::string text_of(const json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  if (text == nullptr || text->size() > kLongestText ||
      std::any_of(text->begin(), text->end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return {};
  }
  return {text->data(), text->size()};
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string signed_bytes(const Envelope& envelope, Role role) {
  return std::string(kStatement) + " " + name_of(role) + "\n" + envelope.text;
}

}  // namespace

const char* name_of(Role role) { return role == Role::publish ? "publish" : "certify"; }

const StatedFile* Statement::file(std::string_view name) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const auto& one) { return one.name == name; });
  return found == files.end() ? nullptr : &*found;
}

std::string to_text(const Statement& statement) {
  json::array files;
  for (const auto& file : statement.files) {
    files.push_back({{"name", file.name}, {"sha256", file.sha256}, {"bytes", file.bytes}});
  }
  return json::serialize(json::object{{"format", kStatement},
                                      {"id", statement.id},
                                      {"version", statement.version},
                                      {"library", statement.library},
                                      {"files", std::move(files)}});
}

std::optional<Statement> statement_from(std::string_view text, std::string& fault) {
  const auto object = object_from(text, fault);
  if (!object) {
    return std::nullopt;
  }
  Statement out;
  out.id = text_of(*object, "id");
  out.version = text_of(*object, "version");
  out.library = text_of(*object, "library");
  const auto* files = object->if_contains("files");
  if (text_of(*object, "format") != kStatement || out.id.empty() || out.version.empty() ||
      out.library.empty() || files == nullptr || !files->is_array() ||
      files->get_array().size() > kMostStatedFiles) {
    fault = "is not a statement of the form " + std::string(kStatement);
    return std::nullopt;
  }
  for (const auto& one : files->get_array()) {
    const auto* file = one.if_object();
    const auto* bytes = file == nullptr ? nullptr : file->if_contains("bytes");
    if (bytes == nullptr || !bytes->is_int64() || bytes->get_int64() < 0) {
      fault = "lists a file without its size";
      return std::nullopt;
    }
    StatedFile stated{text_of(*file, "name"), text_of(*file, "sha256"),
                      static_cast<std::uint64_t>(bytes->get_int64())};
    if (stated.name.empty() || !is_hash(stated.sha256) || out.file(stated.name) != nullptr) {
      fault = "lists a file without name or SHA-256, or one of them twice";
      return std::nullopt;
    }
    out.files.push_back(std::move(stated));
  }
  if (out.file(out.library) == nullptr) {
    fault = "does not list its library " + out.library;
    return std::nullopt;
  }
  return out;
}

std::string to_json(const Envelope& envelope) {
  json::array signatures;
  for (const auto& one : envelope.signatures) {
    signatures.push_back(
        {{"key", one.key}, {"role", name_of(one.role)}, {"signature", base64(one.bytes)}});
  }
  return json::serialize(json::object{{"format", kEnvelope},
                                      {"statement", envelope.text},
                                      {"signatures", std::move(signatures)}}) +
         "\n";
}

std::optional<Envelope> envelope_from(std::string_view text, std::string& fault) {
  const auto object = object_from(text, fault);
  if (!object) {
    return std::nullopt;
  }
  const auto* statement = object->if_contains("statement");
  const auto* signatures = object->if_contains("signatures");
  if (text_of(*object, "format") != kEnvelope || statement == nullptr || !statement->is_string() ||
      signatures == nullptr || !signatures->is_array() ||
      signatures->get_array().size() > kMostSignatures) {
    fault = "is not of the form " + std::string(kEnvelope);
    return std::nullopt;
  }
  Envelope out;
  out.text.assign(statement->get_string().data(), statement->get_string().size());
  for (const auto& one : signatures->get_array()) {
    const auto* given = one.if_object();
    if (given == nullptr) {
      fault = "holds a signature that is none";
      return std::nullopt;
    }
    const auto role = text_of(*given, "role");
    const auto bytes = from_base64(text_of(*given, "signature"), 64);
    if ((role != "publish" && role != "certify") || !bytes) {
      fault = "holds a signature without a known role, or one that is not base64";
      return std::nullopt;
    }
    out.signatures.push_back(
        {text_of(*given, "key"), role == "publish" ? Role::publish : Role::certify, *bytes});
  }
  return out;
}

void sign(Envelope& envelope, const SigningKey& key, Role role) {
  const auto id = key.public_key().id();
  std::erase_if(envelope.signatures,
                [&](const auto& one) { return one.key == id && one.role == role; });
  envelope.signatures.push_back({id, role, key.sign(signed_bytes(envelope, role))});
}

bool verifies(const Envelope& envelope, const Signature& signature, const PublicKey& key) {
  return key.verifies(signed_bytes(envelope, signature.role), signature.bytes);
}

}  // namespace crossdock::trust
