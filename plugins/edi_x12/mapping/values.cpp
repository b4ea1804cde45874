#include "plugins/edi_x12/mapping/values.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "plugins/edi_x12/engine/utf8.hpp"

namespace crossdock::x12 {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  out += text.substr(0, 40);
  return out + "\"";
}

// Characters that a JSON string cannot hold as they are, and bytes beyond ASCII.
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> special{};
  for (unsigned i = 0; i < 256; ++i) {
    special[i] = i < 0x20 || i >= 0x80 || i == '"' || i == '\\';
  }
  return special;
}();

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

// A decimal in parts, leading and trailing zeros taken off.
struct Decimal {
  bool negative = false;
  std::string_view whole;     // empty: 0
  std::string_view fraction;  // empty: none
};
bool parse(std::string_view text, Decimal& out) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    out.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const auto point = text.find('.');
  out.whole = text.substr(0, point);
  out.fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if ((out.whole.empty() && out.fraction.empty()) ||
      !std::all_of(out.whole.begin(), out.whole.end(), is_digit) ||
      !std::all_of(out.fraction.begin(), out.fraction.end(), is_digit)) {
    return false;
  }
  while (!out.whole.empty() && out.whole.front() == '0') {
    out.whole.remove_prefix(1);
  }
  while (!out.fraction.empty() && out.fraction.back() == '0') {
    out.fraction.remove_suffix(1);
  }
  out.negative = out.negative && !(out.whole.empty() && out.fraction.empty());
  return true;
}
void append(const Decimal& d, std::string& out) {
  if (d.negative) {
    out.push_back('-');
  }
  if (d.whole.empty()) {
    out.push_back('0');
  } else {
    out += d.whole;
  }
  if (!d.fraction.empty()) {
    out.push_back('.');
    out += d.fraction;
  }
}

