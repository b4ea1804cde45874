// The EDI connector with folders of its own and a host that records, under a clock that stands:
// files go in, messages come out; messages go in, files come out.
#pragma once

#include <boost/json.hpp>
#include <crossdock/testing/recording_host.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "crossdock/canonical/codec.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {

class EdiDesk {
 public:
  // 2026-11-24T09:15:00Z
  static constexpr std::int64_t kAt = 1'795'511'700'000'000'000;

  // Retailer north, 01/000000011, customer CUST-NORTH; `profile` is his, where it is not empty, and
  // `more` what his partner block says besides. Throws std::runtime_error where the connector
  // refuses it.
  explicit EdiDesk(const std::string& profile = {}, boost::json::object more = {});

  testing::RecordingHost& host() { return *host_; }
  // What the host has been given because of this file, in order.
  std::vector<Message> take(const std::string& bytes);
  // The same connector after a crash: what the host holds of it stays, all else is gone.
  void restart();

  // In flow flow-1, under the business key order:shop:4500101.
  testing::Recorded deliver(std::string_view type, const std::string& data,
                            const std::string& subject = "subject");
  template <class T>
  testing::Recorded deliver(std::string_view type, const T& data) {
    return deliver(type, canonical::encode(data));
  }
  // The outbox, by name; the connector's answers to files are not in it, but messages.
  std::vector<std::string> sent() const;
  // The bytes of the answers in messages, as they would go out.
  static std::vector<std::string> answers_in(const std::vector<Message>& messages);
  static std::vector<Message> of_type(const std::vector<Message>& messages, std::string_view type);

 private:
  void make_host();

  Folder folder_;
  std::string profile_;
  boost::json::object more_;
  std::unique_ptr<testing::RecordingHost> host_;
  int files_ = 0;
};

}  // namespace crossdock::support
