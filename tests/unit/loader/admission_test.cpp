// Admission on real libraries: policies, packages, and that what is stored is what was checked.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "host/loader/catalogue.hpp"
#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"
#include "sdk/trust/plugin_file.hpp"
#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::host::loader {
namespace {

namespace fs = std::filesystem;
using support::test_connector;

class Admission : public ::testing::Test {
 protected:
  Admission() {
    fs::create_directories(folder_.path() / "plugins");
    std::string fault;
    auto store = *trust::TrustStore::open(folder_.path() / "trust", fault);
    store.trust({"acme", publisher_.public_key(), true, false, false, {}, 0}, fault);
    store.trust({"judge", judge_.public_key(), false, true, false, {}, 0}, fault);
    store.save(fault);
  }
  fs::path drop(const std::string& connector, const std::string& name) const {
    auto to = folder_.path() / "plugins" / name;
    fs::copy_file(test_connector(connector), to, fs::copy_options::overwrite_existing);
    return to;
  }
  void sign(const fs::path& library, bool certify = false) const {
    std::string fault;
    const auto file = trust::read_plugin_file(library, fault);
    const auto manifest = trust::manifest_of(*file, fault);
    trust::Envelope envelope{
        trust::to_text(trust::state(manifest->id, manifest->version, file->library_name,
                                    {{file->library_name, file->library}})),
        {}};
    trust::sign(envelope, publisher_, trust::Role::publish);
    if (certify) {
      trust::sign(envelope, judge_, trust::Role::certify);
    }
    trust::write_file(library.string() + ".xdsig", trust::to_json(envelope), 0644, fault);
  }
  Catalogue look(UnsignedPolicy unsigned_plugins = UnsignedPolicy::refuse,
                 CertifiedPolicy certified = CertifiedPolicy::preferred) const {
    Catalogue catalogue({folder_.path() / "plugins", folder_.path() / "store",
                         support::program("crossdock-worker")},
                        {unsigned_plugins, certified}, folder_.path() / "trust");
    catalogue.look(false);
    return catalogue;
  }
  static std::string reason(const Catalogue& catalogue) {
    return catalogue.refused().empty() ? "" : catalogue.refused().front().reason;
  }