struct WeightUnit {
  std::string_view code;
  std::int64_t micrograms;
};
constexpr WeightUnit kWeights[] = {{"KG", 1'000'000'000}, {"GR", 1'000'000},    {"LB", 453'592'370},
                                   {"OZ", 28'349'523},    {"K", 1'000'000'000}, {"L", 453'592'370}};

bool append_date(std::string_view value, std::string& out) {
  if ((value.size() != 8 && value.size() != 6) || !all_digits(value)) {
    return false;
  }
  const auto month = (value[value.size() - 4] - '0') * 10 + (value[value.size() - 3] - '0');
  const auto day = (value[value.size() - 2] - '0') * 10 + (value[value.size() - 1] - '0');
  if (month < 1 || month > 12 || day < 1 || day > 31) {
    return false;
  }
  if (value.size() == 6) {
    out += "20";
    out += value.substr(0, 2);
    value.remove_prefix(2);
  } else {
    out += value.substr(0, 4);
    value.remove_prefix(4);
  }
  out.push_back('-');
  out += value.substr(0, 2);
  out.push_back('-');
  out += value.substr(2, 2);
  return true;
}

bool append_time(std::string_view time, std::string& out) {
  if (time.empty()) {
    out += "T00:00:00Z";
    return true;
  }
  if (time.size() < 4 || time.size() > 8 || time.size() == 5 || !all_digits(time) ||
      time.substr(0, 2) > "23" || time.substr(2, 2) > "59" ||
      (time.size() > 4 && time.substr(4, 2) > "59")) {
    return false;
  }
  out.push_back('T');
  out += time.substr(0, 2);
  out.push_back(':');
  out += time.substr(2, 2);
  out.push_back(':');
  out += time.size() > 4 ? time.substr(4, 2) : std::string_view("00");
  if (time.size() > 6) {
    out.push_back('.');
    out += time.substr(6);
    out.append(3 - std::min<std::size_t>(3, time.size() - 6), '0');
  }
  out.push_back('Z');
  return true;
}

// Ends an object of a number and a word.
void append_word(const char* name, std::string_view word, std::string& out) {
  out += name;
  append_json_string(word, out);
  out.push_back('}');
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  std::size_t plain = 0;
  while (plain < text.size() && !kSpecial[static_cast<unsigned char>(text[plain])]) {
    ++plain;
  }
  out.append(text.data(), plain);
  if (plain < text.size()) {
    const bool utf8 = is_utf8(text);
    for (const char c : text.substr(plain)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (byte < 0x20) {
        static constexpr char kHex[] = "0123456789abcdef";
        out += "\\u00";
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 15]);
      } else if (byte >= 0x80 && !utf8) {
        out.push_back(static_cast<char>(0xC0 | byte >> 6));
        out.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
      } else {
        out.push_back(c);
      }
    }
  }
  out.push_back('"');
}

bool append_decimal(std::string_view text, int decimals, std::string& out, std::string& fault) {
  Decimal d;
  if (!parse(text, d)) {
    fault = quoted(text) + " is no decimal number";
    return false;
  }
  if (d.fraction.size() > static_cast<std::size_t>(decimals)) {
    fault = quoted(text) + " has more than " + std::to_string(decimals) + " decimals";
    return false;
  }
  if (d.whole.size() + static_cast<std::size_t>(decimals) > 18) {
    fault = quoted(text) + " is too large";
    return false;
  }
  append(d, out);
  return true;
}

bool append_canonical(const MapField& field, std::string_view value, std::string_view aux,
                      std::string_view currency, const CodeWords* words, std::string& out,
                      std::string& fault) {
  const auto start = out.size();
  const auto undo = [&](std::string why) {
    out.resize(start);
    fault = std::move(why);
    return false;
  };
  switch (field.codec) {
    case Codec::date:
      out.push_back('"');
      if (!append_date(value, out)) {
        return undo(quoted(value) + " is no date");
      }
      out.push_back('"');
      return true;
    case Codec::instant:
      out.push_back('"');
      if (!append_date(value, out)) {
        return undo(quoted(value) + " is no date");
      }
      if (!append_time(aux, out)) {
        return undo(quoted(aux) + " is no time");
      }
      out.push_back('"');
      return true;
    case Codec::quantity: {
      out += R"({"value":")";
      if (!append_decimal(value, 4, out, fault)) {
        out.resize(start);
        return false;
      }
      std::string_view unit = aux.empty() ? std::string_view("EA") : aux;
      if (words != nullptr) {
        for (const auto& [code, word] : *words) {
          if (code == unit) {
            unit = word;
            break;
          }
        }
      }
      append_word(R"(","uom":)", unit, out);
      return true;
    }
    case Codec::price:
    case Codec::money:
      out += R"({"amount":")";
      if (!append_decimal(value, field.codec == Codec::price ? 6 : 4, out, fault)) {
        out.resize(start);
        return false;
      }
      append_word(R"(","currency":)", currency, out);
      return true;
    case Codec::cents: {
      std::string_view digits = value;
      bool negative = aux == "A";
      if (!digits.empty() && digits[0] == '-') {
        negative = !negative;
        digits.remove_prefix(1);
      }
      while (digits.size() > 1 && digits[0] == '0') {
        digits.remove_prefix(1);
      }
      if (!all_digits(digits) || digits.size() > 15) {
        return undo(quoted(value) + " is no amount in cents");
      }
      out += R"({"amount":")";
      if (negative && digits != "0") {
        out.push_back('-');
      }
      if (digits.size() > 2) {
        out += digits.substr(0, digits.size() - 2);
      } else {
        out.push_back('0');
      }
      const std::string_view hundredths =
          digits.size() >= 2 ? digits.substr(digits.size() - 2) : digits;
      if (digits.size() == 1) {
        if (digits != "0") {
          out += ".0";
          out += digits;
        }
      } else if (hundredths != "00") {
        out.push_back('.');
        out += hundredths[1] == '0' ? hundredths.substr(0, 1) : hundredths;
      }
      append_word(R"(","currency":)", currency, out);
      return true;
    }
    case Codec::whole: {
      Decimal d;
      if (!parse(value, d) || !d.fraction.empty() || d.whole.size() > 18) {
        return undo(quoted(value) + " is no whole number");
      }
      append(d, out);
      return true;
    }
    case Codec::decimal:
      out.push_back('"');
      if (!append_decimal(value, 6, out, fault)) {
        out.resize(start);
        return false;
      }
      out.push_back('"');
      return true;
    case Codec::code: {
      for (const auto& [code, word] : *words) {
        if (code == value || code == "*") {
          append_json_string(code == "*" && word == "*" ? value : std::string_view(word), out);
          return true;
        }
      }
      return undo(quoted(value) + " is not in the code list " + field.list);
    }
    case Codec::flag:
      out += value == field.fixed ? "true" : "false";
      return true;
    case Codec::grams: {
      Decimal d;
      const auto unit = std::find_if(std::begin(kWeights), std::end(kWeights),
                                     [&](const WeightUnit& u) { return u.code == aux; });
      if (!parse(value, d) || d.whole.size() > 6 || d.fraction.size() > 6) {
        return undo(quoted(value) + " is no weight");
      }
      if (unit == std::end(kWeights)) {
        return undo(quoted(aux) + " is no unit of weight that is known here");
      }
      std::int64_t whole = 0;
      for (const char c : d.whole) {
        whole = whole * 10 + (c - '0');
      }
      std::int64_t millionths = 0;
      for (std::size_t i = 0; i < 6; ++i) {
        millionths = millionths * 10 + (i < d.fraction.size() ? d.fraction[i] - '0' : 0);
      }
      const auto micrograms = whole * unit->micrograms + millionths * unit->micrograms / 1'000'000;
      const auto grams = (micrograms + 500'000) / 1'000'000;
      out += std::to_string(grams);
      return true;
    }
    default:
      append_json_string(value, out);
      return true;
  }
}

