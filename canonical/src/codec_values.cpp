// How the value types are written and read: the parts of the codec that need no description.
#include "canonical/src/codec_impl.hpp"
#include "crossdock/canonical/plain_text.hpp"

namespace crossdock::canonical::detail {
namespace {

// An object of a decimal text and a word, the form that quantities and amounts share. A decimal
// needs no escape, so all around it is written in two pieces.
struct DecimalForm {
  const char* number;
  const char* word;
  int decimals;
  std::string_view before_number;
  std::string_view before_word;
};

bool read_decimal(const json::value& in, const DecimalForm& form, std::int64_t& scaled,
                  std::string& word, const Place& place) {
  const auto* object = in.if_object();
  if (object == nullptr) {
    place.fault("is " + shown(in) + "; expected {\"" + form.number + "\": \"1.5\", \"" + form.word +
                "\": ...}");
    return false;
  }
  const auto* number = object->if_contains(form.number);
  const auto* text = number == nullptr ? nullptr : number->if_string();
  if (text == nullptr) {
    place.member(form.number)
        .fault(number == nullptr ? "is missing"
                                 : "is " + shown(*number) + "; expected a decimal number as text");
    return false;
  }
  const auto parsed = parse_decimal({text->data(), text->size()}, form.decimals);
  if (!parsed) {
    place.member(form.number)
        .fault("is " + shown(*number) + "; expected a decimal number with at most " +
               std::to_string(form.decimals) + " decimals");
    return false;
  }
  scaled = *parsed;
  if (const auto* found = object->if_contains(form.word)) {
    read(*found, word, place.member(form.word));
  } else {
    place.member(form.word).fault("is missing");
  }
  return true;
}

void write_decimal(const DecimalForm& form, std::string_view number, std::string_view word,
                   std::string& out) {
  out += form.before_number;
  out += number;
  out += form.before_word;
  write_string(word, out);
  out.push_back('}');
}

constexpr DecimalForm kQuantity{"value", "uom", 4, R"({"value":")", R"(","uom":)"};
constexpr DecimalForm kUnitPrice{"amount", "currency", 6, R"({"amount":")", R"(","currency":)"};
constexpr DecimalForm kMoney{"amount", "currency", 4, R"({"amount":")", R"(","currency":)"};

}  // namespace

std::string shown(const json::value& value) {
  std::string text = json::serialize(value);
  constexpr std::size_t kMost = 60;
  if (text.size() > kMost) {
    text.resize(kMost);
    text += "...";
  }
  return text;
}

void write_string(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  for (std::size_t at = 0;;) {
    const auto plain = plain_bytes(text, at);
    out.append(text, at, plain);
    at += plain;
    if (at == text.size()) {
      break;
    }
    const char c = text[at++];
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  out.push_back('"');
}

void write(double value, std::string& out) { out += json::serialize(json::value(value)); }
void write(const Quantity& value, std::string& out) {
  write_decimal(kQuantity, decimal_text(value.e4, 4), value.uom, out);
}
void write(const Money& value, std::string& out) {
  write_decimal(kMoney, to_string(value), value.currency, out);
}
void write(const UnitPrice& value, std::string& out) {
  write_decimal(kUnitPrice, to_string(value), value.currency, out);
}

void read(const json::value& in, std::string& out, const Place& place) {
  if (const auto* text = in.if_string()) {
    out.assign(text->data(), text->size());
  } else {
    place.fault("is " + shown(in) + "; expected text");
  }
}
void read(const json::value& in, bool& out, const Place& place) {
  if (const auto* flag = in.if_bool()) {
    out = *flag;
  } else {
    place.fault("is " + shown(in) + "; expected true or false");
  }
}
void read(const json::value& in, std::int64_t& out, const Place& place) {
  if (const auto* number = in.if_int64()) {
    out = *number;
  } else {
    place.fault("is " + shown(in) + "; expected a whole number of 64 bits");
  }
}
void read(const json::value& in, double& out, const Place& place) {
  json::error_code error;
  const double number = in.to_number<double>(error);
  if (error || !std::isfinite(number)) {
    place.fault("is " + shown(in) + "; expected a number");
  } else {
    out = number;
  }
}
void read(const json::value& in, Instant& out, const Place& place) {
  const auto* text = in.if_string();
  const auto parsed = text == nullptr ? std::nullopt : parse_instant({text->data(), text->size()});
  if (!parsed) {
    place.fault("is " + shown(in) + "; expected a time such as 2026-11-24T11:06:30Z (RFC 3339)");
  } else {
    out = *parsed;
  }
}
void read(const json::value& in, LocalDate& out, const Place& place) {
  const auto* text = in.if_string();
  const auto parsed = text == nullptr ? std::nullopt : parse_date({text->data(), text->size()});
  if (!parsed) {
    place.fault("is " + shown(in) + "; expected a day such as 2026-11-24");
  } else {
    out = *parsed;
  }
}
void read(const json::value& in, Quantity& out, const Place& place) {
  read_decimal(in, kQuantity, out.e4, out.uom, place);
}
void read(const json::value& in, UnitPrice& out, const Place& place) {
  read_decimal(in, kUnitPrice, out.e6, out.currency, place);
}
void read(const json::value& in, Money& out, const Place& place) {
  std::int64_t e4 = 0;
  if (!read_decimal(in, kMoney, e4, out.currency, place)) {
    return;
  }
  std::int64_t divisor = 1;
  for (int i = minor_digits(out.currency); i < 4; ++i) {
    divisor *= 10;
  }
  if (e4 % divisor != 0) {
    place.member("amount").fault("has more decimals than " + out.currency + " has");
    return;
  }
  out.minor = e4 / divisor;
}

}  // namespace crossdock::canonical::detail
