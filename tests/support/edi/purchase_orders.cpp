#include "tests/support/edi/purchase_orders.hpp"

#include <array>
#include <cstdio>

namespace crossdock::support {
namespace {

struct Retailer {
  const char* name;
  const char* id;
  const char* place;
};
constexpr std::array<Retailer, kRetailers> kAll = {{
    {"north", "000000011", "N3*700 Lake Street~N4*Chicago*IL*60601*US~"},
    {"south", "000000012", "N3*12 River Road~N4*Nashville*TN*37201*US~"},
    {"east", "000000013", "N3*33 Harbor Way~N4*Boston*MA*02108*US~"},
    {"west", "000000014", "N3*44 Sound Avenue~N4*Seattle*WA*98101*US~"},
}};

std::string text(const char* format, auto... values) {
  char out[256];
  std::snprintf(out, sizeof out, format, values...);
  return out;
}

}  // namespace

std::string retailer_name(int retailer) { return kAll.at(static_cast<std::size_t>(retailer)).name; }

std::string interchange_850(int retailer, int control, const std::vector<PurchaseOrder>& orders) {
  const auto& from = kAll.at(static_cast<std::size_t>(retailer));
  std::string out =
      text("ISA*00*          *00*          *01*%-15s*01*%-15s*261123*0915*^*00501*%09d*0*T*>~\n",
           from.id, "000000001", control);
  out += text("GS*PO*%s*000000001*20261123*0915*%d*X*005010~\n", from.id, control);
  int set = 0;
  for (const auto& order : orders) {
    std::string body = text("ST*850*%04d~", ++set);
    body += "BEG*00*SA*" + order.number + "**20261123~";
    body += std::string("N1*ST*Receiving Dock*92*DC1~") + from.place;
    int line = 0;
    for (const auto& wanted : order.lines) {
      const int cents = 990 + 100 * wanted.product;
      body += text("PO1*%d*%d*EA*%d.%02d**VP*SKU-%03d~", ++line, wanted.quantity, cents / 100,
                   cents % 100, wanted.product);
    }
    body += text("CTT*%d~", line);
    int segments = 1;
    for (const char c : body) {
      segments += c == '~' ? 1 : 0;
    }
    out += body + text("SE*%d*%04d~\n", segments, set);
  }
  return out + text("GE*%d*%d~\nIEA*1*%09d~\n", set, control, control);
}

std::vector<std::string> elements_of(const std::string& bytes, const std::string& segment,
                                     std::size_t element) {
  std::vector<std::string> out;
  if (bytes.size() < 106) {
    return out;
  }
  const char separator = bytes[3];
  const char terminator = bytes[105];
  std::size_t from = 0;
  while (from < bytes.size()) {
    auto to = bytes.find(terminator, from);
    to = to == std::string::npos ? bytes.size() : to;
    std::size_t begin = bytes.find_first_not_of("\r\n", from);
    if (begin != std::string::npos && begin < to &&
        bytes.compare(begin, segment.size() + 1, segment + separator) == 0) {
      std::size_t at = begin;
      for (std::size_t i = 0; i < element && at != std::string::npos && at < to; ++i) {
        at = bytes.find(separator, at);
        at = at == std::string::npos ? at : at + 1;
      }
      if (at < to) {
        out.push_back(bytes.substr(at, std::min(bytes.find(separator, at), to) - at));
      }
    }
    from = to + 1;
  }
  return out;
}

std::vector<std::string> elements_of(const std::string& bytes, const std::string& segment,
                                     const std::string& qualifier, std::size_t element) {
  const auto kinds = elements_of(bytes, segment, 1);
  const auto values = elements_of(bytes, segment, element);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kinds.size() && i < values.size(); ++i) {
    if (kinds[i] == qualifier) {
      out.push_back(values[i]);
    }
  }
  return out;
}

}  // namespace crossdock::support
