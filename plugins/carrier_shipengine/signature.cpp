#include "plugins/carrier_shipengine/signature.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <crossdock/json_reading.hpp>
#include <stdexcept>
#include <vector>

namespace crossdock::carrier {
namespace {

constexpr int kFewestBits = 2048;

template <class T, void (*Free)(T*)>
std::unique_ptr<T, void (*)(T*)> owned(T* object) {
  return {object, Free};
}

// Base64 of either alphabet, padded or not; empty where it is not base64.
std::string decode_base64(std::string_view text) {
  std::string plain(text);
  for (auto& c : plain) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (!plain.empty() && plain.back() == '=') {
    plain.pop_back();
  }
  const std::size_t padding = (4 - plain.size() % 4) % 4;
  plain.append(padding, '=');
  std::vector<unsigned char> out(plain.size() / 4 * 3 + 1);
  const int size = EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(plain.data()),
                                   static_cast<int>(plain.size()));
  if (padding == 3 || size < static_cast<int>(padding)) {
    return {};
  }
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size) - padding};
}

std::shared_ptr<EVP_PKEY> rsa_key(const std::string& n, const std::string& e) {
  const auto number = [](const std::string& bytes) {
    return owned<BIGNUM, BN_free>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                            static_cast<int>(bytes.size()), nullptr));
  };
  const auto modulus = number(n);
  const auto exponent = number(e);
  const auto build = owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const auto parameters = owned<OSSL_PARAM, OSSL_PARAM_free>(OSSL_PARAM_BLD_to_param(build.get()));
  const auto context =
      owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

}  // namespace

KeySet KeySet::parse(std::string_view jwks) {
  KeySet out;
  const auto document = outside::parse(jwks);
  if (!document) {
    throw std::runtime_error("the key set is not JSON");
  }
  for (const auto& key : outside::list(*document, "keys")) {
    if (outside::text(key, "kty") != "RSA") {
      continue;
    }
    auto made =
        rsa_key(decode_base64(outside::text(key, "n")), decode_base64(outside::text(key, "e")));
    if (made && EVP_PKEY_get_bits(made.get()) >= kFewestBits) {
      out.keys_[outside::text(key, "kid")] = std::move(made);
    }
  }
  if (out.keys_.empty()) {
    throw std::runtime_error("the key set has no RSA key of 2,048 bits or more");
  }
  return out;
}

bool KeySet::verifies(const std::string& key_id, std::string_view signature_base64,
                      std::string_view signed_text) const {
  const auto key = keys_.find(key_id);
  const auto signature = decode_base64(signature_base64);
  if (key == keys_.end() || signature.empty()) {
    return false;
  }
  const auto context = owned<EVP_MD_CTX, EVP_MD_CTX_free>(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key->second.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(),
                          reinterpret_cast<const unsigned char*>(signed_text.data()),
                          signed_text.size()) == 1;
}

}  // namespace crossdock::carrier
