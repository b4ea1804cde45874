#include "plugins/edi_x12/labels/gs1.hpp"

#include <zint.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace crossdock::edi::labels {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) {
    ++count;
  }
  return count;
}

}  // namespace

bool needs_separator(std::string_view identifier) {
  static constexpr std::string_view kPredefined[] = {"00", "01", "02", "03", "04", "11", "12", "13",
                                                     "14", "15", "16", "17", "18", "19", "20", "31",
                                                     "32", "33", "34", "35", "36", "41"};
  return std::find(std::begin(kPredefined), std::end(kPredefined), identifier.substr(0, 2)) ==
         std::end(kPredefined);
}

std::string readable(const std::vector<Element>& elements) {
  std::string out;
  for (const auto& one : elements) {
    out += (out.empty() ? "(" : " (") + one.identifier + ") " + one.data;
  }
  return out;
}

std::string encoded(const std::vector<Element>& elements) {
  std::string out;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    out += elements[i].identifier + elements[i].data;
    if (i + 1 < elements.size() && needs_separator(elements[i].identifier)) {
      out.push_back(kSeparator);
    }
  }
  return out;
}

std::string gs1_128(const std::vector<Element>& elements) {
  const std::unique_ptr<zint_symbol, decltype(&ZBarcode_Delete)> symbol(ZBarcode_Create(),
                                                                        ZBarcode_Delete);
  symbol->symbology = BARCODE_GS1_128;
  symbol->input_mode = GS1_MODE;
  std::string bracketed;
  for (const auto& one : elements) {
    if (one.data.find_first_of("[]") != std::string::npos) {
      throw std::runtime_error("\"" + one.data + "\" cannot be encoded: brackets have a meaning");
    }
    bracketed += "[" + one.identifier + "]" + one.data;
  }
  if (ZBarcode_Encode(symbol.get(), reinterpret_cast<const unsigned char*>(bracketed.c_str()),
                      static_cast<int>(bracketed.size())) >= ZINT_ERROR) {
    throw std::runtime_error(readable(elements) + " cannot be encoded: " + symbol->errtxt);
  }
  std::string out;
  for (int i = 0; i < symbol->width; ++i) {
    const auto byte = symbol->encoded_data[0][i >> 3];
    out.push_back(((byte >> (i & 7)) & 1) != 0 ? '1' : '0');
  }
  return out;
}

std::string zpl_gs1_128(const std::vector<Element>& elements) {
  const std::string data = encoded(elements);
  // Code set C needs two digits to begin with; every identifier has them.
  std::string out = ">;>8";
  bool in_c = true;
  for (std::size_t at = 0; at < data.size();) {
    const auto digits = digits_at(data, at);
    if (data[at] == kSeparator) {
      out += ">8";
      ++at;
    } else if (in_c && digits >= 2) {
      out += data.substr(at, 2);
      at += 2;
    } else if (in_c) {
      out += ">6";
      in_c = false;
    } else if (digits >= 4 && digits % 2 == 0) {
      out += ">5";
      in_c = true;
    } else {
      out += data[at] == '>' ? std::string(">0") : std::string(1, data[at]);
      ++at;
    }
  }
  return out;
}

}  // namespace crossdock::edi::labels
