#include "plugins/edi_x12/partners.hpp"

#include <algorithm>

#include "crossdock/canonical/instant.hpp"

namespace crossdock::edi {

const ConfigSchema<Config>& config_schema() {
  static const auto kSchema = schema<Config>(
      field("inbox", &Config::inbox)
          .required()
          .describe("folder where partners' files arrive whole"),
      field("outbox", &Config::outbox).required().describe("folder where our files are put"),
      field("archive", &Config::archive).required().describe("folder where read files are kept"),
      field("qualifier", &Config::qualifier).describe("our ISA id qualifier"),
      field("id", &Config::id).required().describe("our ISA id"),
      field("company", &Config::company).describe("our name on documents"),
      field("currency", &Config::currency).describe("of orders that name none"),
      field("settle", &Config::settle)
          .describe("how long a file must stay unchanged before it is read"),
      list("partner", &Config::partners,
           schema<Partner>(
               field("name", &Partner::name).required().describe("the channel of its orders"),
               field("qualifier", &Partner::qualifier), field("id", &Partner::id).required(),
               field("customer", &Partner::customer).required(),
               field("version", &Partner::version)
                   .one_of({"004010", "005010", "004010VICS", "005010VICS"}),
               field("element_separator", &Partner::element_separator),
               field("component_separator", &Partner::component_separator),
               field("repetition_separator", &Partner::repetition_separator),
               field("segment_terminator", &Partner::segment_terminator),
               field("test", &Partner::test),
               field("via", &Partner::via)
                   .describe("the as2 or sftp block that documents take; none: the folders")))
          .describe("one block per trading partner"),
      list("as2_station", &Config::as2_station, as2_station_schema()),
      list("as2", &Config::as2, as2_schema()), list("sftp", &Config::sftp, sftp_schema()));
  return kSchema;
}

const Partner* partner_by_id(const Config& config, std::string_view qualifier,
                             std::string_view id) {
  const auto found =
      std::find_if(config.partners.begin(), config.partners.end(),
                   [&](const Partner& p) { return p.id == id && p.qualifier == qualifier; });
  return found == config.partners.end() ? nullptr : &*found;
}

const Partner* partner_by_name(const Config& config, std::string_view name) {
  const auto found = std::find_if(config.partners.begin(), config.partners.end(),
                                  [&](const Partner& p) { return p.name == name; });
  return found == config.partners.end() ? nullptr : &*found;
}

x12::EnvelopeSettings envelope_to(const Config& config, const Partner& partner,
                                  std::int64_t at_ns) {
  x12::EnvelopeSettings out;
  out.sender = {config.qualifier, config.id};
  out.receiver = {partner.qualifier, partner.id};
  out.version = partner.version;
  const auto first = [](const std::string& text, char fallback) {
    return text.empty() ? fallback : text[0];
  };
  out.delimiters.element = first(partner.element_separator, '*');
  out.delimiters.component = first(partner.component_separator, '>');
  out.delimiters.repetition = first(partner.repetition_separator, '^');
  out.delimiters.segment = first(partner.segment_terminator, '~');
  out.test = partner.test;
  const std::string at = canonical::to_string(canonical::Instant{at_ns});  // 2026-11-24T11:06:30...
  out.date = at.substr(0, 4) + at.substr(5, 2) + at.substr(8, 2);
  out.time = at.substr(11, 2) + at.substr(14, 2);
  return out;
}

}  // namespace crossdock::edi
