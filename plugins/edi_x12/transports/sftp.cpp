#include "plugins/edi_x12/transports/sftp.hpp"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>
#include <sys/stat.h>

#include <algorithm>
#include <crossdock/connect.hpp>
#include <stdexcept>

namespace crossdock::edi {
namespace {

constexpr std::size_t kMostEntries = 20'000;  // of a remote folder, looked at in one go
constexpr std::size_t kPiece = 32'000;        // bytes of one SFTP read or write

struct FreeSession {
  void operator()(ssh_session one) const {
    ssh_disconnect(one);
    ssh_free(one);
  }
};
struct FreeSftp {
  void operator()(sftp_session one) const { sftp_free(one); }
};
struct CloseFile {
  void operator()(sftp_file one) const { sftp_close(one); }
};
struct CloseFolder {
  void operator()(sftp_dir one) const { sftp_closedir(one); }
};
struct FreeAttributes {
  void operator()(sftp_attributes one) const { sftp_attributes_free(one); }
};
struct FreeKey {
  void operator()(ssh_key one) const { ssh_key_free(one); }
};
using File = std::unique_ptr<sftp_file_struct, CloseFile>;
using Attributes = std::unique_ptr<sftp_attributes_struct, FreeAttributes>;
using Key = std::unique_ptr<ssh_key_struct, FreeKey>;

// A name that a server gave and that names a file in its folder, and nothing else.
bool is_usable(const std::string& name) {
  return !name.empty() && name.size() <= 200 && !name.starts_with('.') && !name.ends_with(".tmp") &&
         !name.ends_with(".part") && !name.ends_with(".filepart") &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

}  // namespace

class SftpTransport::Connection {
 public:
  explicit Connection(const SftpSettings& settings) : settings_(settings), session_(ssh_new()) {
    const auto set = [this](ssh_options_e option, const void* value) {
      if (ssh_options_set(session_.get(), option, value) != SSH_OK) {
        fail("cannot be set up");
      }
    };
    const int no = 0;
    const auto port = static_cast<unsigned>(settings.port);
    const long seconds = std::max<long>(1, static_cast<long>(settings.timeout.count() / 1000));
    set(SSH_OPTIONS_PROCESS_CONFIG, &no);  // nothing of this machine's ssh configuration
    set(SSH_OPTIONS_HOST, settings.host.c_str());
    set(SSH_OPTIONS_PORT, &port);
    set(SSH_OPTIONS_USER, settings.user.c_str());
    set(SSH_OPTIONS_TIMEOUT, &seconds);
    set(SSH_OPTIONS_SSH_DIR, "/");  // else it asks who we are, to look for a home
    auto socket =
        open_connection(settings.host, static_cast<std::uint16_t>(settings.port), settings.timeout);
    if (!socket.open()) {
      throw std::runtime_error("sftp " + settings.name + ": " + socket.reason());
    }
    const socket_t descriptor = socket.release();  // the session's from here on
    set(SSH_OPTIONS_FD, &descriptor);
    if (ssh_connect(session_.get()) != SSH_OK) {
      fail("cannot be reached");
    }
    check_host_key();
    log_in();
    sftp_.reset(sftp_new(session_.get()));
    if (sftp_ == nullptr || sftp_init(sftp_.get()) != SSH_OK) {
      fail("offers no SFTP");
    }
  }

  sftp_session get() const { return sftp_.get(); }
  bool alive() const { return ssh_is_connected(session_.get()) != 0; }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error("sftp " + settings_.name + ": " + settings_.host + ":" +
                             std::to_string(settings_.port) + " " + what + ": " +
                             ssh_get_error(session_.get()));
  }
  // A failed call, with the status that the server gave.
  [[noreturn]] void fail_at(const std::string& what, const std::string& path) const {
    throw std::runtime_error(
        "sftp " + settings_.name + ": " + path + " " + what + ": " +
        (sftp_get_error(sftp_.get()) == SSH_FX_PERMISSION_DENIED ? "permission denied"
         : sftp_get_error(sftp_.get()) == SSH_FX_NO_SUCH_FILE    ? "there is no such file or folder"
                                                                 : ssh_get_error(session_.get())));
  }

