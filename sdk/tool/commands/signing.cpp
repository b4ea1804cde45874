// sign, verify, pack: from a library to something that a host may load.
#include "sdk/tool/commands/signing.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <crossdock/canonical/instant.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "sdk/conformance/judge.hpp"
#include "sdk/tool/commands/commands.hpp"
#include "sdk/trust/bytes.hpp"
#include "sdk/trust/plugin_file.hpp"
#include "sdk/trust/trust_store.hpp"

namespace crossdock::tool {

std::optional<std::string> read_passphrase(const std::string& file, std::string& fault) {
  if (file.empty()) {
    return std::string();
  }
  const auto text = trust::read_file(file, 4096, fault);
  if (!text) {
    fault = file + " " + fault;
    return std::nullopt;
  }
  return text->substr(0, text->find_first_of("\r\n"));
}

std::optional<trust::PublicKey> read_public_key(const std::string& file, std::string& fault) {
  const auto text = trust::read_file(file, 16384, fault);
  auto key = text ? trust::PublicKey::from_pem(*text) : std::nullopt;
  if (!key) {
    fault = file + " " + (text ? "is not an Ed25519 public key in PEM form" : fault);
  }
  return key;
}

std::string revocable(const std::string& what, std::string& fault) {
  const auto is_hex = [](std::string_view text, std::size_t size) {
    return text.size() == size &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  };
  if ((what.starts_with("key:") && is_hex(std::string_view(what).substr(4), 32)) ||
      (what.starts_with("sha256:") && is_hex(std::string_view(what).substr(7), 64))) {
    return what;
  }
  if (what.ends_with(".pub")) {
    const auto key = read_public_key(what, fault);
    return key ? "key:" + key->id() : std::string();
  }
  const auto file = trust::read_plugin_file(what, fault);
  if (!file) {
    fault = what + " " + fault + "; name a .pub file, a library, key:ID or sha256:HEX";
    return {};
  }
  return "sha256:" + file->sha256;
}

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct SigningOptions {
  std::string file;
  std::string key;
  std::string passphrase_file;
  std::string store = std::string(kDefaultTrustStore);
  std::string report;
  std::string out;
  std::vector<std::string> add;
  bool certify = false;
  bool as_json = false;
};

int refused(const Console& console, const std::string& text) {
  console.err << "crossdock: " << text << '\n';
  return kRefused;
}

// What a certifier puts its name under: a report of this very library, that says passed.
std::string not_certifiable(const trust::PluginFile& file) {
  const auto report = file.package ? file.package->find(std::string(trust::kPackageReport))
                                   : trust::PackageFiles::const_iterator();
  if (!file.package || report == file.package->end()) {
    return "holds no report.json; pack it with --report (crossdock test writes one)";
  }
  json::error_code error;
  const auto value = json::parse(report->second, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto text = [&](const char* key) {
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  const auto* passed = object == nullptr ? nullptr : object->if_contains("passed");
  if (text("format") != "crossdock.conformance/1") {
    return "holds a report.json that crossdock test did not write (format crossdock.conformance/1)";
  }
  if (text("sha256") != file.sha256) {
    return "holds a report about another library than the one beside it";
  }
  if (text("verdict") != "passed" || passed == nullptr || *passed != json::value(true)) {
    return "holds a report that does not say passed";
  }
  // One check of many (crossdock test --only) passes as well, and proves little.
  const auto* checks = object->if_contains("checks");
  for (const auto& name : conformance::check_names()) {
    const bool made =
        checks != nullptr && checks->is_array() &&
        std::any_of(checks->get_array().begin(), checks->get_array().end(), [&](const auto& one) {
          const auto* check = one.if_object();
          const auto* named = check == nullptr ? nullptr : check->if_contains("name");
          return named != nullptr && *named == json::value(name);
        });
    if (!made) {
      return "holds a report without the check \"" + name +
             "\"; make it with this release's crossdock test, all checks";
    }
  }
  return {};
}

// The statement as it stands is signed again; a file that was not signed yet gets one.
bool add_signature(trust::PluginFile& file, const trust::SigningKey& key, trust::Role role,
                   std::string& fault) {
  const auto manifest = trust::manifest_of(file, fault);
  if (!manifest) {
    return false;
  }
  if (!file.envelope) {
    const trust::PackageFiles alone{{file.library_name, file.library}};
    file.envelope = trust::Envelope{
        trust::to_text(trust::state(manifest->id, manifest->version, file.library_name,
                                    file.package ? *file.package : alone)),
        {}};
  }
  const auto statement = trust::statement_from(file.envelope->text, fault);
  if (!statement) {
    return false;
  }
  if (statement->file(statement->library)->sha256 != file.sha256) {
    // An old signature file beside a new library: what it said is of no use any more.
    file.envelope.reset();
    return add_signature(file, key, role, fault);
  }
  trust::sign(*file.envelope, key, role);
  return true;
}

int sign(const SigningOptions& o, const Console& console) {
  std::string fault;
  const auto passphrase = read_passphrase(o.passphrase_file, fault);
  const auto key = passphrase ? trust::SigningKey::load(o.key, *passphrase, fault) : std::nullopt;
  if (!key) {
    return refused(console, fault);
  }
  auto file = trust::read_plugin_file(o.file, fault);
  if (!file) {
    return refused(console, o.file + " " + fault);
  }
  if (o.certify) {
    if (const auto reason = not_certifiable(*file); !reason.empty()) {
      return refused(console, o.file + " " + reason);
    }
  }
  if (!add_signature(*file, *key, o.certify ? trust::Role::certify : trust::Role::publish, fault)) {
    return refused(console, o.file + " " + fault);
  }
  const auto envelope = trust::to_json(*file->envelope);
  fs::path written = o.file;
  bool good = false;
  if (file->package) {
    (*file->package)[std::string(trust::kPackageSignature)] = envelope;
    const auto archive = trust::write_package(*file->package, fault);
    good = archive && trust::write_file(written, *archive, 0644, fault);
  } else {
    written += trust::kSignatureEnding;
    good = trust::write_file(written, envelope, 0644, fault);
  }
  if (!good) {
    return refused(console, written.string() + " " + fault);
  }
  console.out << written.string() << ": " << (o.certify ? "certified" : "signed") << " by "
              << key->public_key().id() << '\n';
  return kOk;
}

int verify(const SigningOptions& o, const Console& console) {
  std::string fault;
  const auto file = trust::read_plugin_file(o.file, fault);
  const auto manifest = file ? trust::manifest_of(*file, fault) : std::nullopt;
  if (!manifest) {
    return refused(console, o.file + " " + fault);
  }
  auto store = trust::TrustStore::open(o.store, fault);
  if (!store) {
    return refused(console, fault);
  }
  if (!o.key.empty()) {
    const auto key = read_public_key(o.key, fault);
    if (!key || !store->trust({o.key, *key, true, true, false, {}, 0}, fault)) {
      return refused(console, fault);
    }
  }
  const auto verdict = store->verdict(file->envelope, file->sha256, manifest->id, manifest->version,
                                      canonical::now().ns);
  const bool good = verdict.standing == trust::Standing::signed_;
  if (o.as_json) {
    json::array signatures;
    if (file->envelope) {
      for (const auto& one : file->envelope->signatures) {
        signatures.push_back({{"key", one.key}, {"role", trust::name_of(one.role)}});
      }
    }
    console.out << json::serialize(json::object{{"plugin", manifest->id},
                                                {"version", manifest->version},
                                                {"sha256", file->sha256},
                                                {"state", trust::name_of(verdict.standing)},
                                                {"publisher", verdict.publisher},
                                                {"certified", verdict.certified},
                                                {"reason", verdict.reason},
                                                {"signatures", std::move(signatures)}})
                << '\n';
  } else if (good) {
    console.out << manifest->id << ' ' << manifest->version << ": signed by " << verdict.publisher
                << (verdict.certified ? ", certified" : ", not certified") << '\n';
  } else {
    console.err << "crossdock: " << o.file << " (" << manifest->id << ' ' << manifest->version
                << ") " << verdict.reason << '\n';
  }
  return good ? kOk : kRefused;
}

// A file, or a folder with all that is in it, under its own name.
bool add_files(const fs::path& path, trust::PackageFiles& files, std::string& fault) {
  std::error_code error;
  const auto add_one = [&](const fs::path& file, const std::string& name) {
    const auto bytes = trust::read_file(file, trust::kLargestPackage, fault);
    if (!bytes) {
      fault = file.string() + " " + fault;
      return false;
    }
    files[name] = *bytes;
    return true;
  };
  const auto base = path.filename().empty() ? path.parent_path().filename() : path.filename();
  if (!fs::is_directory(path, error)) {
    return add_one(path, base.string());
  }
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    if (entry.is_regular_file() &&
        !add_one(entry.path(), (base / fs::relative(entry.path(), path)).string())) {
      return false;
    }
  }
  return true;
}

int pack(const SigningOptions& o, const Console& console) {
  std::string fault;
  auto file = trust::read_plugin_file(o.file, fault);
  const auto manifest = file ? trust::manifest_of(*file, fault) : std::nullopt;
  if (!manifest || file->package) {
    return refused(console, o.file + " " + (manifest ? "is a package already" : fault));
  }
  trust::PackageFiles files{{file->library_name, file->library},
                            {std::string(trust::kPackageManifest), manifest->json}};
  for (const auto& path : o.add) {
    if (!add_files(path, files, fault)) {
      return refused(console, fault);
    }
  }
  if (!o.report.empty()) {
    const auto report = trust::read_file(o.report, 4u << 20, fault);
    if (!report) {
      return refused(console, o.report + " " + fault);
    }
    files[std::string(trust::kPackageReport)] = *report;
  }
  if (!o.key.empty()) {
    const auto passphrase = read_passphrase(o.passphrase_file, fault);
    const auto key = passphrase ? trust::SigningKey::load(o.key, *passphrase, fault) : std::nullopt;
    if (!key) {
      return refused(console, fault);
    }
    trust::Envelope envelope{
        trust::to_text(trust::state(manifest->id, manifest->version, file->library_name, files)),
        {}};
    trust::sign(envelope, *key, trust::Role::publish);
    files[std::string(trust::kPackageSignature)] = trust::to_json(envelope);
  }
  const std::string out =
      o.out.empty() ? manifest->id + "-" + manifest->version + std::string(trust::kPackageEnding)
                    : o.out;
  const auto archive = trust::write_package(files, fault);
  if (!archive || !trust::write_file(out, *archive, 0644, fault)) {
    return refused(console, out + " " + fault);
  }
  console.out << out << ": " << files.size() << " files, "
              << (o.key.empty() ? "not signed yet (crossdock sign)" : "signed") << '\n';
  return kOk;
}

}  // namespace

void add_signing_commands(CLI::App& app, Console& console) {
  const auto o = std::make_shared<SigningOptions>();
  auto* sign_command = app.add_subcommand("sign", "put your name under a library or a package");
  sign_command->add_option("file", o->file, "a .so (writes FILE.xdsig) or a .xdpack")->required();
  sign_command->add_option("--key", o->key, "your .key")->required();
  sign_command->add_option("--passphrase-file", o->passphrase_file, "of the key");
  sign_command->add_flag("--certify", o->certify,
                         "as a certifier: its report says that it has passed");
  sign_command->footer(
      "Examples:\n  crossdock sign build/connectors/acme.so --key acme.key\n"
      "  crossdock sign acme-1.0.0.xdpack --key judge.key --certify");
  sign_command->callback([o, &console] { console.status = sign(*o, console); });

  auto* verify_command =
      app.add_subcommand("verify", "would a host that trusts these keys load it? runs none of it");
  verify_command->add_option("file", o->file, "a .so or a .xdpack")->required();
  verify_command->add_option("--key", o->key, "a .pub that counts as trusted");
  verify_command->add_option("--store", o->store, "the trust store's folder")
      ->envname("CROSSDOCK_TRUST")
      ->capture_default_str();
  verify_command->add_flag("--json", o->as_json, "the verdict as JSON");
  verify_command->footer(
      "Exit status 0: signed by a trusted publisher; 1: not, and why.\n"
      "Example:\n  crossdock verify acme-1.0.0.xdpack --key acme.pub");
  verify_command->callback([o, &console] { console.status = verify(*o, console); });

  auto* pack_command =
      app.add_subcommand("pack", "library, manifest, signature, report and docs in one file");
  pack_command->add_option("library", o->file, "the connector's .so")->required();
  pack_command->add_option("--report", o->report, "what crossdock test wrote");
  pack_command->add_option("--add", o->add, "a file or folder more; may be repeated");
  pack_command->add_option("--key", o->key, "sign it at once with this .key");
  pack_command->add_option("--passphrase-file", o->passphrase_file, "of the key");
  pack_command->add_option("--out", o->out, "the package; else ID-VERSION.xdpack");
  pack_command->footer(
      "Example:\n  crossdock pack build/connectors/acme.so --report report.json --add docs "
      "--key acme.key");
  pack_command->callback([o, &console] { console.status = pack(*o, console); });
}

}  // namespace crossdock::tool
