// Interchanges of retailer north for tests: sets are given without SE and its count.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace crossdock::support {

// One group; each set is its type and the segments between ST and SE, each with its '~'.
inline std::string from_north(const std::string& functional_id,
                              const std::vector<std::pair<std::string, std::string>>& sets,
                              int control = 7, const std::string& ta1 = {}, char wants_ta1 = '0') {
  const std::string number = "00000000" + std::to_string(control);
  const std::string isa13 = number.substr(number.size() - 9);
  std::string out =
      "ISA*00*          *00*          *01*000000011      *01*000000001      "
      "*261123*0915*^*00501*" +
      isa13 + "*" + wants_ta1 + "*T*>~" + ta1;
  if (!sets.empty()) {
    out += "GS*" + functional_id + "*000000011*000000001*20261123*0915*" + std::to_string(control) +
           "*X*005010~";
    int set_number = 0;
    for (const auto& [type, body] : sets) {
      int segments = 2;
      for (const char c : body) {
        segments += c == '~' ? 1 : 0;
      }
      const auto st02 = "000" + std::to_string(++set_number);
      out += "ST*" + type + "*" + st02 + "~" + body + "SE*" + std::to_string(segments) + "*" +
             st02 + "~";
    }
    out += "GE*" + std::to_string(sets.size()) + "*" + std::to_string(control) + "~";
  }
  return out + "IEA*" + (sets.empty() ? "0" : "1") + "*" + isa13 + "~";
}

inline std::string order_850(const std::string& po, const std::string& unit = "EA") {
  return "BEG*00*SA*" + po + "**20261123~N1*ST*Receiving Dock*92*DC1~N3*700 Lake Street~" +
         "N4*Chicago*IL*60601*US~PO1*1*5*" + unit + "*10.90**VP*SKU-001~CTT*1~";
}

}  // namespace crossdock::support
