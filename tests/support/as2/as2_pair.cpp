#include "tests/support/as2/as2_pair.hpp"

#include <fstream>
#include <stdexcept>

#include "tests/support/stack/http_json.hpp"

namespace crossdock::support {

namespace fs = std::filesystem;
namespace json = boost::json;

void run(const std::vector<std::string>& arguments, const fs::path& folder) {
  const auto log = folder / "run.log";
  Child child(arguments, log);
  if (child.wait(std::chrono::seconds(120)).value_or(-1) != 0) {
    std::ifstream in(log);
    throw std::runtime_error(arguments.front() +
                             " failed: " + std::string{std::istreambuf_iterator<char>(in), {}});
  }
}

void As2Pair::make_identity(const std::string& name, int days) {
  run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
       std::to_string(days), "-subj", "/CN=" + name, "-keyout", file(name + ".key").string(),
       "-out", file(name + ".pem").string()},
      folder_);
  fs::permissions(file(name + ".key"), fs::perms::owner_read | fs::perms::owner_write);
}

As2Pair::As2Pair(fs::path folder, const std::string& as2, const std::string& station)
    : folder_(std::move(folder)) {
  for (const char* name : {"inbox", "outbox", "archive", "peer"}) {
    fs::create_directories(file(name));
  }
  make_identity("us");
  make_identity("partner");
  start_peer();
  const auto quoted = [this](const std::string& name) { return '"' + file(name).string() + '"'; };
  host_ = std::make_unique<BareHost>(
      folder_ / "host",
      "channel north {\n  connector edi\n  customer CUST-NORTH\n}\n"
      "connector edi {\n  plugin edi_x12\n  poll_interval 100ms\n"
      "  limits {\n    crashes_per_minute 10000\n  }\n"
      "  retry {\n    first 100ms\n    most 1s\n    attempts 1000\n  }\n"
      "  config {\n    inbox " +
          quoted("inbox") + "\n    outbox " + quoted("outbox") + "\n    archive " +
          quoted("archive") +
          "\n    settle 50ms\n    qualifier 01\n    id 000000001\n"
          "    as2_station {\n      id CROSSDOCK\n      certificate " +
          quoted("us.pem") + "\n      key \"file:" + file("us.key").string() +
          "\"\n      receipt_url \"http://127.0.0.1:@port@/webhooks/edi\"\n" + station +
          "    }\n    as2 peer {\n      id PEER\n      url \"http://127.0.0.1:" +
          std::to_string(peer_port_) + "/as2\"\n      certificate " + quoted("partner.pem") + "\n" +
          as2 +
          "    }\n    partner north {\n      qualifier 01\n      id 000000011\n"
          "      customer CUST-NORTH\n      via peer\n    }\n"
          "    partner south {\n      qualifier 01\n      id 000000012\n"
          "      customer CUST-SOUTH\n    }\n  }\n}\n",
      std::vector<fs::path>{shipped_connector("edi_x12")});
}

void As2Pair::start_peer() {
  peer_ = Child({"/usr/bin/python3", CROSSDOCK_AS2_PEER, "--id", "PEER", "--other-id", "CROSSDOCK",
                 "--key", file("partner.key").string(), "--cert", file("partner.pem").string(),
                 "--other-cert", file("us.pem").string(), "--folder", file("peer").string(),
                 "--port", std::to_string(peer_port_)},
                folder_ / "peer.log");
  peer_port_ = static_cast<int>(
      json::parse(peer_.first_json_line()).as_object().at("port").to_number<int>());
}

json::value As2Pair::ask(const char* method, const std::string& path, const std::string& body) {
  auto answer = http_json(peer_port_, method, path, body);
  if (!answer) {
    throw std::runtime_error("the partner's station does not answer " + path);
  }
  return std::move(*answer);
}

json::object As2Pair::send(json::object wanted) {
  wanted["url"] = webhook();
  return ask("POST", "/send", json::serialize(wanted)).as_object();
}
void As2Pair::control(const std::string& answer, int times) {
  ask("POST", "/control", json::serialize(json::object{{"answer", answer}, {"times", times}}));
}
json::array As2Pair::records() { return ask("GET", "/records").as_array(); }
json::array As2Pair::receipts() { return ask("GET", "/receipts").as_array(); }

std::string As2Pair::webhook() const {
  return "http://127.0.0.1:" + std::to_string(host_->port()) + "/webhooks/edi";
}

std::vector<std::string> As2Pair::orders() {
  std::vector<std::string> out;
  std::string after;
  for (;;) {
    const auto page =
        host_->get("/v1/orders?limit=1000" + (after.empty() ? "" : "&after=" + after));
    if (!page) {
      return {};
    }
    const auto& items = page->as_object().at("orders").as_array();
    for (const auto& one : items) {
      out.emplace_back(one.as_object().at("po_number").as_string());
    }
    const auto* next = page->as_object().if_contains("next");
    if (next == nullptr || !next->is_string() || next->as_string().empty()) {
      return out;
    }
    after = std::string(next->as_string());
  }
}

std::size_t As2Pair::dead_letters(const std::string& containing) {
  const auto page = host_->get("/v1/dead-letters");
  std::size_t count = 0;
  if (page) {
    for (const auto& one : page->as_object().at("dead_letters").as_array()) {
      count += json::serialize(one).find(containing) != std::string::npos ? 1 : 0;
    }
  }
  return count;
}

void As2Pair::replay_dead_letters() {
  if (const auto page = host_->get("/v1/dead-letters")) {
    for (const auto& one : page->as_object().at("dead_letters").as_array()) {
      host_->post("/v1/dead-letters/" + std::string(one.as_object().at("id").as_string()) +
                  "/replay");
    }
  }
}

}  // namespace crossdock::support
