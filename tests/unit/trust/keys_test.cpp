// Keys and statements: what was signed verifies, and nothing else does.
#include "sdk/trust/keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"
#include "sdk/trust/statement.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::trust {
namespace {

TEST(Keys, SignatureOfAnotherMessageOrKeyDoesNotVerify) {
  const auto key = SigningKey::generate();
  const auto other = SigningKey::generate();
  const auto signature = key.sign("pallet");
  EXPECT_TRUE(key.public_key().verifies("pallet", signature));
  EXPECT_FALSE(key.public_key().verifies("pallets", signature));
  EXPECT_FALSE(other.public_key().verifies("pallet", signature));
  EXPECT_FALSE(key.public_key().verifies("pallet", signature.substr(0, 63)));
}

// RFC 8032, section 7.1, test 2: a known key and message.
TEST(Keys, AgreesWithTheStandard) {
  const auto raw = from_base64("PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=", 32);
  ASSERT_TRUE(raw);
  const auto signature = from_base64(
      "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==",
      64);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(PublicKey::from_raw(*raw)->verifies("r", *signature));
  EXPECT_FALSE(PublicKey::from_raw(*raw)->verifies("s", *signature));
  EXPECT_FALSE(PublicKey::from_raw(raw->substr(1)));
}

TEST(Keys, FileIsForItsOwnerAndKeepsThePassphrase) {
  const support::Folder folder("keys");
  const auto file = folder.path() / "publisher.key";
  const auto key = SigningKey::generate();
  std::string fault;
  ASSERT_TRUE(key.save(file, "correct horse", fault)) << fault;
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_FALSE(key.save(file, "", fault)) << "a key must never be overwritten";
  EXPECT_FALSE(SigningKey::load(file, "", fault));
  EXPECT_NE(fault.find("passphrase"), std::string::npos) << fault;
  const auto again = SigningKey::load(file, "correct horse", fault);
  ASSERT_TRUE(again) << fault;
  EXPECT_EQ(again->public_key().id(), key.public_key().id());
  chmod(file.c_str(), 0640);
  EXPECT_FALSE(SigningKey::load(file, "correct horse", fault));
  EXPECT_NE(fault.find("chmod 600"), std::string::npos) << fault;
}

TEST(Keys, PublicKeySurvivesPem) {
  const auto key = SigningKey::generate().public_key();
  const auto again = PublicKey::from_pem(key.pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->raw(), key.raw());
  EXPECT_FALSE(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\nnonsense\n"));
}

TEST(Statement, EnvelopeCarriesTheExactBytes) {
  Statement statement{"desk", "1.2.0", "desk.so", {{"desk.so", plugin::sha256_hex("code"), 4}}};
  Envelope envelope{to_text(statement), {}};
  const auto key = SigningKey::generate();
  sign(envelope, key, Role::publish);
  sign(envelope, key, Role::certify);
  sign(envelope, key, Role::publish);  // replaces the first
  std::string fault;
  const auto again = envelope_from(to_json(envelope), fault);
  ASSERT_TRUE(again) << fault;
  ASSERT_EQ(again->signatures.size(), 2u);
  EXPECT_EQ(again->text, envelope.text);
  for (auto signature : again->signatures) {
    EXPECT_TRUE(verifies(*again, signature, key.public_key()));
    signature.role = signature.role == Role::publish ? Role::certify : Role::publish;
    EXPECT_FALSE(verifies(*again, signature, key.public_key()))
        << "a publisher's signature must not stand for a certifier's";
  }
}

TEST(Statement, RefusesWhatItCannotMean) {
  std::string fault;
  EXPECT_FALSE(statement_from("{}", fault));
  EXPECT_FALSE(statement_from("[[[[[[[[[[[[[[[[", fault));
  Statement statement{"desk", "1", "other.so", {{"desk.so", plugin::sha256_hex("code"), 4}}};
  EXPECT_FALSE(statement_from(to_text(statement), fault));
  EXPECT_NE(fault.find("other.so"), std::string::npos) << fault;
  statement.library = "desk.so";
  statement.files.push_back(statement.files.front());
  EXPECT_FALSE(statement_from(to_text(statement), fault)) << "one file, two hashes";
}

}  // namespace
}  // namespace crossdock::trust
