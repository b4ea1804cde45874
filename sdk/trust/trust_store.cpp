#include "sdk/trust/trust_store.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "sdk/trust/bytes.hpp"

namespace crossdock::trust {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view kStore = "crossdock.trust/1";
constexpr std::string_view kNotice = "crossdock.notice/1";
constexpr std::size_t kLargestStore = 1u << 20;

std::string text_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}
std::int64_t number_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}
bool flag_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  return found != nullptr && found->is_bool() && found->get_bool();
}
std::vector<std::string> texts_of(const json::object& object, const char* key) {
  std::vector<std::string> out;
  const auto* found = object.if_contains(key);
  if (found != nullptr && found->is_array()) {
    for (const auto& one : found->get_array()) {
      if (one.is_string()) {
        out.emplace_back(one.get_string().data(), one.get_string().size());
      }
    }
  }
  return out;
}

std::optional<json::object> object_from(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse({text.data(), text.size()}, error, {}, options);
  return error || !value.is_object() ? std::nullopt : std::optional(std::move(value.get_object()));
}

std::string notice_bytes(std::string_view text) {
  return std::string(kNotice) + "\n" + std::string(text);
}

std::string short_id(const std::string& id) { return id.substr(0, 64); }

}  // namespace

const char* name_of(Standing standing) {
  switch (standing) {
    case Standing::unsigned_:
      return "unsigned";
    case Standing::untrusted:
      return "untrusted";
    case Standing::signed_:
      return "signed";
    case Standing::modified:
      return "modified";
    case Standing::revoked:
      return "revoked";
  }
  return "unknown";
}

std::optional<TrustStore> TrustStore::open(const fs::path& folder, std::string& fault) {
  TrustStore out;
  out.file_ = folder / "trust.json";
  std::error_code error;
  if (!fs::exists(out.file_, error)) {
    return out;
  }
  const auto text = read_file(out.file_, kLargestStore, fault);
  const auto object = text ? object_from(*text) : std::nullopt;
  if (!object || text_of(*object, "format") != kStore) {
    fault = out.file_.string() + " " +
            (text ? "is not a trust store of the form " + std::string(kStore) : fault);
    return std::nullopt;
  }
  const auto rows = [&](const char* key) {
    const auto* found = object->if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : json::array();
  };
  for (const auto& one : rows("keys")) {
    const auto* row = one.if_object();
    const auto raw = row == nullptr ? std::nullopt : from_base64(text_of(*row, "public_key"), 32);
    const auto key = raw ? PublicKey::from_raw(*raw) : std::nullopt;
    if (!key) {
      fault = out.file_.string() + " lists a key that is none";
      return std::nullopt;
    }
    out.keys_.push_back({text_of(*row, "name"), *key, flag_of(*row, "may_publish"),
                         flag_of(*row, "may_certify"), flag_of(*row, "may_revoke"),
                         texts_of(*row, "plugins"), number_of(*row, "until_ns")});
  }
  for (const auto& one : rows("revoked")) {
    if (const auto* row = one.if_object()) {
      out.revocations_.push_back(
          {text_of(*row, "what"), text_of(*row, "reason"), number_of(*row, "at_ns")});
    }
  }
  return out;
}

bool TrustStore::save(std::string& fault) const {
  json::array keys;
  for (const auto& one : keys_) {
    keys.push_back({{"name", one.name},
                    {"id", one.key.id()},
                    {"public_key", base64(one.key.raw())},
                    {"may_publish", one.may_publish},
                    {"may_certify", one.may_certify},
                    {"may_revoke", one.may_revoke},
                    {"plugins", json::value_from(one.plugins)},
                    {"until_ns", one.until_ns}});
  }
  json::array revoked;
  for (const auto& one : revocations_) {
    revoked.push_back({{"what", one.what}, {"reason", one.reason}, {"at_ns", one.at_ns}});
  }
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  if (!write_file(
          file_,
          json::serialize(json::object{
              {"format", kStore}, {"keys", std::move(keys)}, {"revoked", std::move(revoked)}}) +
              "\n",
          0644, fault)) {
    fault = file_.string() + " " + fault;
    return false;
  }
  return true;
}

const TrustedKey* TrustStore::find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const auto& one) { return one.key.id() == id; });
  return found == keys_.end() ? nullptr : &*found;
}

const Revocation* TrustStore::revoked(const std::string& what) const {
  const auto found = std::find_if(revocations_.begin(), revocations_.end(),
                                  [&](const auto& one) { return one.what == what; });
  return found == revocations_.end() ? nullptr : &*found;
}

bool TrustStore::trust(TrustedKey key, std::string& fault) {
  if (revoked("key:" + key.key.id()) != nullptr) {
    fault = "the key " + key.key.id() + " is revoked; a revoked key is never trusted again";
    return false;
  }
  std::erase_if(keys_, [&](const auto& one) { return one.key.id() == key.key.id(); });
  keys_.push_back(std::move(key));
  return true;
}

void TrustStore::revoke(Revocation revocation) {
  std::erase_if(keys_, [&](const auto& one) { return "key:" + one.key.id() == revocation.what; });
  if (revoked(revocation.what) == nullptr) {
    revocations_.push_back(std::move(revocation));
  }
}

