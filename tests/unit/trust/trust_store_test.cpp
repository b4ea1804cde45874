// Whom the store believes: each way a library can fail to be trusted, and rotation and revocation.
#include "sdk/trust/trust_store.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::trust {
namespace {

constexpr std::int64_t kNow = 1'000;
const std::string kCode = plugin::sha256_hex("code");

class Store : public ::testing::Test {
 protected:
  Envelope signed_by(const SigningKey& key, Role role = Role::publish) const {
    Envelope envelope{to_text(Statement{"desk", "1.2.0", "desk.so", {{"desk.so", kCode, 4}}}), {}};
    sign(envelope, key, role);
    return envelope;
  }
  TrustedKey publisher() const { return {"acme", key_.public_key(), true, false, false, {}, 0}; }
  Verdict ask(const std::optional<Envelope>& envelope, const std::string& hash = kCode,
              const std::string& version = "1.2.0", std::int64_t now = kNow) {
    return store_.verdict(envelope, hash, "desk", version, now);
  }

  support::Folder folder_{"trust"};
  SigningKey key_ = SigningKey::generate();
  std::string fault_;
  TrustStore store_ = *TrustStore::open(folder_.path(), fault_);
};

TEST_F(Store, BelievesATrustedPublisherOnly) {
  EXPECT_EQ(ask(std::nullopt).standing, Standing::unsigned_);
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::untrusted);
  ASSERT_TRUE(store_.trust(publisher(), fault_));
  const auto verdict = ask(signed_by(key_));
  EXPECT_EQ(verdict.standing, Standing::signed_) << verdict.reason;
  EXPECT_EQ(verdict.publisher, "acme");
  EXPECT_FALSE(verdict.certified);
}

TEST_F(Store, OtherBytesOrAnotherVersionAreModified) {
  ASSERT_TRUE(store_.trust(publisher(), fault_));
  EXPECT_EQ(ask(signed_by(key_), plugin::sha256_hex("codf")).standing, Standing::modified);
  EXPECT_EQ(ask(signed_by(key_), kCode, "1.3.0").standing, Standing::modified);
  auto forged = signed_by(SigningKey::generate());
  forged.signatures.front().key = key_.public_key().id();
  EXPECT_EQ(ask(forged).standing, Standing::modified);
}

TEST_F(Store, KeysAreGoodForTheirPluginsAndTheirTime) {
  auto key = publisher();
  key.plugins = {"other"};
  ASSERT_TRUE(store_.trust(key, fault_));
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::untrusted);
  key.plugins = {"desk"};
  key.until_ns = kNow;
  ASSERT_TRUE(store_.trust(key, fault_));
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::signed_);
  EXPECT_EQ(ask(signed_by(key_), kCode, "1.2.0", kNow + 1).standing, Standing::untrusted);
}

TEST_F(Store, CertifiersCertifyAndPublishersPublish) {
  const auto judge = SigningKey::generate();
  ASSERT_TRUE(store_.trust(publisher(), fault_));
  ASSERT_TRUE(store_.trust({"judge", judge.public_key(), false, true, false, {}, 0}, fault_));
  auto envelope = signed_by(key_);
  sign(envelope, key_, Role::certify);
  EXPECT_FALSE(ask(envelope).certified) << "a publisher must not certify itself";
  sign(envelope, judge, Role::certify);
  EXPECT_TRUE(ask(envelope).certified);
  EXPECT_EQ(ask(signed_by(judge)).standing, Standing::untrusted);
}

TEST_F(Store, RevocationOutlivesEverything) {
  ASSERT_TRUE(store_.trust(publisher(), fault_));
  store_.revoke({"sha256:" + kCode, "overcharged", kNow});
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::revoked);
  store_.revoke({"key:" + key_.public_key().id(), "stolen", kNow});
  EXPECT_FALSE(store_.trust(publisher(), fault_));
  ASSERT_TRUE(store_.save(fault_)) << fault_;
  const auto again = TrustStore::open(folder_.path(), fault_);
  ASSERT_TRUE(again) << fault_;
  const auto verdict =
      again->verdict(signed_by(key_), plugin::sha256_hex("x"), "desk", "1.2.0", kNow);
  EXPECT_NE(verdict.standing, Standing::signed_);
  EXPECT_EQ(again->revocations().size(), 2u);
}

TEST_F(Store, KeysRotateWithAnOverlap) {
  ASSERT_TRUE(store_.trust(publisher(), fault_));
  const auto next = SigningKey::generate();
  Notice notice;
  notice.kind = Notice::Kind::rotate;
  notice.what = key_.public_key().id();
  notice.key = next.public_key().raw();
  notice.until_ns = kNow + 10;
  std::string said;
  EXPECT_FALSE(store_.accept(signed_notice(notice, next), said, fault_))
      << "the new key cannot introduce itself";
  ASSERT_TRUE(store_.accept(signed_notice(notice, key_), said, fault_)) << fault_;
  EXPECT_EQ(ask(signed_by(next)).standing, Standing::signed_);
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::signed_);
  EXPECT_EQ(ask(signed_by(key_), kCode, "1.2.0", kNow + 11).standing, Standing::untrusted);
  EXPECT_EQ(ask(signed_by(next), kCode, "1.2.0", kNow + 11).standing, Standing::signed_);
}

TEST_F(Store, NoticesRevokeOnlyWhatTheirSignerMay) {
  const auto other = SigningKey::generate();
  ASSERT_TRUE(store_.trust(publisher(), fault_));
  ASSERT_TRUE(store_.trust({"other", other.public_key(), true, false, false, {}, 0}, fault_));
  Notice notice;
  notice.what = "key:" + key_.public_key().id();
  notice.reason = "stolen";
  std::string said;
  EXPECT_FALSE(store_.accept(signed_notice(notice, other), said, fault_));
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::signed_);
  auto changed = signed_notice(notice, key_);
  changed.replace(changed.find("stolen"), 6, "stolem");
  EXPECT_FALSE(store_.accept(changed, said, fault_));
  ASSERT_TRUE(store_.accept(signed_notice(notice, key_), said, fault_)) << fault_;
  EXPECT_EQ(ask(signed_by(key_)).standing, Standing::revoked);
}

}  // namespace
}  // namespace crossdock::trust
