// A real sshd of a test's own: a free port of 127.0.0.1, its own host key, the user who runs the
// test, logging in by key or password into nothing but SFTP.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/stack/child.hpp"

namespace crossdock::support {

class SftpServer {
 public:
  // Everything lies below `folder`; remote/in, remote/out and remote/archive are made. With a
  // password, the user may log in by it too: the server is shown a user database of its own.
  explicit SftpServer(std::filesystem::path folder, const std::string& password = {});

  void start();  // again after a kill, at the same port
  void kill() { child_.kill(); }
  int port() const { return port_; }
  std::string user() const;
  std::string fingerprint() const;  // of the host key: SHA256:...
  // Makes a key pair of a type (ed25519, rsa, ecdsa) that may log in; returns the private key file.
  std::filesystem::path make_key(const std::string& type, const std::string& passphrase = {},
                                 bool may_log_in = true);
  std::filesystem::path remote(const std::string& path) const { return folder_ / "remote" / path; }

 private:
  void make_users(const std::string& password);

  std::filesystem::path folder_;
  std::vector<std::string> around_;  // words before the server's own command
  int port_;
  int keys_ = 0;
  Child child_;
};

}  // namespace crossdock::support