bool to_element(const MapField& field, const CanonicalValue& value, std::string_view currency,
                const CodeWords* words, std::string& out, std::string& aux, std::string& fault) {
  out.clear();
  aux.clear();
  switch (field.codec) {
    case Codec::date:
    case Codec::instant: {
      const auto text = value.text;
      const bool is_date = text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
                           all_digits(text.substr(0, 4)) && all_digits(text.substr(5, 2)) &&
                           all_digits(text.substr(8, 2));
      if (!is_date || (field.codec == Codec::date && text.size() != 10)) {
        fault = quoted(text) + " is no day such as 2026-11-24";
        return false;
      }
      out.append(text.substr(0, 4)).append(text.substr(5, 2)).append(text.substr(8, 2));
      if (field.codec == Codec::date) {
        return true;
      }
      if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z' ||
          !all_digits(text.substr(11, 2)) || !all_digits(text.substr(14, 2)) ||
          !all_digits(text.substr(17, 2))) {
        fault = quoted(text) + " is no time such as 2026-11-24T11:06:30Z";
        return false;
      }
      aux.append(text.substr(11, 2)).append(text.substr(14, 2));
      if (text.substr(17, 2) != "00") {
        aux.append(text.substr(17, 2));
      }
      return true;
    }
    case Codec::quantity:
      aux = value.word;
      if (words != nullptr) {
        for (const auto& [code, word] : *words) {
          if (word == value.word) {
            aux = code;
            break;
          }
        }
      }
      return append_decimal(value.text, 4, out, fault);
    case Codec::price:
    case Codec::money:
      if (!value.word.empty() && !currency.empty() && value.word != currency) {
        fault = "is in " + std::string(value.word) + " where the document is in " +
                std::string(currency);
        return false;
      }
      return append_decimal(value.text, field.codec == Codec::price ? 6 : 4, out, fault);
    case Codec::cents: {
      if (!value.word.empty() && !currency.empty() && value.word != currency) {
        fault = "is in " + std::string(value.word) + " where the document is in " +
                std::string(currency);
        return false;
      }
      Decimal d;
      if (!parse(value.text, d) || d.fraction.size() > 2 || d.whole.size() > 13) {
        fault = quoted(value.text) + " is no amount with at most two decimals";
        return false;
      }
      if (field.aux != 0) {
        aux = d.negative ? "A" : "C";
      } else if (d.negative) {
        out.push_back('-');
      }
      std::string digits(d.whole);
      digits += d.fraction;
      digits.append(2 - d.fraction.size(), '0');
      const auto first = digits.find_first_not_of('0');
      out += first == std::string::npos ? "0" : digits.substr(first);
      return true;
    }
    case Codec::code: {
      for (const auto& [code, word] : *words) {
        if (word == value.text && code != "*") {
          out = code;
          return true;
        }
        if (code == "*" && word == "*") {
          out = value.text;
          return true;
        }
      }
      if (field.only) {
        return true;
      }
      fault = quoted(value.text) + " is not in the code list " + field.list;
      return false;
    }
    case Codec::flag:
      if (value.is_true) {
        out = field.fixed;
      }
      return true;
    case Codec::grams: {
      Decimal d;
      if (!parse(value.text, d) || !d.fraction.empty() || d.whole.size() > 9) {
        fault = quoted(value.text) + " is no weight in grams";
        return false;
      }
      std::string digits = d.whole.size() < 4 ? std::string(4 - d.whole.size(), '0') : "";
      digits += d.whole;
      digits.insert(digits.size() - 3, ".");
      aux = "KG";
      return append_decimal(digits, 3, out, fault);
    }
    case Codec::whole:
    case Codec::decimal: {
      Decimal d;
      if (!parse(value.text, d) || (field.codec == Codec::whole && !d.fraction.empty())) {
        fault = quoted(value.text) + " is no number that fits";
        return false;
      }
      append(d, out);
      return true;
    }
    default:
      out = field.last != 0 && value.text.size() > field.last
                ? value.text.substr(value.text.size() - field.last)
                : value.text;
      return true;
  }
}

}  // namespace crossdock::x12
