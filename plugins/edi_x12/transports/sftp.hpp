// The SFTP transport, by libssh. The server is known by the fingerprint of its host key alone,
// which the operator pins; nothing is learnt on first use.
//
// In: only whole and stable files are read, and removed (or archived) at the server once they are
// durable here. Out: written under a temporary name, synced where the server can, then renamed. A
// document that is there under its name already is not written again.
//
// One connection, kept and made anew when it breaks; calls take turns on it.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>

#include "plugins/edi_x12/transports/settings.hpp"
#include "plugins/edi_x12/transports/transport.hpp"

namespace crossdock::edi {

class SftpTransport final : public Transport {
 public:
  explicit SftpTransport(SftpSettings settings);
  ~SftpTransport() override;

  void open() override;
  std::vector<std::string> arrived() override;
  std::optional<std::string> fetch(const std::string& name) override;
  bool put_away(const std::string& name, const std::string& digest) override;
  Outcome send(const Parcel& parcel) override;

 private:
  class Connection;
  struct Seen {
    std::uint64_t size = 0;
    std::uint32_t changed = 0;  // seconds, as the server says
    std::chrono::steady_clock::time_point since;
  };
  // The connection, made where there is none. Throws std::runtime_error.
  Connection& connected();
  // Runs `call` on the connection; a failure closes it, so that the next call begins anew.
  template <class Call>
  auto on_connection(const Call& call);

  SftpSettings settings_;
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  std::map<std::string, Seen> seen_;
  std::chrono::steady_clock::time_point looked_{};
};

}  // namespace crossdock::edi
