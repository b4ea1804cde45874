// Finds and parses the configuration's files: the main INFO file and, beside it, every *.info file
// of conf.d in the order of their names. Says file and line of each fault of syntax.
#pragma once

#include <boost/property_tree/ptree.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "host/app/section.hpp"

namespace crossdock::host::app {

struct ConfigurationFile {
  std::string path;
  boost::property_tree::ptree tree;
};

// Reads `main` and conf.d; a file that cannot be read or parsed becomes a Problem and is left out.
// Files above 4 MiB are refused.
std::vector<ConfigurationFile> read_configuration_files(const std::filesystem::path& main,
                                                        Problems& problems);

// A connector's own block as the JSON that its plugin receives: a leaf is a string, a block is an
// object whose own word becomes the member "name", a key that repeats becomes an array.
std::string info_to_json(const boost::property_tree::ptree& tree);

// A block as INFO text, and back; to_info of what from_info gave is the same text.
std::string to_info(const std::string& key, const boost::property_tree::ptree& block);
boost::property_tree::ptree from_info(const std::string& text, const std::string& file,
                                      Problems& problems);

}  // namespace crossdock::host::app
