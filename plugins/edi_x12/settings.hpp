// The connector's configuration: our own identity, trading partners, and the ways to them.
#pragma once

#include <chrono>
#include <crossdock/config.hpp>
#include <string>
#include <vector>

#include "plugins/edi_x12/transports/settings.hpp"

namespace crossdock::edi {

// A warehouse of ours that a partner runs.
struct PartnerWarehouse {
  std::string name;  // our code of it
  std::string code;  // the partner's own number of it, where that is another
};

struct Partner {
  std::string name;  // also the channel of its orders
  std::string qualifier = "ZZ";
  std::string id;
  std::string customer;                      // customer code, of one who buys
  std::vector<PartnerWarehouse> warehouses;  // of one who ships for us
  // What gives work back that we cancelled (940 with W0501 F): his report that nothing shipped
  // (`report`), his 997 already (`acknowledgement`); or he takes no cancellations (`none`).
  std::string cancellation = "report";
  std::string profile;  // file in the folder of profiles; empty: what follows holds
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
  std::string profiles;                   // folder of partners' profiles; empty: none
  std::string grammars;                   // folder of grammars on top of ours; empty: none
  std::string mappings;                   // folder of mappings on top of ours; empty: none
  std::vector<Partner> partners;
  std::vector<As2StationSettings> as2_station;  // one, with as2 blocks
  std::vector<As2Settings> as2;
  std::vector<SftpSettings> sftp;
};

const ConfigSchema<Config>& config_schema();

}  // namespace crossdock::edi