std::string signed_notice(const Notice& notice, const SigningKey& key) {
  json::object body{{"kind", notice.kind == Notice::Kind::rotate ? "rotate" : "revoke"},
                    {"what", notice.what},
                    {"at_ns", notice.at_ns}};
  if (notice.kind == Notice::Kind::rotate) {
    body["new_key"] = base64(notice.key);
    body["until_ns"] = notice.until_ns;
  } else {
    body["reason"] = notice.reason;
  }
  const auto text = json::serialize(body);
  return json::serialize(json::object{{"format", kNotice},
                                      {"notice", text},
                                      {"key", key.public_key().id()},
                                      {"signature", base64(key.sign(notice_bytes(text)))}}) +
         "\n";
}

bool TrustStore::accept(std::string_view file, std::string& said, std::string& fault) {
  const auto object = object_from(file);
  if (!object || text_of(*object, "format") != kNotice) {
    fault = "is not a notice of the form " + std::string(kNotice);
    return false;
  }
  const auto text = text_of(*object, "notice");
  const auto id = text_of(*object, "key");
  const auto signature = from_base64(text_of(*object, "signature"), 64);
  const auto* signer = find(id);
  const auto body = object_from(text);
  if (signer == nullptr) {
    fault = "is signed by the key " + short_id(id) + ", which is not trusted here";
    return false;
  }
  if (!body || !signature || !signer->key.verifies(notice_bytes(text), *signature)) {
    fault = "does not carry a good signature of " + signer->name;
    return false;
  }
  const auto what = text_of(*body, "what");
  if (text_of(*body, "kind") == "rotate") {
    const auto raw = from_base64(text_of(*body, "new_key"), 32);
    const auto key = raw ? PublicKey::from_raw(*raw) : std::nullopt;
    if (!key || what != id) {
      fault = "does not name the new key, or is not signed by the key that it replaces";
      return false;
    }
    TrustedKey next = *signer;
    next.key = *key;
    next.until_ns = 0;
    TrustedKey old = *signer;
    old.until_ns = number_of(*body, "until_ns");
    said = "the key of " + next.name + " is now " + key->id() + "; " + old.key.id() +
           " counts until its time is over";
    return trust(std::move(next), fault) && trust(std::move(old), fault);
  }
  if (what != "key:" + id && !signer->may_revoke) {
    fault = "revokes " + what.substr(0, 80) + ", which " + signer->name +
            " may not; trust its key with --may revoke, or revoke by hand";
    return false;
  }
  said = what + " is revoked: " + text_of(*body, "reason");
  revoke({what, text_of(*body, "reason"), number_of(*body, "at_ns")});
  return true;
}

Verdict TrustStore::verdict(const std::optional<Envelope>& envelope, std::string_view sha256,
                            std::string_view id, std::string_view version,
                            std::int64_t now_ns) const {
  Verdict out;
  if (const auto* gone = revoked("sha256:" + std::string(sha256))) {
    out.standing = Standing::revoked;
    out.reason = "is revoked: " + gone->reason + "; install another version";
    return out;
  }
  if (!envelope) {
    out.reason = "is not signed; sign it (crossdock sign), or get it from its publisher signed";
    return out;
  }
  std::string fault;
  const auto statement = statement_from(envelope->text, fault);
  if (!statement) {
    out.standing = Standing::modified;
    out.reason = "has a signature whose statement " + fault;
    return out;
  }
  if (statement->file(statement->library)->sha256 != sha256 || statement->id != id ||
      statement->version != version) {
    out.standing = Standing::modified;
    out.reason = "is not what was signed (" + statement->id + " " + statement->version +
                 "); get it from its publisher anew";
    return out;
  }
  out.standing = Standing::untrusted;
  for (const auto& signature : envelope->signatures) {
    const std::string key = short_id(signature.key);
    if (const auto* gone = revoked("key:" + signature.key)) {
      if (out.standing == Standing::untrusted) {
        out.standing = Standing::revoked;
        out.reason = "is signed by the key " + key + ", which is revoked: " + gone->reason;
      }
      continue;
    }
    const auto* known = find(signature.key);
    if (known == nullptr) {
      if (out.reason.empty()) {
        out.reason = "is signed by the key " + key +
                     ", which is not trusted here; check it with its publisher, then: crossdock "
                     "keys trust";
      }
      continue;
    }
    if (!verifies(*envelope, signature, known->key)) {
      out.standing = Standing::modified;
      out.reason = "carries a false signature of " + known->name;
      out.certified = false;
      return out;
    }
    if (known->until_ns != 0 && now_ns > known->until_ns) {
      out.reason = "is signed by an old key of " + known->name +
                   " whose time is over; get it signed with the new one";
      continue;
    }
    if (signature.role == Role::certify) {
      out.certified = out.certified || known->may_certify;
      continue;
    }
    if (!known->may_publish ||
        (!known->plugins.empty() &&
         std::find(known->plugins.begin(), known->plugins.end(), id) == known->plugins.end())) {
      out.reason = "is signed by " + known->name + ", who may not publish " + std::string(id);
      continue;
    }
    out.standing = Standing::signed_;
    out.publisher = known->name;
  }
  if (out.standing == Standing::signed_) {
    out.reason.clear();
  } else if (out.reason.empty()) {
    out.reason = "carries no signature of a publisher";
  }
  return out;
}

}  // namespace crossdock::trust
