#include "tests/support/sftp/sftp_server.hpp"

#include <arpa/inet.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace crossdock::support {

namespace fs = std::filesystem;

namespace {

std::string run_to_end(const std::vector<std::string>& arguments, const fs::path& folder) {
  const auto log = folder / "run.log";
  fs::remove(log);
  Child child(arguments, log);
  const bool good = child.wait(std::chrono::seconds(120)).value_or(-1) == 0;
  std::ifstream in(log);
  std::string out{std::istreambuf_iterator<char>(in), {}};
  if (!good) {
    throw std::runtime_error(arguments.front() + " failed: " + out);
  }
  return out;
}

bool answers(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool good = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return good;
}

}  // namespace

SftpServer::SftpServer(fs::path folder, const std::string& password)
    : folder_(std::move(folder)), port_(free_port()) {
  for (const char* name : {"in", "out", "archive"}) {
    fs::create_directories(remote(name));
  }
  // Where sshd of Debian wants to lock itself up when root runs it; not written to.
  if (::geteuid() == 0) {
    fs::create_directories("/run/sshd");
  }
  run_to_end({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
              (folder_ / "host_key").string()},
             folder_);
  std::ofstream(folder_ / "authorized_keys").close();
  if (!password.empty()) {
    make_users(password);
  }
  std::ofstream(folder_ / "sshd_config")
      << "ListenAddress 127.0.0.1:" << port_ << "\nHostKey " << (folder_ / "host_key").string()
      << "\nAuthorizedKeysFile " << (folder_ / "authorized_keys").string()
      << "\nPidFile none\nStrictModes no\nUsePAM no\n"
      << (password.empty() ? "PasswordAuthentication no\nPermitRootLogin prohibit-password\n"
                           : "PasswordAuthentication yes\nPermitRootLogin yes\n")
      << "Subsystem sftp internal-sftp\n"
         "ForceCommand internal-sftp\nLogLevel ERROR\n";
  start();
}

// sshd looks passwords up in the machine's own files; nss_wrapper puts others in their place.
void SftpServer::make_users(const std::string& password) {
  auto hash = run_to_end({"/usr/bin/openssl", "passwd", "-6", password}, folder_);
  hash.erase(hash.find_last_not_of('\n') + 1);
  const auto* own = ::getpwuid(::geteuid());
  const auto path = [&](const char* name) { return (folder_ / name).string(); };
  std::ofstream(path("passwd")) << own->pw_name << ":x:" << own->pw_uid << ':' << own->pw_gid
                                << "::" << own->pw_dir << ':' << own->pw_shell
                                << "\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n";
  std::ofstream(path("group")) << own->pw_name << ":x:" << own->pw_gid << ":\nnogroup:x:65534:\n";
  std::ofstream(path("shadow")) << own->pw_name << ':' << hash << ":19000:0:99999:7:::\n";
  around_ = {"/usr/bin/env", "LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_PASSWD=" + path("passwd"),
             "NSS_WRAPPER_GROUP=" + path("group"), "NSS_WRAPPER_SHADOW=" + path("shadow")};
}

void SftpServer::start() {
  auto command = around_;
  command.insert(command.end(),
                 {"/usr/sbin/sshd", "-D", "-e", "-f", (folder_ / "sshd_config").string()});
  child_ = Child(command, folder_ / "sshd.log");
  for (int i = 0; i < 500 && child_.running(); ++i) {
    if (answers(port_)) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::ifstream in(folder_ / "sshd.log");
  throw std::runtime_error("sshd does not answer: " +
                           std::string{std::istreambuf_iterator<char>(in), {}});
}

std::string SftpServer::user() const { return ::getpwuid(::geteuid())->pw_name; }

std::string SftpServer::fingerprint() const {
  // "256 SHA256:... comment (ED25519)"
  const auto line =
      run_to_end({"/usr/bin/ssh-keygen", "-l", "-f", (folder_ / "host_key.pub").string()}, folder_);
  const auto begin = line.find("SHA256:");
  return line.substr(begin, line.find(' ', begin) - begin);
}

fs::path SftpServer::make_key(const std::string& type, const std::string& passphrase,
                              bool may_log_in) {
  auto file = folder_ / ("key-" + std::to_string(++keys_));
  run_to_end({"/usr/bin/ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.string()},
             folder_);
  if (may_log_in) {
    std::ofstream(folder_ / "authorized_keys", std::ios::app)
        << std::ifstream(file.string() + ".pub").rdbuf();
  }
  return file;
}

}  // namespace crossdock::support
