#include "plugins/edi_x12/transports/as2/packaging.hpp"

#include <algorithm>

#include "plugins/edi_x12/transports/as2/compression.hpp"
#include "plugins/edi_x12/transports/transport.hpp"

namespace crossdock::edi::as2 {
namespace {

constexpr int kMostLayers = 4;  // encrypted, compressed, signed, compressed

// RFC 5751, 3.4.3.2.
std::string micalg(const std::string& digest) {
  return digest == "sha1" ? "sha1" : "sha-" + digest.substr(3);
}

std::string pkcs7_type(const std::string& kind) {
  return "application/pkcs7-mime; smime-type=" + kind + "; name=\"smime.p7" +
         (kind == "compressed-data" ? "z" : "m") + "\"";
}

std::string compressed_entity(const std::string& entity) {
  return "Content-Type: " + pkcs7_type("compressed-data") +
         "\r\nContent-Transfer-Encoding: binary\r\nContent-Disposition: attachment; "
         "filename=\"smime.p7z\"\r\n\r\n" +
         compress(entity);
}

// Letters, digits and a few signs: a name that can do nothing.
std::string safe_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 100)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !out.empty());
    out.push_back(plain ? c : '_');
  }
  return out;
}

struct Reading {
  const As2Settings& partner;
  const std::vector<Identity>& us;
  const std::vector<Certificate>& theirs;
  std::int64_t now;
  const std::string& digest;
  Unpacked out;
  bool is_compressed = false;

  bool refuse(std::string fault, std::string reason) {
    out.fault = std::move(fault);
    out.reason = std::move(reason);
    return false;
  }

  bool verified(const Verified& result, std::string_view content) {
    if (!result.fault.empty()) {
      return refuse("authentication-failed", "the signature is not accepted: " + result.fault);
    }
    if (result.digest == "sha1" && partner.sign != "sha1") {
      return refuse("insufficient-message-security",
                    "it is signed with SHA-1, which is not agreed with this partner");
    }
    out.is_signed = true;
    out.digest = result.digest;
    out.mic = digest_base64(content, result.digest);
    return true;
  }

  // One layer after the other; the entity borrows from `held`.
  bool read(Entity entity) {
    std::vector<std::unique_ptr<std::string>> held;
    for (int layer = 0; layer <= kMostLayers; ++layer) {
      const auto type = entity.content_type();
      std::optional<std::string> inner;
      if (type.value == "multipart/signed") {
        const auto parts = split_parts(entity.body, type.parameter("boundary"));
        const auto signature =
            parts && parts->size() == 2 ? parse_entity((*parts)[1]) : std::nullopt;
        const auto der = signature ? decode_transfer(signature->body,
                                                     signature->header("content-transfer-encoding"))
                                   : std::nullopt;
        if (out.is_signed || !der) {
          return refuse("authentication-failed",
                        "its multipart/signed is not one content and one signature");
        }
        if (!verified(verify((*parts)[0], *der, theirs, now), (*parts)[0])) {
          return false;
        }
        inner = std::string((*parts)[0]);
      } else if (type.value == "application/pkcs7-mime" ||
                 type.value == "application/x-pkcs7-mime") {
        const auto bytes = decode_transfer(entity.body, entity.header("content-transfer-encoding"));
        std::string kind(type.parameter("smime-type"));
        std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) {
          return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        });
        if (!bytes) {
          return refuse("decryption-failed", "its transfer encoding cannot be undone");
        }
        if (kind == "compressed-data") {
          inner = decompress(*bytes, kLargestFile);
          is_compressed = true;
          if (!inner) {
            return refuse("decompression-failed",
                          "it cannot be decompressed, or becomes larger than 64 MiB");
          }
        } else if (kind == "signed-data") {
          std::string content;
          if (out.is_signed || !verified(verify_embedded(*bytes, theirs, now, content), content)) {
            return out.fault.empty() ? refuse("authentication-failed", "it is signed twice")
                                     : false;
          }
          inner = std::move(content);
        } else {
          inner = decrypt(*bytes, us);
          out.is_encrypted = true;
          if (!inner) {
            return refuse("decryption-failed",
                          "it cannot be decrypted: it was encrypted to another certificate than "
                          "ours, or was changed on the way");
          }
        }
      } else {
        return innermost(entity, type);
      }
      held.push_back(std::make_unique<std::string>(std::move(*inner)));
      const auto next = parse_entity(*held.back());
      if (!next) {
        return refuse("unexpected-processing-error", "what is inside is no MIME entity");
      }
      entity = *next;
    }
    return refuse("unexpected-processing-error", "it is packed into too many layers");
  }

  bool innermost(const Entity& entity, const HeaderValue& type) {
    if (type.value == "multipart/report") {
      out.report = entity.whole;
      return true;
    }
    if (type.value.starts_with("multipart/")) {
      return refuse("unexpected-processing-error",
                    "it holds several documents (" + type.value + "); send each by itself");
    }
    auto document = decode_transfer(entity.body, entity.header("content-transfer-encoding"));
    if (!document) {
      return refuse("unexpected-processing-error", "its transfer encoding cannot be undone");
    }
    out.document = std::move(*document);
    const auto disposition = parse_header_value(entity.header("content-disposition"));
    out.file_name =
        safe_name(disposition.parameter("filename").empty() ? type.parameter("name")
                                                            : disposition.parameter("filename"));
    if (!out.is_signed) {
      // RFC 4130, 7.3.1 and RFC 5402, 4.
      out.digest = digest.empty() ? "sha256" : digest;
      out.mic =
          digest_base64(out.is_encrypted || is_compressed ? entity.whole : entity.body, out.digest);
    }
    return true;
  }
};

}  // namespace

