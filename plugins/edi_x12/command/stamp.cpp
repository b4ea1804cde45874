#include "plugins/edi_x12/command/stamp.hpp"

#include <ctime>

namespace crossdock::x12::command {

void Stamp::add_to(CLI::App& command, const std::string& control_help, const std::string& at_help) {
  command.add_option("--control", control, control_help)
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{999'999'999}))
      ->capture_default_str();
  command.add_option("--at", at, at_help)->check([](const std::string& text) {
    return text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos
               ? std::string()
               : "\"" + text + "\" is not CCYYMMDDHHMM";
  });
}

std::string Stamp::instant() const {
  if (!at.empty()) {
    return at;
  }
  const std::time_t seconds = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[16];
  std::strftime(text, sizeof text, "%Y%m%d%H%M", &utc);
  return text;
}

}  // namespace crossdock::x12::command
