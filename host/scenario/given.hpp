// From what a case is given to settings and to messages that come before it begins.
#pragma once

#include <boost/property_tree/ptree.hpp>
#include <functional>
#include <string>

#include "host/process/replay/then.hpp"
#include "host/process/settings.hpp"
#include "host/scenario/answers.hpp"
#include "host/scenario/cases.hpp"

namespace crossdock::host::scenario {

// How configuration becomes settings; the app's own reader, so that a scenario knows the same keys.
struct Ports {
  // From blocks (company, warehouse CODE, channel CODE, ...), over settings that are there already.
  std::function<void(const boost::property_tree::ptree& blocks, const std::string& file,
                     process::Settings& settings, Faults& faults)>
      read_blocks;
  // From an INFO file; `text` becomes what the processes read of it.
  std::function<void(const std::filesystem::path& file, process::Settings& settings,
                     std::string& text, Faults& faults)>
      read_configuration;
  // Blocks as INFO text, and settings back from such texts.
  std::function<std::string(const boost::property_tree::ptree& blocks)> to_text;
  process::ReadSettings read_texts;
};

// What the processes are told, and the texts that it is read from.
struct Configured {
  process::Settings settings;
  std::vector<std::string> texts;
};
Configured settings_of(const Node& given, const std::string& file, const Ports& ports,
                       Faults& faults);
process::SourcingRules rules_of(const Node& node, const std::string& file, const Ports& ports,
                                Faults& faults);
std::int64_t start_of(const Case& one);
// Sets what a block of answers says.
void read_answers(const Node& node, Answers& answers);

// A map in the form of INFO blocks: lists of words become one value, lists of blocks repeat their
// key (their `name` becomes the block's word).
boost::property_tree::ptree to_tree(const Node& node);

}  // namespace crossdock::host::scenario
