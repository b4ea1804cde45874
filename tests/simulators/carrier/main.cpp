// Carriers behind the ShipEngine API: rates, labels, voids, signed tracking webhooks. It writes
// down every label it sells, also a second one for the same shipment.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <deque>
#include <map>
#include <memory>
#include <thread>

#include "tests/simulators/common/simulator.hpp"

namespace crossdock::simulators {
namespace {

constexpr const char* kUsage =
    "Usage: crossdock-sim-carrier [--port N] [--state FILE] [--seed N] [--track-after MS]\n"
    "Carriers with the ShipEngine API on 127.0.0.1. A webhook that is registered (POST\n"
    "/v1/environment/webhooks) gets signed tracking events.\n"
    "  --track-after MS   time between the events of a parcel (2000)\n";

constexpr const char* kKeyId = "simulator-key-1";

std::string base64(const std::string& bytes, bool url) {
  std::string out((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  if (url) {
    while (out.ends_with('=')) {
      out.pop_back();
    }
    for (auto& c : out) {
      c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
  }
  return out;
}

class SigningKey {
 public:
  SigningKey() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {}

  json::object jwks() const {
    return {{"keys", json::array{json::object{{"kty", "RSA"},
                                              {"kid", kKeyId},
                                              {"alg", "RS256"},
                                              {"use", "sig"},
                                              {"n", number(OSSL_PKEY_PARAM_RSA_N)},
                                              {"e", number(OSSL_PKEY_PARAM_RSA_E)}}}}};
  }
  std::string sign(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::string out(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                   text.size());
    out.resize(size);
    return base64(out, false);
  }

 private:
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return base64(bytes, true);
  }
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

struct Label {
  std::string id;
  std::string shipment;
  std::string tracking;
  std::string service;
  std::string cost;
  std::string made_at;
  json::value ship_to;
  bool voided = false;
  json::array packages;
};

struct Scan {
  std::int64_t due_ms = 0;
  std::string tracking;
  const char* status = "";
  const char* words = "";
};

class Carrier {
 public:
  explicit Carrier(const Options& options)
      : simulator_(options), track_after_ms_(number_option(options, "track-after", 2000)) {
    for (const auto& record : simulator_.file.earlier()) {
      log_.push_back(record);
    }
    simulator_.on("POST", "/v1/rates", [](auto&, auto& body) { return rates(body); });
    simulator_.on("POST", "/v1/labels", [this](auto& request, auto& body) {
      return request.has_header("API-Key") ? sell(body) : Answer{401, json::object{}};
    });
    simulator_.on("GET", R"(/v1/labels/external_shipment_id/([\w.-]+))",
                  [this](auto& request, auto&) { return find(request.matches[1].str()); });
    simulator_.on("PUT", R"(/v1/labels/([\w.-]+)/void)",
                  [this](auto& request, auto&) { return take_back(request.matches[1].str()); });
    simulator_.on("GET", "/jwks", [this](auto&, auto&) { return Answer{200, key_.jwks()}; });
    simulator_.on("POST", "/v1/environment/webhooks", [this](auto&, auto& body) {
      webhook_ = std::string(body.as_object().at("url").as_string());
      return Answer{200,
                    json::object{{"webhook_id", "se-1"}, {"url", webhook_}, {"event", "track"}}};
    });
    simulator_.on_records([this] { return json::object{{"log", log_}}; });
  }

  int run() {
    std::thread trucks([this] {
      while (!simulator_.stopping) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        report_scans();
      }
    });
    const int status = simulator_.run();
    trucks.join();
    return status;
  }

 private:
  static json::object money(double amount) { return {{"currency", "usd"}, {"amount", amount}}; }

  static json::object rate(const char* service, double price, int days) {
    return {{"rate_id", std::string("se-rate-") + (days == 4 ? "1" : "2")},
            {"rate_type", "shipment"},
            {"carrier_id", "se-100001"},
            {"carrier_code", "simulated_parcel"},
            {"carrier_nickname", "Simulated Parcel"},
            {"carrier_friendly_name", "Simulated Parcel"},
            {"service_code", service},
            {"service_type", service},
            {"package_type", "package"},
            {"zone", 4},
            {"delivery_days", days},
            {"guaranteed_service", false},
            {"negotiated_rate", false},
            {"trackable", true},
            {"validation_status", "valid"},
            {"shipping_amount", money(price)},
            {"insurance_amount", money(0)},
            {"confirmation_amount", money(0)},
            {"other_amount", money(0)},
            {"warning_messages", json::array{}},
            {"error_messages", json::array{}}};
  }

  static double weight_kg(const json::value& shipment) {
    double grams = 0;
    for (const auto& package : shipment.at("packages").as_array()) {
      grams += package.at("weight").at("value").to_number<double>();
    }
    return grams / 1000;
  }

  static Answer rates(const json::value& body) {
    const double kg = weight_kg(body.at("shipment"));
    auto address = body.at("shipment").at("ship_from");
    json::array packages;
    for (const auto& package : body.at("shipment").at("packages").as_array()) {
      packages.push_back(json::object{{"weight", package.at("weight")}});
    }
    return {200, json::object{{"shipment_id", "se-202"},
                              {"ship_date", now_text()},
                              {"created_at", now_text()},
                              {"modified_at", now_text()},
                              {"shipment_status", "pending"},
                              {"return_to", std::move(address)},
                              {"confirmation", "none"},
                              {"customs", nullptr},
                              {"advanced_options", json::object{}},
                              {"insurance_provider", "none"},
                              {"tags", json::array{}},
                              {"packages", std::move(packages)},
                              {"total_weight", {{"value", kg * 1000}, {"unit", "gram"}}},
                              {"rate_response",
                               {{"rates", json::array{rate("ground", 6 + kg * 0.4, 4),
                                                      rate("two_day", 14 + kg * 0.9, 2)}},
                                {"invalid_rates", json::array{}},
                                {"rate_request_id", "se-1"},
                                {"shipment_id", "se-202"},
                                {"created_at", now_text()},
                                {"status", "completed"},
                                {"errors", json::array{}}}}}};
  }

  Answer sell(const json::value& body) {
    const auto& shipment = body.at("shipment");
    Label label;
    const int number = ++sold_;
    label.id = "se-" + std::to_string(1'000'000 + number);
    label.shipment = std::string(shipment.at("external_shipment_id").as_string());
    label.service = std::string(shipment.at("service_code").as_string());
    label.tracking = "1SIM" + std::to_string(900'000'000'000 + number);
    for (const auto& package : shipment.at("packages").as_array()) {
      const auto place = label.packages.size();
      label.packages.push_back(json::object{
          {"package_id",
           static_cast<std::int64_t>(number * 100) + static_cast<std::int64_t>(place)},
          {"package_code", "package"},
          {"weight", package.at("weight")},
          {"tracking_number",
           place == 0 ? label.tracking : label.tracking + "-" + std::to_string(place)}});
    }
    label.made_at = now_text();
    label.ship_to = shipment.at("ship_to");
    label.cost = label.service == "ground" ? "6.40" : "14.90";
    simulator_.file.append(log_.emplace_back(json::object{{"kind", "label"},
                                                          {"label_id", label.id},
                                                          {"shipment", label.shipment},
                                                          {"tracking", label.tracking},
                                                          {"at", now_text()}}));
    const auto id = label.id;
    by_shipment_[label.shipment] = id;
    const auto now = now_ms();
    scans_.push_back({now + track_after_ms_, label.tracking, "AC", "Picked up"});
    scans_.push_back({now + 2 * track_after_ms_, label.tracking, "IT", "In transit"});
    scans_.push_back({now + 3 * track_after_ms_, label.tracking, "DE", "Delivered at the dock"});
    labels_[id] = std::move(label);
    return {200, describe(labels_[id])};
  }

  static json::object describe(const Label& label) {
    const std::string document = "https://api.example.com/labels/" + label.id + ".zpl";
    return {{"label_id", label.id},
            {"status", label.voided ? "voided" : "completed"},
            {"shipment_id", "se-9" + label.id.substr(3)},
            {"external_shipment_id", label.shipment},
            {"external_order_id", nullptr},
            {"carrier_id", "se-100001"},
            {"carrier_code", "simulated_parcel"},
            {"service_code", label.service},
            {"package_code", "package"},
            {"ship_date", label.made_at},
            {"created_at", label.made_at},
            {"tracking_number", label.tracking},
            {"trackable", true},
            {"tracking_status", "in_transit"},
            {"is_international", false},
            {"is_return_label", false},
            {"rma_number", nullptr},
            {"batch_id", "se-0"},
            {"charge_event", "carrier_default"},
            {"shipment_cost", money(std::stod(label.cost))},
            {"insurance_cost", money(0)},
            {"label_image_id", nullptr},
            {"label_format", "zpl"},
            {"label_layout", "4x6"},
            {"display_scheme", "label"},
            {"ship_to", label.ship_to},
            {"label_download", {{"href", document}, {"zpl", document}}},
            {"form_download", nullptr},
            {"qr_code_download", nullptr},
            {"paperless_download", nullptr},
            {"insurance_claim", nullptr},
            {"packages", label.packages},
            {"voided", label.voided},
            {"voided_at", nullptr}};
  }

  Answer find(const std::string& shipment) {
    const auto found = by_shipment_.find(shipment);
    if (found == by_shipment_.end()) {
      return {404, json::object{{"request_id", "1"},
                                {"errors", json::array{json::object{
                                               {"error_source", "shipengine"},
                                               {"error_type", "business_rules"},
                                               {"error_code", "not_found"},
                                               {"message", "no label for this shipment"}}}}}};
    }
    return {200, describe(labels_.at(found->second))};
  }

  Answer take_back(const std::string& id) {
    const auto found = labels_.find(id);
    if (found == labels_.end()) {
      return {404, json::object{{"message", "no such label"}}};
    }
    if (found->second.voided) {
      return {200, json::object{{"approved", false},
                                {"message", "The label was voided before"},
                                {"reason_code", "label_already_voided"}}};
    }
    found->second.voided = true;
    simulator_.file.append(
        log_.emplace_back(json::object{{"kind", "void"}, {"label_id", id}, {"at", now_text()}}));
    return {200, json::object{{"approved", true}, {"message", "This label has been voided."}}};
  }

  void report_scans() {
    std::string url;
    std::vector<Scan> due;
    {
      const std::lock_guard lock(simulator_.mutex);
      url = webhook_;
      const auto now = now_ms();
      for (auto scan = scans_.begin(); scan != scans_.end() && !url.empty();) {
        if (scan->due_ms <= now && due.size() < 20) {
          due.push_back(*scan);
          scan = scans_.erase(scan);
        } else {
          ++scan;
        }
      }
    }
    for (const auto& scan : due) {
      if (!tell(url, scan)) {
        const std::lock_guard lock(simulator_.mutex);
        scans_.push_back(scan);
        scans_.back().due_ms = now_ms() + 1000;  // the receiver was away; again later
      }
    }
  }

  bool tell(const std::string& url, const Scan& scan) const {
    const auto slash = url.find('/', url.find("//") + 2);
    const auto at = now_text();
    const auto body = json::serialize(
        json::object{{"resource_url", "https://api.shipengine.com/v1/tracking"},
                     {"resource_type", "API_TRACK"},
                     {"data",
                      {{"tracking_number", scan.tracking},
                       {"status_code", scan.status},
                       {"events", json::array{json::object{{"occurred_at", at},
                                                           {"description", scan.words},
                                                           {"status_code", scan.status},
                                                           {"carrier_status_code", scan.status},
                                                           {"country_code", "US"}}}}}}});
    httplib::Client client(url.substr(0, slash));
    client.set_read_timeout(std::chrono::seconds(5));
    const auto answer =
        client.Post(slash == std::string::npos ? "/" : url.substr(slash),
                    {{"x-shipengine-rsa-sha256-key-id", kKeyId},
                     {"x-shipengine-rsa-sha256-signature", key_.sign(at + "." + body)},
                     {"x-shipengine-timestamp", at}},
                    body, "application/json");
    return answer && answer->status == 200;
  }

  Simulator simulator_;
  std::int64_t track_after_ms_;
  SigningKey key_;
  std::string webhook_;
  std::map<std::string, Label> labels_;
  std::map<std::string, std::string> by_shipment_;
  std::deque<Scan> scans_;
  int sold_ = 0;
  json::array log_;
};

}  // namespace
}  // namespace crossdock::simulators

int main(int argc, char** argv) {
  namespace sim = crossdock::simulators;
  return sim::Carrier(sim::read_options(argc, argv, sim::kUsage)).run();
}
