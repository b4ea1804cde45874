#include "host/app/scenario_ports.hpp"

#include "host/app/configuration.hpp"
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
                              scenario::Faults& faults) {
    Problems problems;
    settings = read_configuration(file, problems).settings;
    hand_over(problems, faults);
  };
  return out;
}

}  // namespace crossdock::host::app
