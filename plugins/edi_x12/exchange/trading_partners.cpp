#include "plugins/edi_x12/exchange/trading_partners.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "crossdock/canonical/instant.hpp"
#include "plugins/edi_x12/profile/envelope.hpp"
#include "plugins/edi_x12/profile/judgement.hpp"

namespace crossdock::edi {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> with_own(fs::path ours, const std::string& own) {
  std::vector<fs::path> out{std::move(ours)};
  if (!own.empty()) {
    out.emplace_back(own);
  }
  return out;
}

// What a partner block says, as a profile.
x12::Profile plain_profile(const Partner& partner) {
  x12::Profile out;
  const auto first = [](const std::string& text, char fallback) {
    return text.empty() ? fallback : text[0];
  };
  out.version = partner.version;
  out.element_separator = first(partner.element_separator, '*');
  out.component_separator = first(partner.component_separator, '>');
  out.repetition_separator = first(partner.repetition_separator, '^');
  out.segment_terminator = first(partner.segment_terminator, '~');
  out.test = partner.test;
  return out;
}

x12::Profile profile_of(const Partner& partner, const Config& config) {
  if (!partner.profile.empty() &&
      (config.profiles.empty() || partner.profile.find('/') != std::string::npos)) {
    throw std::runtime_error(
        "partner " + partner.name + " has the profile \"" + partner.profile + "\"; " +
        (config.profiles.empty() ? "say in `profiles` which folder it is in"
                                 : "give the name of a file in the folder of `profiles`"));
  }
  auto out = partner.profile.empty()
                 ? plain_profile(partner)
                 : x12::read_profile(fs::path(config.profiles) / partner.profile);
  // The connector's name for him is the block's; the profile's own is for people and the command.
  out.name = partner.name;
  if (out.sender_qualifier.empty() && out.sender.empty() && out.group_sender.empty()) {
    out.sender_qualifier = partner.qualifier;
    out.sender = partner.id;
  }
  if (out.id.empty()) {
    out.qualifier = partner.qualifier;
    out.id = partner.id;
  }
  out.given.emplace("channel", partner.name);
  out.given.emplace("customer", partner.customer);
  out.given.emplace("currency", config.currency);
  if (!partner.warehouses.empty()) {
    out.given.emplace("system", "wms");  // whoever runs it counts there
  }
  if (partner.warehouses.size() == 1) {
    out.given["warehouse"] = partner.warehouses.front().name;
  }
  if (partner.cancellation == "acknowledgement" && out.deadline.count() == 0) {
    throw std::runtime_error("partner " + partner.name +
                             " gives work back by acknowledgements (`cancellation`), but never "
                             "sends any (`acknowledge.deadline_minutes 0`)");
  }
  return out;
}

void check_warehouses(const std::vector<Partner>& partners) {
  std::map<std::string, std::string> run_by;
  for (const auto& partner : partners) {
    for (const auto& one : partner.warehouses) {
      const auto [known, added] = run_by.emplace(one.name, partner.name);
      if (!added) {
        throw std::runtime_error("warehouse " + one.name + " stands in the partner blocks " +
                                 known->second + " and " + partner.name + "; one partner runs it");
      }
    }
  }
}

std::vector<x12::Profile> profiles_of(const Config& config) {
  check_warehouses(config.partners);
  std::vector<x12::Profile> out;
  for (const auto& partner : config.partners) {
    const bool again = std::any_of(out.begin(), out.end(), [&](const x12::Profile& earlier) {
      return earlier.name == partner.name;
    });
    if (again) {
      throw std::runtime_error("there are two partner blocks with the name " + partner.name);
    }
    out.push_back(profile_of(partner, config));
  }
  return out;
}

}  // namespace

TradingPartners::TradingPartners(const Config& config)
    : config_(config),
      grammars_(with_own(x12::default_grammar_folder(), config.grammars)),
      documents_(grammars_, profiles_of(config),
                 with_own(x12::default_mapping_folder(), config.mappings)) {
  for (std::size_t i = 0; i < config.partners.size(); ++i) {
    const auto& profile = documents_.profiles()[i];
    partners_.push_back({&config.partners[i], &profile, x12::policy_for(profile)});
  }
}

const TradingPartner* TradingPartners::of(const x12::Profile& profile) const {
  return named(profile.name);
}

const TradingPartner* TradingPartners::from(const x12::InterchangeHead& interchange) const {
  const auto* profile = documents_.from(interchange);
  return profile == nullptr ? nullptr : of(*profile);
}

const TradingPartner* TradingPartners::from(const x12::InterchangeHead& interchange,
                                            const x12::GroupHead& group) const {
  const auto* profile = documents_.from(interchange, group);
  return profile == nullptr ? nullptr : of(*profile);
}

const TradingPartner* TradingPartners::named(std::string_view name) const {
  const auto found = std::find_if(partners_.begin(), partners_.end(),
                                  [&](const auto& one) { return one.name() == name; });
  return found == partners_.end() ? nullptr : &*found;
}

const TradingPartner* TradingPartners::of_warehouse(std::string_view warehouse) const {
  const auto found = std::find_if(partners_.begin(), partners_.end(), [&](const auto& one) {
    const auto& own = one.settings->warehouses;
    const auto given = one.profile->given.find("warehouse");
    return (given != one.profile->given.end() && given->second == warehouse) ||
           std::any_of(own.begin(), own.end(),
                       [&](const auto& each) { return each.name == warehouse; });
  });
  return found == partners_.end() ? nullptr : &*found;
}

std::string TradingPartners::warehouse_of(const TradingPartner& partner, std::string_view code) {
  const auto given = partner.profile->given.find("warehouse");
  if (given != partner.profile->given.end()) {
    return given->second;
  }
  for (const auto& one : partner.settings->warehouses) {
    if (!code.empty() && (one.code.empty() ? one.name : one.code) == code) {
      return one.name;
    }
  }
  return {};
}

std::string TradingPartners::his_code(const TradingPartner& partner, std::string_view warehouse) {
  for (const auto& one : partner.settings->warehouses) {
    if (one.name == warehouse) {
      return one.code;
    }
  }
  return {};
}

x12::EnvelopeSettings TradingPartners::envelope(const TradingPartner& to,
                                                std::int64_t at_ns) const {
  auto out = x12::envelope_to(*to.profile, {config_.qualifier, config_.id});
  const std::string at = canonical::to_string(canonical::Instant{at_ns});  // 2026-11-24T11:06:30...
  out.date = at.substr(0, 4) + at.substr(5, 2) + at.substr(8, 2);
  out.time = at.substr(11, 2) + at.substr(14, 2);
  return out;
}

const x12::MapTable* TradingPartners::outgoing(const TradingPartner& to,
                                               std::string_view message_type) {
  const auto& mappings = documents_.mappings(to.profile);
  const auto* usual = mappings.for_message(message_type);
  if (usual == nullptr) {
    return nullptr;
  }
  const auto other = to.profile->write_as.find(usual->entity);
  return other == to.profile->write_as.end() ? usual : mappings.find(other->second);
}

bool TradingPartners::spared(const TradingPartner& to, std::string_view message_type) {
  const auto* usual = documents_.mappings(to.profile).for_message(message_type);
  const auto said =
      usual == nullptr ? to.profile->write_as.end() : to.profile->write_as.find(usual->entity);
  return said != to.profile->write_as.end() && said->second == "none";
}

}  // namespace crossdock::edi