  std::string read(const std::string& path) const {
    const File file(sftp_open(get(), path.c_str(), O_RDONLY, 0));
    if (file == nullptr) {
      fail_at("cannot be opened", path);
    }
    std::string out;
    std::string piece(kPiece, '\0');
    for (;;) {
      const auto got = sftp_read(file.get(), piece.data(), piece.size());
      if (got < 0) {
        fail_at("cannot be read", path);
      }
      if (got == 0) {
        return out;
      }
      out.append(piece, 0, static_cast<std::size_t>(got));
      if (out.size() > kLargestFile) {
        return {};
      }
    }
  }

  void write(const std::string& path, const std::string& bytes) const {
    File file(sftp_open(get(), path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640));
    if (file == nullptr) {
      fail_at("cannot be made", path);
    }
    for (std::size_t at = 0; at < bytes.size();) {
      const auto put =
          sftp_write(file.get(), bytes.data() + at, std::min(kPiece, bytes.size() - at));
      if (put <= 0) {
        fail_at("cannot be written", path);
      }
      at += static_cast<std::size_t>(put);
    }
    if (sftp_extension_supported(get(), "fsync@openssh.com", "1") != 0 &&
        sftp_fsync(file.get()) != 0) {
      fail_at("cannot be synced", path);
    }
    if (sftp_close(file.release()) != SSH_OK) {
      fail_at("cannot be closed", path);
    }
  }

  Attributes look(const std::string& path) const {
    return Attributes(sftp_stat(get(), path.c_str()));
  }

 private:
  void check_host_key() const {
    ssh_key raw = nullptr;
    if (ssh_get_server_publickey(session_.get(), &raw) != SSH_OK) {
      fail("shows no host key");
    }
    const Key key(raw);
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != 0) {
      fail("shows a host key that cannot be read");
    }
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
    const std::string fingerprint = text == nullptr ? "" : text;
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    const std::string pinned = " " + settings_.host_key + " ";
    if (fingerprint.empty() || pinned.find(" " + fingerprint + " ") == std::string::npos) {
      throw std::runtime_error("sftp " + settings_.name + ": " + settings_.host +
                               " shows the host key " + fingerprint + ", but " +
                               settings_.host_key +
                               " is pinned: it may not be the partner's server. Ask the partner "
                               "before you change host_key; nothing was sent");
    }
  }

  void log_in() const {
    int status = SSH_AUTH_DENIED;
    if (!settings_.key.empty()) {
      ssh_key raw = nullptr;
      const auto& passphrase = settings_.key_passphrase.reveal();
      // Never asks: without a passphrase the callback refuses.
      if (ssh_pki_import_privkey_base64(
              settings_.key.reveal().c_str(), passphrase.empty() ? nullptr : passphrase.c_str(),
              [](const char*, char*, std::size_t, int, int, void*) { return -1; }, nullptr,
              &raw) != SSH_OK) {
        throw std::runtime_error("sftp " + settings_.name +
                                 ": the private key cannot be read, or needs key_passphrase");
      }
      const Key key(raw);
      status = ssh_userauth_publickey(session_.get(), nullptr, key.get());
    }
    if (status != SSH_AUTH_SUCCESS && !settings_.password.empty()) {
      status = ssh_userauth_password(session_.get(), nullptr, settings_.password.reveal().c_str());
    }
    if (status != SSH_AUTH_SUCCESS) {
      fail("does not let " + settings_.user + " in");
    }
  }

  const SftpSettings& settings_;
  std::unique_ptr<ssh_session_struct, FreeSession> session_;
  std::unique_ptr<sftp_session_struct, FreeSftp> sftp_;
};

SftpTransport::SftpTransport(SftpSettings settings) : settings_(std::move(settings)) {}
SftpTransport::~SftpTransport() = default;