Packed pack_signed(const std::string& entity, const Identity& us, const std::string& digest,
                   std::int64_t at, const std::string& mark) {
  const std::string boundary = "signed-" + mark;
  Packed out;
  out.digest = digest;
  out.mic = digest_base64(entity, digest);
  out.content_type = "multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=\"" +
                     micalg(digest) + "\"; boundary=\"" + boundary + "\"";
  out.body = "--" + boundary + "\r\n" + entity + "\r\n--" + boundary +
             "\r\nContent-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
             "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; "
             "filename=\"smime.p7s\"\r\n\r\n" +
             base64_lines(sign(entity, us, digest, at)) + "--" + boundary + "--\r\n";
  return out;
}

Packed pack(const std::string& document, const std::string& file_name, const As2Settings& partner,
            const Identity& us, const std::vector<Certificate>& theirs, std::int64_t at,
            const std::string& mark) {
  const std::string type = "application/EDI-X12";
  std::string entity = "Content-Type: " + type +
                       "\r\nContent-Transfer-Encoding: binary\r\nContent-Disposition: attachment; "
                       "filename=\"" +
                       file_name + "\"\r\n\r\n" + document;
  Packed out;
  out.digest = partner.sign == "none" ? "sha256" : partner.sign;
  const bool is_signed = partner.sign != "none";
  const bool is_encrypted = partner.encrypt != "none";
  const bool is_compressed = partner.compress != "none";
  out.mic = digest_base64(is_encrypted || is_compressed ? std::string_view(entity) : document,
                          out.digest);
  if (partner.compress == "before_signing") {
    entity = compressed_entity(entity);
  }
  if (is_signed) {
    const auto packed = pack_signed(entity, us, partner.sign, at, mark);
    out.mic = packed.mic;
    entity = "Content-Type: " + packed.content_type + "\r\n\r\n" + packed.body;
  }
  if (partner.compress == "after_signing") {
    entity = compressed_entity(entity);
  }
  if (is_encrypted) {
    out.content_type =
        pkcs7_type(partner.encrypt.ends_with("gcm") ? "authEnveloped-data" : "enveloped-data");
    out.body = encrypt(entity, theirs.at(0), partner.encrypt);
    return out;
  }
  const auto outer = parse_entity(entity);
  out.content_type = outer->header("content-type");
  out.disposition = outer->header("content-disposition");
  out.body = outer->body;
  return out;
}

Unpacked unpack(const Outer& outer, const std::string& body, const As2Settings& partner,
                const std::vector<Identity>& us, const std::vector<Certificate>& theirs,
                std::int64_t now, const std::string& digest) {
  Entity entity;
  entity.headers = {{"content-type", outer.content_type},
                    {"content-transfer-encoding", outer.transfer_encoding},
                    {"content-disposition", outer.disposition}};
  entity.body = body;
  entity.whole = body;
  Reading reading{partner, us, theirs, now, digest, {}, false};
  if (reading.read(entity) && reading.out.report.empty()) {
    if (partner.require_encryption && !reading.out.is_encrypted) {
      reading.refuse("insufficient-message-security",
                     "it is not encrypted, as agreed with this partner");
    } else if (partner.require_signature && !reading.out.is_signed) {
      reading.refuse("insufficient-message-security",
                     "it is not signed, as agreed with this partner");
    }
  }
  return std::move(reading.out);
}

}  // namespace crossdock::edi::as2