  support::Folder folder_{"admission"};
  trust::SigningKey publisher_ = trust::SigningKey::generate();
  trust::SigningKey judge_ = trust::SigningKey::generate();
};

TEST_F(Admission, UnsignedGoesByPolicy) {
  drop("test_sink", "test_sink.so");
  EXPECT_NE(reason(look()).find("is not signed"), std::string::npos) << reason(look());
  EXPECT_TRUE(look().versions("test_sink").empty());
  const auto warned = look(UnsignedPolicy::warn).versions("test_sink");
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_NE(warned.front()->remark, "");
  const auto allowed = look(UnsignedPolicy::allow).versions("test_sink");
  ASSERT_EQ(allowed.size(), 1u);
  EXPECT_EQ(allowed.front()->remark, "");
}

TEST_F(Admission, SignedIsStoredAsItWasChecked) {
  const auto library = drop("test_sink", "test_sink.so");
  sign(library);
  const auto catalogue = look();
  ASSERT_EQ(catalogue.versions("test_sink").size(), 1u) << reason(catalogue);
  const auto plugin = catalogue.versions("test_sink").front();
  EXPECT_EQ(plugin->publisher, "acme");
  struct stat info {};
  ASSERT_EQ(stat(plugin->stored.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0500u);
  // The file in the folder may change now; what is opened does not.
  std::ofstream(library, std::ios::trunc) << "something else";
  std::string fault;
  const auto stored = trust::read_file(plugin->stored, 64 << 20, fault);
  EXPECT_EQ(plugin::sha256_hex(*stored), plugin->sha256);
}

TEST_F(Admission, ChangedByteIsRefusedUnderEveryPolicy) {
  const auto library = drop("test_sink", "test_sink.so");
  sign(library);
  std::fstream file(library, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);
  file.put('!');
  file.close();
  const auto catalogue = look(UnsignedPolicy::allow);
  EXPECT_TRUE(catalogue.versions("test_sink").empty());
  EXPECT_NE(reason(catalogue).find("is not what was signed"), std::string::npos)
      << reason(catalogue);
}

TEST_F(Admission, CertifiedCanBeRequired) {
  const auto library = drop("test_sink", "test_sink.so");
  sign(library);
  EXPECT_NE(reason(look(UnsignedPolicy::refuse, CertifiedPolicy::required)).find("certified"),
            std::string::npos);
  sign(library, true);
  const auto catalogue = look(UnsignedPolicy::refuse, CertifiedPolicy::required);
  ASSERT_EQ(catalogue.versions("test_sink").size(), 1u) << reason(catalogue);
  EXPECT_TRUE(catalogue.versions("test_sink").front()->certified);
}

TEST_F(Admission, RevocationIsSeenAtTheNextLook) {
  sign(drop("test_sink", "test_sink.so"));
  auto catalogue = look();
  ASSERT_EQ(catalogue.versions("test_sink").size(), 1u);
  std::string fault;
  auto store = *trust::TrustStore::open(folder_.path() / "trust", fault);
  store.revoke({"key:" + publisher_.public_key().id(), "stolen", 1});
  ASSERT_TRUE(store.save(fault)) << fault;
  EXPECT_TRUE(catalogue.look(true));
  EXPECT_TRUE(catalogue.versions("test_sink").empty());
  EXPECT_NE(reason(catalogue).find("stolen"), std::string::npos) << reason(catalogue);
}

TEST_F(Admission, PackageIsOneFileAndHoldsItsFilesTogether) {
  std::ifstream in(test_connector("test_sink"), std::ios::binary);
  trust::PluginFile file;
  file.library = {std::istreambuf_iterator<char>(in), {}};
  std::string fault;
  const auto manifest = trust::manifest_of(file, fault);
  ASSERT_TRUE(manifest) << fault;
  trust::PackageFiles files{{"test_sink.so", file.library}, {"manifest.json", manifest->json}};
  trust::Envelope envelope{
      trust::to_text(trust::state(manifest->id, manifest->version, "test_sink.so", files)), {}};
  trust::sign(envelope, publisher_, trust::Role::publish);
  files["signature.json"] = trust::to_json(envelope);
  const auto package = folder_.path() / "plugins" / "test_sink-0.1.0.xdpack";
  ASSERT_TRUE(trust::write_file(package, *trust::write_package(files, fault), 0644, fault));
  EXPECT_EQ(look().versions("test_sink").size(), 1u) << reason(look());
  files["manifest.json"] = "{}";
  ASSERT_TRUE(trust::write_file(package, *trust::write_package(files, fault), 0644, fault));
  EXPECT_NE(reason(look()).find("another manifest.json"), std::string::npos) << reason(look());
}

TEST_F(Admission, LibrariesThatLookElsewhereForOthersAreRefused) {
  const auto faulty = test_connector("test_sink").parent_path().parent_path() / "faulty";
  fs::copy_file(faulty / "faulty_looks_elsewhere.so", folder_.path() / "plugins" / "a.so");
  EXPECT_NE(reason(look(UnsignedPolicy::allow)).find("/opt/acme/lib"), std::string::npos)
      << reason(look(UnsignedPolicy::allow));
}

TEST_F(Admission, TwoVersionsStandSideBySide) {
  drop("test_sink", "a.so");
  drop("test_sink_next", "b.so");
  drop("test_sink", "c.so");  // the same bytes twice are one version
  EXPECT_EQ(look(UnsignedPolicy::allow).versions("test_sink").size(), 2u);
}

TEST_F(Admission, FilesOfEverybodyAndLinksAreRefused) {
  const auto library = drop("test_sink", "a.so");
  fs::permissions(library, fs::perms::others_write, fs::perm_options::add);
  EXPECT_NE(reason(look(UnsignedPolicy::allow)).find("chmod o-w"), std::string::npos);
  fs::remove(library);
  fs::create_symlink(test_connector("test_sink"), library);
  EXPECT_NE(reason(look(UnsignedPolicy::allow)).find("is a link"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::host::loader
