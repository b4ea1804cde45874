#include <crossdock/sdk.hpp>
using namespace crossdock;

// Products of a shop come in, where parcels are goes out to it.

struct Config {
  std::string url;
};
const auto& settings() {
  static const auto kSettings = schema<Config>(field("url", &Config::url).required());
  return kSettings;
}
const Mapping kProduct{{"sku", "code"},
                       {"title", "name"},
                       {"base_uom", "unit"},
                       {"gtins.0", "barcode"},
                       {"origin_country", "madeIn"}};
const Mapping kParcel{
    {"tracking_no", "parcel"},
    {"code", "state", words({{"in_transit", "ON_ITS_WAY"}, {"delivered", "DELIVERED"}})},
    {"occurred_at", "at"},
    {"place", "place", optional}};
constexpr auto kProductUpserted = "crossdock.catalog.product.upserted.v1";

struct Shop : Connector {
  Shop(Host h, const Config& c) : host(h), http({c.url}) {}

  Outcome poll(const Cursor&) override {
    const auto answer = http.get("/products");
    if (!answer.ok()) return outcome_of(answer, HttpEffect::read);
    const auto products = kProduct.messages(kProductUpserted, answer.body, "code", "changed");
    return host.emit({products}) ? Outcome::done() : Outcome::retry("no credit");
  }

  // The message's key goes with it: the shop takes a request with a key it has seen as a repeat.
  Outcome deliver(const Message& m) override {
    const auto answer = http.request("POST", "/parcels", kParcel.to_outside(m.data),
                                     "application/json", {{"Idempotency-Key", m.idempotency_key}});
    return outcome_of(answer, HttpEffect::write);
  }

  Host host;
  HttpClient http;
};
CROSSDOCK_CONNECTOR(Shop, settings, kProduct, kParcel)
