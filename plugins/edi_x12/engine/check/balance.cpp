#include "plugins/edi_x12/engine/check/balance.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <utility>

#include "plugins/edi_x12/engine/check/values.hpp"
#include "plugins/edi_x12/engine/reader/envelope.hpp"

namespace crossdock::x12 {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// An element as a number of at most seven digits without leading zeros; 0 for every other text.
// Eight bytes are read, as behind every segment they may be.
inline std::uint64_t small_number(std::string_view text) {
  if (text.size() - 1 >= 7 || text[0] == '0') {
    return 0;
  }
  const auto moved = 8 * (8 - text.size());
  const std::uint64_t word = word_at(text.data()) << moved | (0x3030303030303030U >> (64 - moved));
  return are_digits(word) ? number_of(word) : 0;
}

// Eighteen digits; never 0.
std::uint64_t sscc_number(std::string_view sscc) {
  return 1 +
         (number_of(word_at(sscc.data())) * 100'000'000 + number_of(word_at(sscc.data() + 8))) *
             100 +
         number_of(word_at(sscc.data() + 10)) % 100;
}

// So many digits, but not with this check digit.
bool is_wrong(const Gs1Key& key) { return key.digits && !key.checks; }

std::string numbered(std::string_view segment, std::size_t element) {
  return std::string(segment) + (element < 10 ? "0" : "") + std::to_string(element);
}

}  // namespace

const Balance::Lines Balance::kLines[8] = {
    {"850", key_of("PO1"), key_of("PO1"), 2},
    {"855", key_of("PO1"), key_of("PO1"), 2},
    {"860", key_of("POC"), 0, 0},
    {"865", key_of("POC"), 0, 0},
    {"810", key_of("IT1"), key_of("IT1"), 2},
    {"856", key_of("HL"), key_of("SN1"), 2},
    {"846", key_of("LIN"), 0, 0},
    {"832", key_of("LIN"), 0, 0},
};

const Balance::Total Balance::kTotals[5] = {
    {"940", key_of("W76"), key_of("W01"), 1}, {"943", key_of("W03"), key_of("W04"), 1},
    {"944", key_of("W14"), key_of("W07"), 1}, {"945", key_of("W03"), key_of("W12"), 3},
    {"875", key_of("G76"), key_of("G68"), 1},
};

Balance::Balance(Tell tell) : tell_(std::move(tell)) {}

const Balance::Lines* Balance::lines_of(std::string_view set_type) {
  const auto* found = std::find_if(std::begin(kLines), std::end(kLines),
                                   [&](const Lines& one) { return one.set == set_type; });
  return found == std::end(kLines) ? nullptr : found;
}

const Balance::Total* Balance::total_of(std::string_view set_type) {
  const auto* found = std::find_if(std::begin(kTotals), std::end(kTotals),
                                   [&](const Total& one) { return one.set == set_type; });
  return found == std::end(kTotals) ? nullptr : found;
}

std::uint16_t Balance::roles(std::string_view set_type, std::uint32_t key) {
  unsigned out = 0;
  out |= key == key_of("HL") ? kLevel : 0;
  out |= key == key_of("MAN") ? kMarks : 0;
  out |= key == key_of("N1") ? kName : 0;
  out |= key == key_of("TD1") ? kPackaging : 0;
  out |= key == key_of("SE") ? kEnd : 0;
  out |= key == key_of("PO4") && set_type == "856" ? kInner : 0;
  if (const auto* lines = lines_of(set_type)) {
    out |= key == lines->line ? kLine : 0;
    out |= key == lines->quantity_segment ? kQuantity : 0;
    out |= key == key_of("CTT") ? kCount : 0;
  }
  if (const auto* total = total_of(set_type)) {
    out |= key == total->line ? kTotalLine : 0;
    out |= key == total->total ? kTotal : 0;
  }
  return static_cast<std::uint16_t>(out);
}

bool Balance::to_e4(std::string_view decimal, std::int64_t& out) {
  const bool negative = decimal.starts_with('-');
  decimal.remove_prefix(negative ? 1 : 0);
  const auto point = decimal.find('.');
  const auto whole = decimal.substr(0, point);
  auto part = point == std::string_view::npos ? std::string_view() : decimal.substr(point + 1);
  if (whole.size() > 12 || !all_digits(whole) || !all_digits(part)) {
    return false;
  }
  while (part.ends_with('0')) {
    part.remove_suffix(1);
  }
  if (part.size() > 4) {
    return false;
  }
  std::int64_t value = 0;
  for (const char c : whole) {
    value = value * 10 + (c - '0');
  }
  for (std::size_t i = 0; i < 4; ++i) {
    value = value * 10 + (i < part.size() ? part[i] - '0' : 0);
  }
  out = negative ? -value : value;
  return true;
}

