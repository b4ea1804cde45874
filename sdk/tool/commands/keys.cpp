// keys: making signing keys, and whom a host trusts.
#include "sdk/trust/keys.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <crossdock/canonical/instant.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "sdk/tool/commands/commands.hpp"
#include "sdk/tool/commands/signing.hpp"
#include "sdk/tool/table.hpp"
#include "sdk/trust/bytes.hpp"
#include "sdk/trust/trust_store.hpp"

namespace crossdock::tool {
namespace {

namespace fs = std::filesystem;
using trust::TrustStore;

constexpr std::int64_t kDayNs = 24LL * 3600 * 1'000'000'000;

struct KeysOptions {
  std::string file;
  std::string name;
  std::string folder = ".";
  std::string store = std::string(kDefaultTrustStore);
  std::string passphrase_file;
  std::string key;
  std::string what;
  std::string reason;
  std::string out;
  std::vector<std::string> may = {"publish"};
  std::vector<std::string> plugins;
  int overlap_days = 90;
};

int refused_keys(const Console& console, const std::string& text) {
  console.err << "crossdock: " << text << '\n';
  return kRefused;
}

int make(const KeysOptions& o, const Console& console) {
  std::string fault;
  const auto passphrase = read_passphrase(o.passphrase_file, fault);
  if (!passphrase) {
    return refused_keys(console, fault);
  }
  const auto key = trust::SigningKey::generate();
  const auto base = fs::path(o.folder) / o.name;
  const auto pem = key.public_key().pem();
  if (!key.save(base.string() + ".key", *passphrase, fault) ||
      !trust::write_file(base.string() + ".pub", pem, 0644, fault)) {
    return refused_keys(console, fault);
  }
  console.out << "key " << key.public_key().id() << '\n'
              << base.string() << ".key signs: keep it secret, keep a copy of it off this machine\n"
              << base.string() << ".pub verifies: give it to those who are to trust you\n";
  return kOk;
}

// Changes the store under the operator's hand: opened, changed, saved.
int change(const KeysOptions& o, const Console& console,
           const std::function<bool(TrustStore&, std::string& said, std::string& fault)>& work) {
  std::string fault;
  std::string said;
  auto store = TrustStore::open(o.store, fault);
  if (!store || !work(*store, said, fault) || !store->save(fault)) {
    return refused_keys(console, fault);
  }
  console.out << said << '\n';
  return kOk;
}

int trust_key(const KeysOptions& o, const Console& console) {
  return change(o, console, [&](TrustStore& store, std::string& said, std::string& fault) {
    const auto key = read_public_key(o.file, fault);
    if (!key) {
      return false;
    }
    trust::TrustedKey trusted{o.name.empty() ? fs::path(o.file).stem().string() : o.name,
                              *key,
                              false,
                              false,
                              false,
                              o.plugins,
                              0};
    std::string list;
    for (const auto& word : o.may) {
      trusted.may_publish |= word == "publish";
      trusted.may_certify |= word == "certify";
      trusted.may_revoke |= word == "revoke";
      list += (list.empty() ? "" : ", ") + word;
    }
    said = trusted.name + " (" + key->id() + ") may " + list;
    return store.trust(std::move(trusted), fault);
  });
}

int revoke(const KeysOptions& o, const Console& console) {
  return change(o, console, [&](TrustStore& store, std::string& said, std::string& fault) {
    const auto what = revocable(o.what, fault);
    if (what.empty()) {
      return false;
    }
    store.revoke({what, o.reason, canonical::now().ns});
    said = what + " is revoked; hosts refuse it from their next look on";
    return true;
  });
}

int accept(const KeysOptions& o, const Console& console) {
  return change(o, console, [&](TrustStore& store, std::string& said, std::string& fault) {
    const auto text = trust::read_file(o.file, trust::kLargestEnvelope, fault);
    if (!text || !store.accept(*text, said, fault)) {
      fault = o.file + " " + fault;
      return false;
    }
    return true;
  });
}

int list(const KeysOptions& o, const Console& console) {
  std::string fault;
  const auto store = TrustStore::open(o.store, fault);
  if (!store) {
    return refused_keys(console, fault);
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : store->keys()) {
    std::string may;
    for (const auto& [given, word] :
         {std::pair(key.may_publish, "publish"), std::pair(key.may_certify, "certify"),
          std::pair(key.may_revoke, "revoke")}) {
      may += given ? (may.empty() ? "" : ",") + std::string(word) : "";
    }
    std::string plugins;
    for (const auto& id : key.plugins) {
      plugins += (plugins.empty() ? "" : ",") + id;
    }
    const auto left = (key.until_ns - canonical::now().ns) / kDayNs;
    rows.push_back({key.name, key.key.id(), may, plugins.empty() ? "all" : plugins,
                    key.until_ns == 0 ? "no end"
                    : left < 0        ? "over"
                                      : std::to_string(left) + " more days"});
  }
  for (const auto& one : store->revocations()) {
    rows.push_back({"", one.what, "nothing", "", "revoked: " + one.reason});
  }
  if (rows.empty()) {
    console.out << "no key is trusted in " << o.store << '\n';
  } else {
    print_table({"name", "key", "may", "plugins", "until"}, rows, console.out);
  }
  return kOk;
}

int write_notice(const KeysOptions& o, const Console& console, trust::Notice notice) {
  std::string fault;
  const auto passphrase = read_passphrase(o.passphrase_file, fault);
  const auto key = passphrase ? trust::SigningKey::load(o.key, *passphrase, fault) : std::nullopt;
  if (!key) {
    return refused_keys(console, fault);
  }
  notice.at_ns = canonical::now().ns;
  if (notice.kind == trust::Notice::Kind::rotate) {
    const auto next = read_public_key(o.file, fault);
    if (!next) {
      return refused_keys(console, fault);
    }
    notice.what = key->public_key().id();
    notice.key = next->raw();
    notice.until_ns = notice.at_ns + o.overlap_days * kDayNs;
  } else {
    notice.what = revocable(o.what, fault);
    notice.reason = o.reason;
    if (notice.what.empty()) {
      return refused_keys(console, fault);
    }
  }
  if (!trust::write_file(o.out, trust::signed_notice(notice, *key), 0644, fault)) {
    return refused_keys(console, o.out + " " + fault);
  }
  console.out << o.out << " is for those who trust the key: crossdock keys accept " << o.out
              << '\n';
  return kOk;
}

}  // namespace

void add_key_commands(CLI::App& app, Console& console) {
  const auto o = std::make_shared<KeysOptions>();
  auto* keys = app.add_subcommand("keys", "signing keys, and whom a host trusts");
  keys->require_subcommand(1);
  keys->footer(
      "Examples:\n  crossdock keys new acme\n  crossdock keys trust acme.pub --plugin acme_desk\n"
      "  crossdock keys rotate --old acme.key --new acme-2027.pub --out rotation.json\n"
      "  crossdock keys accept rotation.json\n"
      "  crossdock keys revoke acme.pub --reason \"the key was stolen\"");
  const auto with_store = [&](CLI::App* command) {
    command->add_option("--store", o->store, "the trust store's folder")
        ->envname("CROSSDOCK_TRUST")
        ->capture_default_str();
  };
  const auto with_passphrase = [&](CLI::App* command) {
    command->add_option("--passphrase-file", o->passphrase_file,
                        "file with the key's passphrase; without it the key is not encrypted");
  };
  auto* make_command = keys->add_subcommand("new", "make a key pair: NAME.key and NAME.pub");
  make_command->add_option("name", o->name, "file name without ending")->required();
  make_command->add_option("--folder", o->folder, "where")->capture_default_str();
  with_passphrase(make_command);
  make_command->callback([o, &console] { console.status = make(*o, console); });

  auto* trust_command = keys->add_subcommand("trust", "believe what this key signs");
  trust_command->add_option("key", o->file, "a .pub file")->required();
  trust_command->add_option("--name", o->name, "what to call it; else the file's name");
  trust_command->add_option("--may", o->may, "publish, certify, revoke")
      ->delimiter(',')
      ->check(CLI::IsMember({"publish", "certify", "revoke"}))
      ->capture_default_str();
  trust_command->add_option("--plugin", o->plugins, "only for this plugin; may be repeated");
  with_store(trust_command);
  trust_command->callback([o, &console] { console.status = trust_key(*o, console); });

  auto* list_command = keys->add_subcommand("list", "the keys that are trusted or revoked");
  with_store(list_command);
  list_command->callback([o, &console] { console.status = list(*o, console); });

  auto* revoke_command =
      keys->add_subcommand("revoke", "never believe a key, or load a library, again");
  revoke_command
      ->add_option("what", o->what, "a .pub file, a library or package, key:ID, or sha256:HEX")
      ->required();
  revoke_command->add_option("--reason", o->reason, "shown wherever it is refused")->required();
  with_store(revoke_command);
  revoke_command->callback([o, &console] { console.status = revoke(*o, console); });

  auto* rotate_command = keys->add_subcommand(
      "rotate", "as a publisher: a notice, signed with the old key, that brings the new one");
  rotate_command->add_option("--old", o->key, "the .key that is trusted now")->required();
  rotate_command->add_option("--new", o->file, "the .pub that follows it")->required();
  rotate_command->add_option("--overlap", o->overlap_days, "days in which both are good")
      ->check(CLI::Range(0, 3650))
      ->capture_default_str();
  rotate_command->add_option("--out", o->out, "the notice")->required();
  with_passphrase(rotate_command);
  rotate_command->callback([o, &console] {
    trust::Notice notice;
    notice.kind = trust::Notice::Kind::rotate;
    console.status = write_notice(*o, console, notice);
  });

  auto* withdraw_command = keys->add_subcommand(
      "withdraw", "as a publisher: a signed notice that revokes a key or a library");
  withdraw_command->add_option("what", o->what, "as for revoke")->required();
  withdraw_command->add_option("--key", o->key, "the .key that signs the notice")->required();
  withdraw_command->add_option("--reason", o->reason, "for those who read it")->required();
  withdraw_command->add_option("--out", o->out, "the notice")->required();
  with_passphrase(withdraw_command);
  withdraw_command->callback([o, &console] { console.status = write_notice(*o, console, {}); });

  auto* accept_command = keys->add_subcommand("accept", "carry out a publisher's notice");
  accept_command->add_option("notice", o->file, "what rotate or withdraw wrote")->required();
  with_store(accept_command);
  accept_command->callback([o, &console] { console.status = accept(*o, console); });
}

}  // namespace crossdock::tool
