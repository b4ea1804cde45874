#include "host/app/scenario_ports.hpp"

#include "host/app/configuration.hpp"
#include "host/app/configuration_files.hpp"
#include "host/app/process_settings.hpp"

namespace crossdock::host::app {
namespace {

void hand_over(const Problems& problems, scenario::Faults& faults) {
  for (const auto& problem : problems) {
    faults.push_back({problem.file, 0, 0, problem.path, problem.message});
  }
}

}  // namespace

scenario::Ports scenario_ports() {
  scenario::Ports out;
  out.read_blocks = [](const boost::property_tree::ptree& blocks, const std::string& file,
                       process::Settings& settings, scenario::Faults& faults) {
    Problems problems;
    Section root(blocks, file, "", problems);
    bool company = false;
    read_process_blocks(root, settings, company);
    root.finish();
    hand_over(problems, faults);
  };
  out.read_configuration = [](const std::filesystem::path& file, process::Settings& settings,
                              std::string& text, scenario::Faults& faults) {
    Problems problems;
    const auto configuration = read_configuration(file, problems);
    settings = configuration.settings;
    text = configuration.processes;
    hand_over(problems, faults);
  };
  out.to_text = [](const boost::property_tree::ptree& blocks) {
    std::string text;
    for (const auto& [key, block] : blocks) {
      text += to_info(key, block);
    }
    return text;
  };
  out.read_texts = &settings_of_then;
  return out;
}

}  // namespace crossdock::host::app
