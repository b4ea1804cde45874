#include "tests/support/edi/traffic.hpp"

#include <cstdio>

namespace crossdock::support {
namespace {

std::string printed(const char* format, auto... values) {
  char out[512];
  std::snprintf(out, sizeof out, format, values...);
  return out;
}

std::string with_check_digit(std::string digits) {
  unsigned sum = 0, weight = 3;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    sum += weight * static_cast<unsigned>(*digit - '0');
    weight = 4 - weight;
  }
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

constexpr const char* kPlaces[][4] = {{"700 Lake Street", "Chicago", "IL", "60601"},
                                      {"12 River Road", "Nashville", "TN", "37201"},
                                      {"33 Harbor Way", "Boston", "MA", "02108"},
                                      {"44 Sound Avenue", "Seattle", "WA", "98101"}};
constexpr const char* kThings[] = {"Kettle, 1.7 l, stainless", "Garden hose 25 m",
                                   "Desk lamp with clamp", "Storage box, set of three",
                                   "Cutting board, bamboo"};

}  // namespace

Traffic::Traffic(std::uint64_t seed, std::uint64_t bytes, std::uint32_t interchanges)
    : random_(seed), bytes_of_interchange_(bytes / interchanges), interchanges_(interchanges) {}

std::uint64_t Traffic::number(std::uint64_t from, std::uint64_t to) {
  return from + random_() % (to - from + 1);
}

std::string Traffic::gtin() {
  return with_check_digit(
      printed("0614141%05llu", static_cast<unsigned long long>(number(0, 9999) * 7 % 100000))
          .substr(0, 11));
}

std::string Traffic::sscc() {
  return with_check_digit(printed("10614141%09llu", static_cast<unsigned long long>(++serial_)));
}

void Traffic::segment(std::string& set, const std::string& one) {
  set += one;
  set += "~\n";
  ++segments_;
}

std::string Traffic::closed(std::string set, const char* type) {
  ++sets_;
  ++in_group_;
  const auto control = static_cast<unsigned long long>(in_group_);
  std::string head = printed("ST*%s*%04llu~\n", type, control);
  set += printed("SE*%llu*%04llu~\n", static_cast<unsigned long long>(segments_) + 2, control);
  segments_ = 0;
  return head + set;
}

std::string Traffic::order() {
  std::string out;
  const auto po = static_cast<unsigned long long>(number(4500000000, 4599999999));
  segment(out, printed("BEG*00*SA*%llu**202611%02llu", po,
                       static_cast<unsigned long long>(number(10, 28))));
  segment(out, printed("REF*DP*%03llu", static_cast<unsigned long long>(number(1, 99))));
  segment(out, "REF*IA*100200");
  segment(out, "DTM*010*20261201");
  segment(out, "DTM*001*20261210");
  segment(out, "TD5*B*2*SIMP*M*Ground");
  for (const char* role : {"ST", "BT", "VN"}) {
    const auto& place = kPlaces[number(0, 3)];
    segment(out, printed("N1*%s*Receiving Dock %llu*92*%04llu", role,
                         static_cast<unsigned long long>(number(1, 40)),
                         static_cast<unsigned long long>(number(1, 9999))));
    segment(out, printed("N3*%s", place[0]));
    segment(out, printed("N4*%s*%s*%s*US", place[1], place[2], place[3]));
  }
  const auto lines = number(3, 25);
  for (std::uint64_t line = 1; line <= lines; ++line) {
    const auto quantity = static_cast<unsigned long long>(number(1, 480));
    segment(out, printed("PO1*%llu*%llu*EA*%llu.%02llu**VN*SKU-%05llu*UP*%s*IN*%07llu",
                         static_cast<unsigned long long>(line), quantity,
                         static_cast<unsigned long long>(number(1, 199)),
                         static_cast<unsigned long long>(number(0, 99)),
                         static_cast<unsigned long long>(number(1, 99999)), gtin().c_str(),
                         static_cast<unsigned long long>(number(1, 9999999))));
    segment(out, printed("PID*F*08***%s", kThings[number(0, 4)]));
    segment(out, printed("PO4*%llu", static_cast<unsigned long long>(number(1, 24))));
    if (number(1, 8) == 1) {
      segment(out, printed("SAC*A*C310***%llu", static_cast<unsigned long long>(number(50, 5000))));
    }
    if (number(1, 6) == 1) {
      std::string sdq = "SDQ*EA*92";
      for (int store = 1; store <= 8; ++store) {
        sdq += printed("*%04d*%llu", store * 7, static_cast<unsigned long long>(number(1, 60)));
      }
      segment(out, sdq);
    }
  }
  segment(out, printed("CTT*%llu", static_cast<unsigned long long>(lines)));
  return closed(std::move(out), "850");
}

std::string Traffic::notice() {
  std::string out;
  segment(out, printed("BSN*00*SHP%08llu*20261124*0915*0001",
                       static_cast<unsigned long long>(number(1, 99999999))));
  unsigned long long hl = 1;
  const auto packs = number(2, 12);
  segment(out, "HL*1**S");
  segment(out, printed("TD1*CTN25*%llu****G*%llu.%llu*LB", static_cast<unsigned long long>(packs),
                       static_cast<unsigned long long>(number(20, 900)),
                       static_cast<unsigned long long>(number(0, 9))));
  segment(out, "TD5*B*2*SIMP*M*Ground");
  segment(out, printed("REF*BM*%012llu", static_cast<unsigned long long>(number(1, 999999999))));
  segment(out, "DTM*011*20261124*0900");
  const auto& place = kPlaces[number(0, 3)];
  segment(out, "N1*SF*Newark Warehouse*92*EWR");
  segment(out, printed("N1*ST*Receiving Dock*92*%04llu",
                       static_cast<unsigned long long>(number(1, 9999))));
  segment(out, printed("N3*%s", place[0]));
  segment(out, printed("N4*%s*%s*%s*US", place[1], place[2], place[3]));
  segment(out, "HL*2*1*O");
  segment(out, printed("PRF*%llu***20261112",
                       static_cast<unsigned long long>(number(4500000000, 4599999999))));
  hl = 2;
  for (std::uint64_t pack = 0; pack < packs; ++pack) {
    const auto pack_hl = ++hl;
    segment(out, printed("HL*%llu*2*P", pack_hl));
    segment(out, printed("MAN*GM*00%s", sscc().c_str()));
    const auto items = number(1, 4);
    for (std::uint64_t item = 0; item < items; ++item) {
      segment(out, printed("HL*%llu*%llu*I", ++hl, pack_hl));
      segment(out, printed("LIN**VN*SKU-%05llu*UP*%s",
                           static_cast<unsigned long long>(number(1, 99999)), gtin().c_str()));
      segment(out, printed("SN1**%llu*EA", static_cast<unsigned long long>(number(1, 48))));
    }
  }
  segment(out, printed("CTT*%llu", hl));
  return closed(std::move(out), "856");
}

bool Traffic::next(std::string& piece) {
  const auto control = static_cast<unsigned long long>(interchange_);
  switch (part_) {
    case Part::head: {
      if (interchange_ == interchanges_) {
        return false;
      }
      const auto isa = static_cast<unsigned long long>(++interchange_);
      piece = printed(
          "ISA*00*          *00*          *01*000000011      *01*000000001      "
          "*261124*0915*^*00501*%09llu*0*P*>~\n",
          isa);
      piece += printed("GS*PO*000000011*000000001*20261124*0915*%llu*X*005010~\n", isa * 2 - 1);
      in_group_ = 0;
      written_ = piece.size();
      part_ = Part::orders;
      return true;
    }
    case Part::orders:
      piece = order();
      written_ += piece.size();
      if (written_ >= bytes_of_interchange_ / 2) {
        part_ = Part::between;
      }
      return true;
    case Part::between:
      piece =
          printed("GE*%llu*%llu~\n", static_cast<unsigned long long>(in_group_), control * 2 - 1);
      piece += printed("GS*SH*000000011*000000001*20261124*0915*%llu*X*005010~\n", control * 2);
      in_group_ = 0;
      part_ = Part::notices;
      return true;
    case Part::notices:
      piece = notice();
      written_ += piece.size();
      if (written_ >= bytes_of_interchange_) {
        part_ = Part::tail;
      }
      return true;
    default:
      piece = printed("GE*%llu*%llu~\n", static_cast<unsigned long long>(in_group_), control * 2);
      piece += printed("IEA*2*%09llu~\n", control);
      part_ = Part::head;
      return true;
  }
}

}  // namespace crossdock::support
