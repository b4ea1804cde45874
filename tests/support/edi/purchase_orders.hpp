// Purchase orders (X12 850, 005010) as the fixture's four retailers send them.
#pragma once

#include <string>
#include <vector>

namespace crossdock::support {

struct WantedLine {
  int product = 1;  // SKU number of the fixture
  int quantity = 1;
};

struct PurchaseOrder {
  std::string number;
  std::vector<WantedLine> lines;
};

// north, south, east, west
inline constexpr int kRetailers = 4;
std::string retailer_name(int retailer);

// One interchange with one group and a transaction set per order.
std::string interchange_850(int retailer, int control, const std::vector<PurchaseOrder>& orders);

// One X12 file read just enough to count with: the values of an element over all segments of a
// name.
std::vector<std::string> elements_of(const std::string& bytes, const std::string& segment,
                                     std::size_t element);
// The same of those segments whose first element is `qualifier`: MAN*GM, say.
std::vector<std::string> elements_of(const std::string& bytes, const std::string& segment,
                                     const std::string& qualifier, std::size_t element);

}  // namespace crossdock::support
