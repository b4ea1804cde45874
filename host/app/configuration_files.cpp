#include "host/app/configuration_files.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/property_tree/info_parser.hpp>
#include <fstream>
#include <sstream>

namespace crossdock::host::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
constexpr std::uintmax_t kLargestFile = 4u << 20;

void read_one(const fs::path& path, std::vector<ConfigurationFile>& files, Problems& problems) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) {
    problems.push_back({path.string(), "", "cannot be read: " + error.message()});
    return;
  }
  if (size > kLargestFile) {
    problems.push_back({path.string(), "", "is larger than 4 MiB; a configuration is not"});
    return;
  }
  ConfigurationFile file{path.string(), {}};
  try {
    boost::property_tree::read_info(path.string(), file.tree);
    files.push_back(std::move(file));
  } catch (const boost::property_tree::info_parser_error& fault) {
    const std::string where = fault.filename().empty() ? path.string() : fault.filename();
    problems.push_back({where + (fault.line() != 0 ? ":" + std::to_string(fault.line()) : ""), "",
                        "is not well-formed INFO: " + fault.message()});
  }
}

json::value to_value(const boost::property_tree::ptree& tree) {
  if (tree.empty()) {
    return json::value(tree.data());
  }
  json::object object;
  if (!tree.data().empty()) {
    object["name"] = tree.data();
  }
  for (const auto& [key, child] : tree) {
    auto value = to_value(child);
    if (tree.count(key) == 1) {
      object[key] = std::move(value);
      continue;
    }
    auto& slot = object[key];
    if (!slot.is_array()) {
      slot = json::array();
    }
    slot.as_array().push_back(std::move(value));
  }
  return object;
}

}  // namespace

std::vector<ConfigurationFile> read_configuration_files(const fs::path& main, Problems& problems) {
  std::vector<ConfigurationFile> files;
  read_one(main, files, problems);
  const fs::path folder = main.parent_path() / "conf.d";
  std::error_code error;
  std::vector<fs::path> more;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".info" && !it->path().filename().string().starts_with('.')) {
      more.push_back(it->path());
    }
  }
  std::sort(more.begin(), more.end());
  for (const auto& path : more) {
    read_one(path, files, problems);
  }
  return files;
}

std::string to_info(const std::string& key, const boost::property_tree::ptree& block) {
  boost::property_tree::ptree root;
  root.push_back({key, block});
  std::ostringstream out;
  boost::property_tree::write_info(out, root);
  return out.str();
}

boost::property_tree::ptree from_info(const std::string& text, const std::string& file,
                                      Problems& problems) {
  boost::property_tree::ptree tree;
  std::istringstream in(text);
  try {
    boost::property_tree::read_info(in, tree);
  } catch (const boost::property_tree::info_parser_error& fault) {
    problems.push_back({file, "", "is not well-formed INFO: " + fault.message()});
  }
  return tree;
}

std::string info_to_json(const boost::property_tree::ptree& tree) {
  auto value = to_value(tree);
  if (!value.is_object()) {
    value = json::object();
  }
  return json::serialize(value);
}

}  // namespace crossdock::host::app