void Balance::Sum::add(std::string_view decimal) {
  std::int64_t value = 0;
  if (decimal.empty()) {
    return;
  }
  // Whole numbers of a few digits are nearly all there are.
  value = static_cast<std::int64_t>(small_number(decimal)) * 10'000;
  if (value == 0 && !to_e4(decimal, value)) {
    known = false;
    return;
  }
  known = known && !__builtin_add_overflow(e4, value, &e4);
}

std::string Balance::Sum::text() const {
  const auto magnitude = e4 < 0 ? -static_cast<std::uint64_t>(e4) : static_cast<std::uint64_t>(e4);
  std::string out = (e4 < 0 ? "-" : "") + std::to_string(magnitude / 10'000);
  if (magnitude % 10'000 != 0) {
    std::string part = std::to_string(10'000 + magnitude % 10'000).substr(1);
    part.erase(part.find_last_not_of('0') + 1);
    out += "." + part;
  }
  return out;
}

void Balance::begin(std::string_view set_type) {
  type_ = set_type;
  counted_ = lines_of(set_type);
  totalled_ = total_of(set_type);
  lines_ = 0;
  quantity_ = declared_lines_ = Sum{};
  last_level_ = 0;
  levels_in_order_ = true;
  levels_.clear();
  ssccs_.clear();
  cartons_ = -1;
  packs_ = 0;
  in_shipment_level_ = false;
  is_notice_ = set_type == "856";
  packing_.begin();
}

void Balance::segment(const SegmentView& s, std::uint16_t roles) {
  if ((roles & kLevel) != 0) {
    hierarchy(s);
  }
  lines_ += (roles & kLine) != 0 ? 1 : 0;
  if ((roles & kQuantity) != 0) {
    quantity_.add(s.at(counted_->quantity_element));
    if (is_notice_) {
      packing_.shipped(s.at(2));
    }
  }
  if ((roles & kInner) != 0) {
    packing_.packed(s.at(1), s.at(14));
  }
  if ((roles & kMarks) != 0) {
    marks_and_numbers(s);
  }
  if ((roles & (kName | kPackaging | kCount | kTotalLine | kTotal | kEnd)) == 0) {
    return;
  }
  if ((roles & kName) != 0) {
    name(s);
  }
  if ((roles & kPackaging) != 0) {
    packaging(s);
  }
  if ((roles & kCount) != 0) {
    counted(s);
  }
  if ((roles & kTotalLine) != 0) {
    declared_lines_.add(s.at(totalled_->element));
  }
  if ((roles & kTotal) != 0) {
    totalled(s);
  }
  if ((roles & kEnd) != 0) {
    if (const auto differs = packing_.end()) {
      tell_(Code::quantity_differs, s, 0, *differs, {});
    }
    end_shipment(s);
  }
}

void Balance::name(const SegmentView& n1) {
  const auto number = n1.at(4);
  if (number.size() == 13 && key_of(n1.at(3)) == key_of("UL") && is_wrong(read_gs1_key(number))) {
    tell_(Code::check_digit, n1, 4,
          "N104 " + std::string(number) + " is no GLN: its check digit is wrong", number);
  }
}

void Balance::packaging(const SegmentView& td1) {
  std::int64_t count = 0;
  const auto text = td1.at(2);
  if (in_shipment_level_ && td1.at(1).starts_with("CTN") &&
      std::from_chars(text.data(), text.data() + text.size(), count).ec == std::errc{}) {
    cartons_ = std::max<std::int64_t>(cartons_, 0) + count;
  }
}

void Balance::counted(const SegmentView& s) {
  std::int64_t declared = 0;
  if (to_e4(s.at(1), declared) && !s.at(1).empty() &&
      declared != static_cast<std::int64_t>(lines_) * 10'000) {
    tell_(Code::count_differs, s, 1,
          "CTT01 says " + std::string(s.at(1)) + " where the set has " + std::to_string(lines_) +
              (type_ == "856" ? " HL levels" : " lines"),
          s.at(1));
  }
  if (counted_->quantity_element != 0 && !s.at(2).empty() && quantity_.known &&
      to_e4(s.at(2), declared) && declared != quantity_.e4) {
    tell_(Code::count_differs, s, 2,
          "CTT02 says " + std::string(s.at(2)) + " where the lines add up to " + quantity_.text(),
          s.at(2));
  }
}

void Balance::totalled(const SegmentView& s) {
  std::int64_t declared = 0;
  if (declared_lines_.known && !s.at(1).empty() && to_e4(s.at(1), declared) &&
      declared != declared_lines_.e4) {
    tell_(Code::count_differs, s, 1,
          numbered(s.id(), 1) + " says " + std::string(s.at(1)) + " where the lines add up to " +
              declared_lines_.text(),
          s.at(1));
  }
}

// From here on, ids are kept one by one.
void Balance::keep_levels() {
  levels_in_order_ = false;
  for (std::uint64_t id = 1; id <= last_level_; ++id) {
    (void)levels_.insert(std::to_string(id));
  }
}

void Balance::hierarchy(const SegmentView& hl) {
  const auto id = hl.at(1);
  const auto parent = hl.at(2);
  if (levels_in_order_) {
    // An empty parent counts as 0 here.
    const std::uint64_t above = small_number(parent);
    if (small_number(id) == last_level_ + 1 && above <= last_level_ &&
        (above != 0 || parent.empty())) {
      ++last_level_;
      begin_level(hl);
      return;
    }
    keep_levels();
  }
  if (!parent.empty() && !levels_.full() && !levels_.contains(parent)) {
    tell_(Code::hierarchy, hl, 2,
          "HL02 names the parent " + std::string(parent.substr(0, 12)) +
              ", which no HL before this one has as its id",
          parent);
  }
  if (!id.empty() && !levels_.insert(id)) {
    tell_(Code::hierarchy, hl, 1,
          "HL01 " + std::string(id.substr(0, 12)) + " is the id of an earlier HL of the set too",
          id);
  }
  begin_level(hl);
}

void Balance::begin_level(const SegmentView& hl) {
  const auto level = hl.at(3);
  const char code = level.size() == 1 ? level[0] : '\0';
  if (is_notice_) {
    if (const auto differs = packing_.level(hl.at(1), hl.at(2), level)) {
      tell_(Code::quantity_differs, hl, 0, *differs, {});
    }
  }
  in_shipment_level_ = code == 'S';
  if (in_shipment_level_) {
    end_shipment(hl);
  }
  packs_ += code == 'P' ? 1 : 0;
}

// What TD1 of a shipment declares against the packs that follow it. A shipment without packs (its
// items lie loose or are not told apart) declares what it likes.
void Balance::end_shipment(const SegmentView& at) {
  if (cartons_ >= 0 && packs_ > 0 && cartons_ != packs_) {
    tell_(Code::quantity_differs, at, 0,
          "TD102 of the shipment declares " + std::to_string(cartons_) + " cartons, " +
              std::to_string(packs_) + " packs (HL03 = P) follow",
          {});
  }
  cartons_ = -1;
  packs_ = 0;
}

void Balance::marks_and_numbers(const SegmentView& man) {
  // MAN01 and MAN02, and once more MAN04 and MAN05; GM and AA are an SSCC-18, SSCC-20 has its
  // application identifier 00 before it.
  for (const std::size_t at : {std::size_t{1}, std::size_t{4}}) {
    auto number = man.at(at + 1);
    const auto qualifier = key_of(man.at(at));
    if ((qualifier != key_of("GM") && qualifier != key_of("AA")) || number.empty()) {
      continue;
    }
    if (number.size() == 20 && number.starts_with("00")) {
      number.remove_prefix(2);
    }
    const Gs1Key sscc = number.size() == 18 ? read_gs1_key(number) : Gs1Key{};
    if (!sscc.checks) {
      tell_(Code::check_digit, man, at + 1,
            numbered("MAN", at + 1) + " is no SSCC: " +
                (!sscc.digits ? "eighteen digits must stand there" : "its check digit is wrong"),
            man.at(at + 1));
    } else if (!ssccs_.insert(sscc_number(number))) {
      tell_(Code::sscc_repeated, man, at + 1,
            "the SSCC " + std::string(number) + " marks an earlier pack of the set too",
            man.at(at + 1));
    }
  }
}

void Balance::products(const SegmentView& s, std::uint64_t qualifiers) {
  for (; qualifiers != 0; qualifiers &= qualifiers - 1) {
    const auto element = static_cast<std::size_t>(std::countr_zero(qualifiers)) + 1;
    if (element >= s.count || s.marks[element] - s.marks[element - 1] != 3) {
      continue;
    }
    // UPC-A, GTIN-14, EAN-13, EAN-8. Other lengths under these are numbers without a check digit.
    const auto qualifier = word_at(s.base + s.marks[element - 1] + 1) & 0xffff;
    const std::size_t digits = qualifier == key_of("UP")   ? 12
                               : qualifier == key_of("UK") ? 14
                               : qualifier == key_of("EN") ? 13
                               : qualifier == key_of("EO") ? 8
                                                           : 0;
    const auto number = s.at(element + 1);
    if (digits != 0 && number.size() == digits && is_wrong(read_gs1_key(number))) {
      tell_(Code::check_digit, s, element + 1,
            numbered(s.id(), element + 1) + " " + std::string(number) +
                " is no GTIN: its check digit is wrong",
            number);
    }
  }
}

}  // namespace crossdock::x12
