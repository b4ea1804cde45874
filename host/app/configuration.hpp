// The host's configuration as checked values. Read whole before anything starts; every fault is
// collected with its file and path.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/app/account_settings.hpp"
#include "host/app/section.hpp"
#include "host/delivery/dispatcher.hpp"
#include "host/loader/admission.hpp"
#include "host/process/settings.hpp"
#include "host/security/grants.hpp"

namespace crossdock::host::app {

struct ConnectorConfiguration {
  delivery::ConnectorSpec spec;  // max_in_flight 0: as the manifest says
  bool in_process = false;       // isolation inproc
  bool enabled = true;
  std::chrono::milliseconds poll_interval{1000};
  std::int64_t memory_limit_bytes = 2LL << 30;  // address space of the worker
  std::int64_t descriptor_limit = 256;
  std::size_t thread_limit = 512;
  int processor_percent = 0;  // of one processor, at most; 0: as much as there is
  int niceness = 0;
  std::string sandbox;        // off, preferred, required
  security::Allowed allowed;  // what the operator grants beside the plugin's own settings
  std::string json;           // the plugin's own settings, secrets still by reference
  std::string source;         // the whole block as INFO text, which reads back as the same
  std::string file;
};

// What its worker may have of the machine.
security::Limits limits_of(const ConnectorConfiguration& connector);

struct Configuration {
  std::filesystem::path file;  // the main one
  std::filesystem::path data_dir;
  std::filesystem::path plugin_dir;
  std::filesystem::path worker;
  std::filesystem::path trust_store;
  loader::Policy trust;
  std::string sandbox = "preferred";               // of connectors that do not say
  std::chrono::milliseconds watch_interval{1000};  // of the plugin folder; 0: never
  std::string http_address = "127.0.0.1";
  int http_port = 8480;
  std::int64_t largest_webhook_bytes = 1LL << 20;
  std::string log_level = "info";
  std::chrono::hours retention{24 * 30};
  process::Settings settings;
  std::vector<ConnectorConfiguration> connectors;
  std::vector<AccountConfiguration> accounts;
  std::vector<delivery::Route> routes;
  std::string processes;  // what the processes read of it, as INFO text
  // All that is neither connector nor account, as INFO text, to see whether it has changed.
  std::string rest;
};

// Reads the main file and its conf.d. The configuration is meaningful only without problems.
Configuration read_configuration(const std::filesystem::path& main, Problems& problems);

// One connector's block out of its INFO text (ConnectorConfiguration::source).
ConnectorConfiguration read_connector(const std::string& source, const std::string& file,
                                      Problems& problems);

// A secret given by reference: file:/path (owner-only) or env:NAME. Text without a known prefix is
// itself. Nothing, and `fault`, where it cannot be had.
std::optional<std::string> resolve_secret(const std::string& reference, std::string& fault);
// Replaces the references of the fields that a plugin's schema marks as secret.
std::string with_secrets(const std::string& json, const std::string& schema, Problems& problems,
                         const std::string& file, const std::string& path);

}  // namespace crossdock::host::app
