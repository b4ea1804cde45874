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

struct Shelf : Connector {
  Shelf(Host, const Config& c) : http({c.url}) {}
  Outcome deliver(const Message& m) override {
    return outcome_of(http.put("/products/" + m.subject, kProduct.to_outside(m.data)),
                      HttpEffect::read);
  }
  HttpClient http;
};
CROSSDOCK_CONNECTOR(Shelf, settings, kProduct)