void SftpTransport::open() {
  if (settings_.key.empty() && settings_.password.empty()) {
    throw std::runtime_error("sftp " + settings_.name + " needs a key or a password");
  }
}

SftpTransport::Connection& SftpTransport::connected() {
  if (connection_ == nullptr || !connection_->alive()) {
    connection_.reset();
    connection_ = std::make_unique<Connection>(settings_);
  }
  return *connection_;
}

template <class Call>
auto SftpTransport::on_connection(const Call& call) {
  const std::lock_guard lock(mutex_);
  try {
    return call(connected());
  } catch (...) {
    connection_.reset();
    throw;
  }
}

std::vector<std::string> SftpTransport::arrived() {
  const auto now = std::chrono::steady_clock::now();
  if (settings_.inbox.empty() || now - looked_ < settings_.look_every) {
    return {};
  }
  looked_ = now;
  return on_connection([&](Connection& connection) {
    const std::unique_ptr<sftp_dir_struct, CloseFolder> folder(
        sftp_opendir(connection.get(), settings_.inbox.c_str()));
    if (folder == nullptr) {
      connection.fail_at("cannot be listed", settings_.inbox);
    }
    std::map<std::string, Seen> seen;
    std::vector<std::string> out;
    while (seen.size() < kMostEntries) {
      const Attributes entry(sftp_readdir(connection.get(), folder.get()));
      if (entry == nullptr) {
        break;
      }
      const std::string name = entry->name == nullptr ? "" : entry->name;
      if (entry->type != SSH_FILEXFER_TYPE_REGULAR || !is_usable(name)) {
        continue;
      }
      Seen one{entry->size, entry->mtime, now};
      const auto earlier = seen_.find(name);
      if (earlier != seen_.end() && earlier->second.size == one.size &&
          earlier->second.changed == one.changed) {
        one.since = earlier->second.since;
        if (now - one.since >= settings_.settle) {
          out.push_back(name);
        }
      }
      seen.emplace(name, one);
    }
    seen_ = std::move(seen);
    std::sort(out.begin(), out.end());
    return out;
  });
}

std::optional<std::string> SftpTransport::fetch(const std::string& name) {
  return on_connection([&](Connection& connection) -> std::optional<std::string> {
    const std::string path = settings_.inbox + "/" + name;
    auto bytes = connection.read(path);
    const auto after = connection.look(path);
    // It grew while it was read: another time.
    return after != nullptr && after->size == bytes.size() ? std::optional(std::move(bytes))
                                                           : std::nullopt;
  });
}

bool SftpTransport::put_away(const std::string& name, const std::string& digest) {
  return on_connection([&](Connection& connection) {
    const std::string path = settings_.inbox + "/" + name;
    const bool moved =
        settings_.archive.empty()
            ? sftp_unlink(connection.get(), path.c_str()) == SSH_OK
            : sftp_rename(connection.get(), path.c_str(),
                          (settings_.archive + "/" + digest.substr(0, 16) + "-" + name).c_str()) ==
                  SSH_OK;
    return moved || connection.look(path) == nullptr;
  });
}

Outcome SftpTransport::send(const Parcel& parcel) {
  if (settings_.outbox.empty()) {
    return Outcome::rejected("sftp " + settings_.name + " has no outbox to send to");
  }
  try {
    return on_connection([&](Connection& connection) {
      const std::string path = settings_.outbox + "/" + parcel.name;
      const std::string temporary = settings_.outbox + "/." + parcel.name + ".tmp";
      const auto there = connection.look(path);
      if (there != nullptr && there->size == parcel.bytes.size()) {
        return Outcome::done().reference(parcel.name);  // an earlier try brought it
      }
      connection.write(temporary, parcel.bytes);
      if (sftp_rename(connection.get(), temporary.c_str(), path.c_str()) != SSH_OK) {
        connection.fail_at("cannot be renamed to its name", temporary);
      }
      return Outcome::done().reference(parcel.name);
    });
  } catch (const std::runtime_error& fault) {
    return Outcome::retry(fault.what());
  }
}

}  // namespace crossdock::edi
