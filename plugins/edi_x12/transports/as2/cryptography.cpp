#include "plugins/edi_x12/transports/as2/cryptography.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "plugins/edi_x12/transports/as2/mime.hpp"

namespace crossdock::edi::as2 {
namespace {

struct FreeBio {
  void operator()(BIO* one) const { BIO_free_all(one); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
struct FreeCms {
  void operator()(CMS_ContentInfo* one) const { CMS_ContentInfo_free(one); }
};
using Cms = std::unique_ptr<CMS_ContentInfo, FreeCms>;
// Borrows its certificates.
struct FreeStack {
  void operator()(STACK_OF(X509) * one) const { sk_X509_free(one); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

std::string openssl_fault() {
  std::string out;
  while (const auto code = ERR_get_error()) {
    char text[256];
    ERR_error_string_n(code, text, sizeof text);
    out += (out.empty() ? "" : "; ") + std::string(text);
  }
  return out.empty() ? "no reason given" : out;
}

Bio reading(std::string_view bytes) {
  if (bytes.size() > INT32_MAX) {
    throw std::runtime_error("a message larger than 2 GiB is not taken");
  }
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

Cms read_cms(std::string_view der) {
  ERR_clear_error();
  const auto bio = reading(der);
  return Cms(d2i_CMS_bio(bio.get(), nullptr));
}

std::string to_der(CMS_ContentInfo* cms) {
  unsigned char* der = nullptr;
  const int size = i2d_CMS_ContentInfo(cms, &der);
  if (size <= 0) {
    throw std::runtime_error("a CMS message cannot be encoded: " + openssl_fault());
  }
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

Stack stack_of(const std::vector<Certificate>& certificates) {
  Stack out(sk_X509_new_null());
  for (const auto& one : certificates) {
    sk_X509_push(out.get(), one.get());
  }
  return out;
}

std::string name_of(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_ONELINE);
  return content_of(out.get());
}

// The digest of the first signer; the signers' certificates must be valid now.
Verified describe(CMS_ContentInfo* cms, std::int64_t now) {
  Verified out;
  auto* infos = CMS_get0_SignerInfos(cms);
  if (infos == nullptr || sk_CMS_SignerInfo_num(infos) != 1) {
    out.fault = "it bears no signature, or more than one";
    return out;
  }
  auto* info = sk_CMS_SignerInfo_value(infos, 0);
  X509* signer = nullptr;
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(info, nullptr, &signer, &digest, nullptr);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, digest);
  const char* name = OBJ_nid2sn(OBJ_obj2nid(object));
  out.digest = digest_name(name == nullptr ? "" : name);
  if (out.digest.empty()) {
    out.fault = std::string("it is made with ") + (name == nullptr ? "an unknown digest" : name) +
                ", which is not taken";
  }
  auto at = static_cast<time_t>(now);
  if (signer == nullptr || X509_cmp_time(X509_get0_notAfter(signer), &at) < 0) {
    out.fault = "the certificate " + (signer == nullptr ? std::string() : name_of(signer)) +
                " of the signer has expired; ask the partner for the new one";
  } else if (X509_cmp_time(X509_get0_notBefore(signer), &at) > 0) {
    out.fault = "the certificate " + name_of(signer) + " of the signer is not valid yet";
  }
  return out;
}

const EVP_CIPHER* cipher_of(const std::string& name) {
  static const std::pair<const char*, const EVP_CIPHER* (*)()> kCiphers[] = {
      {"aes128", EVP_aes_128_cbc},     {"aes192", EVP_aes_192_cbc},
      {"aes256", EVP_aes_256_cbc},     {"aes128-gcm", EVP_aes_128_gcm},
      {"aes192-gcm", EVP_aes_192_gcm}, {"aes256-gcm", EVP_aes_256_gcm},
      {"3des", EVP_des_ede3_cbc}};
  for (const auto& [known, make] : kCiphers) {
    if (name == known) {
      return make();
    }
  }
  throw std::runtime_error("the cipher " + name + " is not known");
}

constexpr unsigned kVerifyFlags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN;

}  // namespace

std::vector<Certificate> read_certificates(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string pem{std::istreambuf_iterator<char>(in), {}};
  if (!in) {
    throw std::runtime_error("the certificate file " + file + " cannot be read");
  }
  ERR_clear_error();
  const auto bio = reading(pem);
  std::vector<Certificate> out;
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(one, FreeX509());
  }
  ERR_clear_error();
  if (out.empty()) {
    throw std::runtime_error("there is no certificate in " + file +
                             "; it must be PEM (BEGIN CERTIFICATE)");
  }
  return out;
}

Identity read_identity(const std::string& certificate_file, const std::string& key_pem) {
  Identity out;
  out.certificate = read_certificates(certificate_file).front();
  ERR_clear_error();
  const auto bio = reading(key_pem);
  // No passphrase is asked for: a service has no terminal.
  out.key.reset(PEM_read_bio_PrivateKey(
                    bio.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr),
                FreeKey());
  if (out.key == nullptr) {
    ERR_clear_error();
    throw std::runtime_error("the private key of " + certificate_file +
                             " is not a PEM key without a passphrase");
  }
  if (X509_check_private_key(out.certificate.get(), out.key.get()) != 1) {
    ERR_clear_error();
    throw std::runtime_error("the private key does not belong to the certificate " +
                             certificate_file);
  }
  return out;
}

std::optional<std::int64_t> valid_until(const Certificate& certificate) {
  int days = 0;
  int seconds = 0;
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0),
                                                                    ASN1_TIME_free);
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), X509_get0_notAfter(certificate.get())) != 1) {
    return std::nullopt;
  }
  return std::int64_t{days} * 86'400 + seconds;
}

