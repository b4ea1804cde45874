// Our host with the EDI connector on one side, a trading partner with a station of its own (the
// tool as2_peer.py, whose cryptography is the command line of OpenSSL) on the other; HTTP between
// them over loopback.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/child.hpp"

namespace crossdock::support {

// Runs a program to its end; throws std::runtime_error with its output where it fails.
void run(const std::vector<std::string>& arguments, const std::filesystem::path& folder);

class As2Pair {
 public:
  // `as2`: further lines of the as2 block; `station`: of the as2_station block.
  As2Pair(std::filesystem::path folder, const std::string& as2 = {},
          const std::string& station = {});

  BareHost& host() { return *host_; }
  // The partner's side. Throws std::runtime_error where it does not answer.
  boost::json::object send(boost::json::object wanted);
  void control(const std::string& answer, int times);
  boost::json::array records();   // what the partner has received
  boost::json::array receipts();  // asynchronous receipts that came to it
  void start_peer();              // again, after a kill, at the same port
  Child& peer() { return peer_; }

  // Purchase orders that the host knows.
  std::vector<std::string> orders();
  std::size_t dead_letters(const std::string& containing);
  void replay_dead_letters();
  std::string webhook() const;
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  // A key and a self-signed certificate: NAME.key and NAME.pem.
  void make_identity(const std::string& name, int days = 30);

 private:
  boost::json::value ask(const char* method, const std::string& path, const std::string& body = {});

  std::filesystem::path folder_;
  int peer_port_ = 0;
  Child peer_;
  std::unique_ptr<BareHost> host_;
};

}  // namespace crossdock::support
