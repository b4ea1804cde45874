// The plugins as the host has them: what the folder holds, which version of each runs, and what an
// operator is shown of both. Decides nothing about connectors.
//
// Thread-safe; look() may take as long as new files take to be judged.
#pragma once

#include <boost/json.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "host/app/configuration.hpp"
#include "host/loader/catalogue.hpp"
#include "host/loader/choices.hpp"

namespace crossdock::host::app {

class Plugins {
 public:
  explicit Plugins(const Configuration& configuration);

  // Looks at the folder; true when something is different.
  bool look(bool settled_only);

  // The version that runs, or that is to run where none does yet.
  loader::Plugin running(const std::string& id) const;
  // The version that should run; differs from running() when a newer one has come.
  loader::Plugin wanted(const std::string& id) const;
  loader::Plugin previous(const std::string& id) const;
  // By version (the newest build of it) or by the beginning of its hash.
  loader::Plugin find(const std::string& id, const std::string& version) const;
  std::vector<std::string> ids() const;
  std::vector<loader::Refused> refused() const;

  void took(const loader::Plugin& plugin, const std::string& why);
  // `why` is shown beside the version until it is taken by hand.
  void avoid(const loader::Plugin& plugin, const std::string& why);
  void allow(const loader::Plugin& plugin);
  // What the operator should know of a version that is there and does not run.
  void remark(const std::string& id, const std::string& text);

  boost::json::object list() const;  // {"plugins": [...], "refused": [...]}
  boost::json::object one(const loader::Plugin& plugin) const;

 private:
  std::vector<loader::Plugin> versions(const std::string& id) const;
  loader::Plugin running_locked(const std::string& id) const;

  mutable std::mutex mutex_;
  mutable loader::Catalogue catalogue_;
  loader::Choices choices_;
  std::map<std::string, std::string> remarks_;  // by id
};

}  // namespace crossdock::host::app