std::string digest_name(std::string_view spelled) {
  std::string plain;
  for (const char c : spelled) {
    if (c != '-' && c != ' ' && c != '"') {
      plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  return plain == "sha1" || plain == "sha256" || plain == "sha384" || plain == "sha512"
             ? plain
             : std::string();
}

std::string digest_base64(std::string_view bytes, const std::string& name) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const EVP_MD* kind = EVP_get_digestbyname(name.c_str());
  if (kind == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest, &size, kind, nullptr) != 1) {
    throw std::runtime_error("the digest " + name + " cannot be made");
  }
  return base64({reinterpret_cast<char*>(digest), size});
}

std::string sign(std::string_view content, const Identity& identity, const std::string& digest,
                 std::int64_t at) {
  ERR_clear_error();
  const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
  const Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  CMS_SignerInfo* signer =
      cms == nullptr ? nullptr
                     : CMS_add1_signer(cms.get(), identity.certificate.get(), identity.key.get(),
                                       EVP_get_digestbyname(digest.c_str()), flags);
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(
      ASN1_TIME_set(nullptr, static_cast<time_t>(at)), ASN1_TIME_free);
  const auto bio = reading(content);
  if (signer == nullptr ||
      CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, time->type, time.get(), -1) != 1 ||
      CMS_final(cms.get(), bio.get(), nullptr, flags) != 1) {
    throw std::runtime_error("it cannot be signed: " + openssl_fault());
  }
  return to_der(cms.get());
}

Verified verify(std::string_view content, std::string_view signature,
                const std::vector<Certificate>& certificates, std::int64_t now) {
  const auto cms = read_cms(signature);
  if (cms == nullptr) {
    ERR_clear_error();
    return {"the signature cannot be read", {}};
  }
  const auto bio = reading(content);
  const auto stack = stack_of(certificates);
  if (CMS_verify(cms.get(), stack.get(), nullptr, bio.get(), nullptr,
                 kVerifyFlags | CMS_DETACHED) != 1) {
    return {"it is not the signature of this partner over these bytes (" + openssl_fault() + ")",
            {}};
  }
  return describe(cms.get(), now);
}

Verified verify_embedded(std::string_view message, const std::vector<Certificate>& certificates,
                         std::int64_t now, std::string& content) {
  const auto cms = read_cms(message);
  if (cms == nullptr) {
    ERR_clear_error();
    return {"the signed message cannot be read", {}};
  }
  const Bio out(BIO_new(BIO_s_mem()));
  const auto stack = stack_of(certificates);
  if (CMS_verify(cms.get(), stack.get(), nullptr, nullptr, out.get(), kVerifyFlags) != 1) {
    return {"it is not the signature of this partner over these bytes (" + openssl_fault() + ")",
            {}};
  }
  content = content_of(out.get());
  return describe(cms.get(), now);
}

std::string encrypt(std::string_view bytes, const Certificate& to, const std::string& cipher) {
  ERR_clear_error();
  const auto bio = reading(bytes);
  const auto stack = stack_of({to});
  const Cms cms(CMS_encrypt(stack.get(), bio.get(), cipher_of(cipher), CMS_BINARY));
  if (cms == nullptr) {
    throw std::runtime_error("it cannot be encrypted: " + openssl_fault());
  }
  return to_der(cms.get());
}

std::optional<std::string> decrypt(std::string_view message,
                                   const std::vector<Identity>& identities) {
  for (const auto& identity : identities) {
    const auto cms = read_cms(message);
    if (cms == nullptr) {
      break;
    }
    // The certificate is named, so that no other recipient's key material is tried.
    const Bio out(BIO_new(BIO_s_mem()));
    if (CMS_decrypt(cms.get(), identity.key.get(), identity.certificate.get(), nullptr, out.get(),
                    CMS_BINARY) == 1) {
      ERR_clear_error();
      return content_of(out.get());
    }
  }
  ERR_clear_error();
  return std::nullopt;
}

}  // namespace crossdock::edi::as2
