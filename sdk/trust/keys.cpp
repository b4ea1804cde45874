#include "sdk/trust/keys.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"

namespace crossdock::trust {
namespace {

constexpr std::size_t kRawSize = 32;
constexpr std::size_t kSignatureSize = 64;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kLargestKeyFile = 16u << 10;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string raw_of(const EVP_PKEY* key) {
  std::string raw(kRawSize, '\0');
  std::size_t size = raw.size();
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) != 1 ||
      size != kRawSize) {
    return {};
  }
  return raw;
}

int give_passphrase(char* buffer, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (static_cast<std::size_t>(size) < text.size()) {
    return -1;
  }
  return static_cast<int>(text.copy(buffer, text.size()));
}

}  // namespace

PublicKey::PublicKey(std::string raw)
    : raw_(std::move(raw)), id_(plugin::sha256_hex(raw_).substr(0, 2 * kIdBytes)) {}

std::optional<PublicKey> PublicKey::from_raw(std::string_view raw) {
  if (raw.size() != kRawSize) {
    return std::nullopt;
  }
  return PublicKey(std::string(raw));
}

std::optional<PublicKey> PublicKey::from_pem(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  return key ? from_raw(raw_of(key.get())) : std::nullopt;
}

std::string PublicKey::pem() const {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(raw_), raw_.size()));
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key.get());
  return contents(bio.get());
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(raw_), raw_.size()));
  const Digest context(EVP_MD_CTX_new());
  return key && signature.size() == kSignatureSize &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                          message.size()) == 1;
}

SigningKey::SigningKey(evp_pkey_st* key) : key_(key, &EVP_PKEY_free) {}

SigningKey SigningKey::generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) {
    throw std::runtime_error("OpenSSL cannot make an Ed25519 key");
  }
  return SigningKey(key);
}

std::optional<SigningKey> SigningKey::load(const std::filesystem::path& file,
                                           const std::string& passphrase, std::string& fault) {
  struct stat info {};
  if (stat(file.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    fault = file.string() + " can be read by others; chmod 600 it";
    return std::nullopt;
  }
  const auto text = read_file(file, kLargestKeyFile, fault);
  if (!text) {
    fault = file.string() + " " + fault;
    return std::nullopt;
  }
  const Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, &give_passphrase,
                                          const_cast<std::string*>(&passphrase));
  if (key == nullptr || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
    EVP_PKEY_free(key);
    fault = file.string() +
            " is not an Ed25519 private key, or its passphrase is wrong or missing "
            "(--passphrase-file)";
    return std::nullopt;
  }
  return SigningKey(key);
}

bool SigningKey::save(const std::filesystem::path& file, const std::string& passphrase,
                      std::string& fault) const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(),
                                    passphrase.empty() ? nullptr : EVP_aes_256_cbc(), nullptr, 0,
                                    &give_passphrase, const_cast<std::string*>(&passphrase)) != 1) {
    fault = "OpenSSL cannot write the key";
    return false;
  }
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    fault = file.string() + (errno == EEXIST ? " is there already; a key is never overwritten"
                                             : std::string(": ") + std::strerror(errno));
    return false;
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  const bool written = write(fd, data, static_cast<std::size_t>(size)) == size && fsync(fd) == 0;
  close(fd);
  if (!written) {
    fault = file.string() + " cannot be written: " + std::strerror(errno);
  }
  return written;
}

PublicKey SigningKey::public_key() const { return *PublicKey::from_raw(raw_of(key_.get())); }

std::string SigningKey::sign(std::string_view message) const {
  std::string signature(kSignatureSize, '\0');
  std::size_t size = signature.size();
  const Digest context(EVP_MD_CTX_new());
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     octets(message), message.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot sign with this key");
  }
  return signature;
}

}  // namespace crossdock::trust
