#include "host/scenario/load.hpp"

#include <cstdlib>
#include <sstream>
#include <vector>

#include "host/scenario/form.hpp"

namespace crossdock::host::scenario {

std::string Load::filled(const std::string& text, std::uint64_t n) {
  std::string out;
  std::size_t from = 0;
  for (auto open = text.find("${"); open != std::string::npos; open = text.find("${", from)) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) {
      break;
    }
    out += text.substr(from, open - from);
    from = close + 1;
    std::istringstream words(text.substr(open + 2, close - open - 2));
    std::string what;
    words >> what;
    std::vector<std::string> rest;
    for (std::string word; words >> word;) {
      rest.push_back(word);
    }
    if (what == "n" && rest.empty()) {
      out += std::to_string(n);
    } else if (what == "any" && !rest.empty()) {
      out += rest[random_() % rest.size()];
    } else if (what == "number" && rest.size() == 2) {
      const auto least = std::strtoll(rest[0].c_str(), nullptr, 10);
      const auto most = std::strtoll(rest[1].c_str(), nullptr, 10);
      const auto span = most < least ? 1 : most - least + 1;
      out += std::to_string(least +
                            static_cast<long long>(random_() % static_cast<std::uint64_t>(span)));
    } else {
      out += text.substr(open, close + 1 - open);
    }
  }
  return out + text.substr(from);
}

Node Load::filled(const Node& step, std::uint64_t n) {
  Node out = step;
  if (out.is_scalar() && out.text.find("${") != std::string::npos) {
    out.text = filled(out.text, n);
    out.quoted = false;  // quotes were needed for the braces; what came of it may be a number
  }
  for (auto& [key, value] : out.members) {
    value = filled(value, n);
    if (key.find("${") != std::string::npos) {
      key = filled(key, n);
    }
  }
  for (auto& item : out.items) {
    item = filled(item, n);
  }
  return out;
}

void check_loads(const Node& steps, const std::string& path, const std::string& file,
                 Faults& faults) {
  for (std::size_t i = 0; i < steps.items.size(); ++i) {
    const auto& step = steps.items[i];
    const auto at = path + "[" + std::to_string(i) + "]";
    for (const char* nested : {"concurrently", "permute"}) {
      if (const auto* list = step.find(nested)) {
        check_loads(*list, at + "." + nested, file, faults);
      }
    }
    const auto* many = step.find("many");
    const auto* written = many == nullptr ? nullptr : many->find("steps");
    if (written == nullptr) {
      continue;
    }
    Load first(1);
    for (std::size_t k = 0; k < written->items.size(); ++k) {
      Faults own;
      check_form(first.filled(written->items[k], 1), "step", file, own);
      for (auto& fault : own) {
        fault.path = at + ".many.steps[" + std::to_string(k) + "]" +
                     (fault.path.empty() ? "" : "." + fault.path);
        faults.push_back(std::move(fault));
      }
    }
  }
}

}  // namespace crossdock::host::scenario
