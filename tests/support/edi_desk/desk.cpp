#include "tests/support/edi_desk/desk.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <thread>

// The connector's own, compiled into the test.
extern "C" const xd_plugin_table_v0* xd_plugin_v0(void);

namespace crossdock::support {

namespace fs = std::filesystem;
namespace json = boost::json;

EdiDesk::EdiDesk(const std::string& profile, json::object more)
    : folder_("edi-desk"), profile_(profile), more_(std::move(more)) {
  for (const char* name : {"in", "out", "done", "profiles"}) {
    fs::create_directories(folder_.path() / name);
  }
  std::ofstream(folder_.path() / "profiles" / "north.info") << profile;
  make_host();
}

void EdiDesk::make_host() {
  const auto path = [&](const char* name) { return (folder_.path() / name).string(); };
  json::object partner{
      {"name", "north"}, {"qualifier", "01"}, {"id", "000000011"}, {"customer", "CUST-NORTH"}};
  if (!profile_.empty()) {
    partner["profile"] = "north.info";
  }
  for (const auto& [name, value] : more_) {
    partner[name] = value;
  }
  const json::object config{{"inbox", path("in")},
                            {"outbox", path("out")},
                            {"archive", path("done")},
                            {"profiles", path("profiles")},
                            {"qualifier", "01"},
                            {"id", "000000001"},
                            {"company", "Example Distribution Company"},
                            {"settle", "0ms"},
                            {"partner", json::array{partner}}};
  host_ = std::make_unique<testing::RecordingHost>(xd_plugin_v0(), json::serialize(config));
  host_->now_ns = kAt;
  host_->start();
}

void EdiDesk::restart() {
  auto state = host_->state;
  host_.reset();
  make_host();
  host_->state = std::move(state);
}

std::vector<Message> EdiDesk::take(const std::string& bytes) {
  host_->emitted.clear();
  const auto file = folder_.path() / "in" / ("file-" + std::to_string(++files_) + ".x12");
  std::ofstream(file, std::ios::binary) << bytes;
  // A file must be seen unchanged before it is read, and is put away after its batch is durable.
  for (int i = 0; i < 400 && fs::exists(file); ++i) {
    host_->poll();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return host_->emitted;
}

testing::Recorded EdiDesk::deliver(std::string_view type, const std::string& data,
                                   const std::string& subject) {
  Message message;
  message.id = "msg_1";
  message.type = type;
  message.subject = subject;
  message.data = data;
  message.correlation_id = "flow-1";
  message.business_key = "order:shop:4500101";
  return host_->deliver(message);
}

std::vector<std::string> EdiDesk::sent() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "out")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

std::vector<std::string> EdiDesk::answers_in(const std::vector<Message>& messages) {
  std::vector<std::string> out;
  for (const auto& message : of_type(messages, "edi_x12.transmission.requested.v1")) {
    out.push_back(message.original);
  }
  return out;
}

std::vector<Message> EdiDesk::of_type(const std::vector<Message>& messages, std::string_view type) {
  std::vector<Message> out;
  std::copy_if(messages.begin(), messages.end(), std::back_inserter(out),
               [&](const Message& message) { return message.type == type; });
  return out;
}

}  // namespace crossdock::support
