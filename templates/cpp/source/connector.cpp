#include <crossdock/sdk.hpp>
using namespace crossdock;

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
constexpr auto kType = "crossdock.catalog.product.upserted.v1";

struct Catalogue : Connector {
  Catalogue(Host h, const Config& c) : host(h), http({c.url}) {}
  Outcome poll(const Cursor&) override {
    const auto answer = http.get("/products");
    if (!answer.ok()) return outcome_of(answer, HttpEffect::read);
    const auto products = kProduct.messages(kType, answer.body, "code", "changed");
    return host.emit({products}) ? Outcome::done() : Outcome::retry("no credit");
  }
  Host host;
  HttpClient http;
};
CROSSDOCK_CONNECTOR(Catalogue, settings, kProduct)
