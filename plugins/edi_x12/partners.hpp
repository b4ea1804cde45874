// Trading partners and our own identity, as the connector's configuration declares them.
#pragma once

#include <chrono>
#include <crossdock/config.hpp>
#include <string>
#include <vector>

#include "plugins/edi_x12/engine/writer/writer.hpp"
#include "plugins/edi_x12/transports/settings.hpp"

namespace crossdock::edi {

struct Partner {
  std::string name;  // also the channel of its orders
  std::string qualifier = "ZZ";
  std::string id;
  std::string customer;  // customer code
  std::string version = "005010";
  std::string element_separator = "*";
  std::string component_separator = ">";
  std::string repetition_separator = "^";
  std::string segment_terminator = "~";
  bool test = false;
  std::string via;  // an as2 or sftp block by its name; empty: the folders
};

struct Config {
  std::string inbox;
  std::string outbox;
  std::string archive;
  std::string qualifier = "ZZ";
  std::string id;
  std::string company;
  std::string currency = "USD";
  std::chrono::milliseconds settle{300};  // a file must stay unchanged so long
  std::vector<Partner> partners;
  std::vector<As2StationSettings> as2_station;  // one, with as2 blocks
  std::vector<As2Settings> as2;
  std::vector<SftpSettings> sftp;
};

const ConfigSchema<Config>& config_schema();

const Partner* partner_by_id(const Config& config, std::string_view qualifier, std::string_view id);
const Partner* partner_by_name(const Config& config, std::string_view name);

// What an interchange to this partner begins with; `at_ns` is its date and time (UTC).
x12::EnvelopeSettings envelope_to(const Config& config, const Partner& partner, std::int64_t at_ns);

}  // namespace crossdock::edi
