#include "sdk/conformance/looks.hpp"

#include <crossdock/abi.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "crossdock/canonical/message_types.hpp"
#include "sdk/plugin/exports.hpp"
#include "sdk/plugin/linkage.hpp"

namespace crossdock::conformance {
namespace {

namespace json = boost::json;

// "crossdock.poll/1": a name, a slash, a revision.
bool is_extension(const std::string& text) {
  const auto slash = text.find('/');
  return slash != std::string::npos && slash > 0 && slash + 1 < text.size() &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(slash) + 1, text.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Semantic Versioning 2.0.0, section 2: three numbers, and more after a hyphen or a plus.
bool is_version(const std::string& text) {
  int dots = 0;
  bool digit = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digit = true;
    } else if (c == '.' && digit) {
      ++dots;
      digit = false;
    } else {
      return (c == '-' || c == '+') && dots == 2 && digit;
    }
  }
  return dots == 2 && digit;
}

void check_types(const std::vector<std::string>& types, const char* key,
                 std::vector<std::string>& faults) {
  for (const auto& type : types) {
    const bool ours = type.starts_with("crossdock.");
    if (ours && canonical::entity_of(type) == nullptr) {
      faults.push_back(std::string(key) + " lists " + type +
                       ", which the canonical model does not have; types of your own begin with "
                       "your own name");
    } else if (!ours && type.find('.') == std::string::npos) {
      faults.push_back(std::string(key) + " lists " + type +
                       "; a message type is like acme.sales.quote.made.v1");
    }
    if (std::count(types.begin(), types.end(), type) > 1) {
      faults.push_back(std::string(key) + " lists " + type + " twice");
    }
  }
}

}  // namespace

std::vector<std::string> faults_of_manifest(const plugin::Manifest& manifest) {
  std::vector<std::string> faults;
  if (manifest.vendor.empty()) {
    faults.emplace_back("vendor is empty; an operator must know whose it is");
  }
  if (manifest.description.empty()) {
    faults.emplace_back("description is empty; say in one line what it connects");
  }
  if (!is_version(manifest.version)) {
    faults.push_back("version is \"" + manifest.version + "\"; it must be like 1.4.0");
  }
  if (manifest.takes.empty() && manifest.gives.empty()) {
    faults.emplace_back(
        "takes and gives are both empty; it would never be given or asked anything");
  }
  check_types(manifest.takes, "takes", faults);
  check_types(manifest.gives, "gives", faults);
  for (const auto& extension : manifest.extensions) {
    if (!is_extension(extension)) {
      faults.push_back("extensions lists \"" + extension + "\"; it must be like crossdock.poll/1");
    }
  }
  const auto value = json::parse(manifest.json);
  const auto& object = value.get_object();
  const auto* canonical = object.if_contains("canonical");
  if (canonical == nullptr || !canonical->is_array() || canonical->get_array().empty()) {
    faults.emplace_back(
        "canonical is missing; list the major versions of the model it knows: [\"1\"]");
  }
  if (object.if_contains("max_in_flight") == nullptr) {
    faults.emplace_back("max_in_flight is missing; say how many messages may be out at once");
  }
  if (auto mismatch = plugin::abi_mismatch(manifest); !mismatch.empty()) {
    faults.push_back("it " + mismatch);
  }
  return faults;
}

std::vector<std::string> faults_of_exports(std::string_view library) {
  std::string reason;
  const auto exports = plugin::exports_of(library, reason);
  if (!exports) {
    return {reason};
  }
  std::vector<std::string> faults;
  bool entry = false;
  std::size_t others = 0;
  for (const auto& one : *exports) {
    if (one.name == XD_ENTRY_NAME) {
      entry = true;
    } else if (++others <= 10) {
      faults.push_back("it exports " + one.name + (one.unique ? " (GNU unique)" : "") +
                       "; link with the SDK's version script, so that nothing but " XD_ENTRY_NAME
                       " leaves the library");
    }
  }
  if (others > 10) {
    faults.push_back("and " + std::to_string(others - 10) + " names more");
  }
  if (!entry) {
    faults.emplace_back("it does not export " XD_ENTRY_NAME);
  }
  return faults;
}

std::vector<std::string> faults_of_linkage(std::string_view library) {
  const auto fault = plugin::linkage_fault(library);
  return fault.empty() ? std::vector<std::string>() : std::vector<std::string>{"it " + fault};
}

}  // namespace crossdock::conformance
