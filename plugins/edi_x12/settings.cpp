#include "plugins/edi_x12/settings.hpp"

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
      field("profiles", &Config::profiles).describe("folder of partners' profiles, a full path"),
      field("grammars", &Config::grammars)
          .describe("folder of grammars that come on top of ours, a full path"),
      field("mappings", &Config::mappings)
          .describe("folder of mappings that come on top of ours, a full path"),
      list("partner", &Config::partners,
           schema<Partner>(
               field("name", &Partner::name).required().describe("the channel of its orders"),
               field("qualifier", &Partner::qualifier), field("id", &Partner::id).required(),
               field("customer", &Partner::customer).describe("our number for it, of a buyer"),
               list("warehouse", &Partner::warehouses,
                    schema<PartnerWarehouse>(
                        field("name", &PartnerWarehouse::name)
                            .required()
                            .describe("our code of a warehouse that the partner runs for us"),
                        field("code", &PartnerWarehouse::code)
                            .describe("the partner's own number of it (N104)"))),
               field("cancellation", &Partner::cancellation)
                   .one_of({"report", "acknowledgement", "none"})
                   .describe("what gives work back that we cancelled: a report that nothing of "
                             "it shipped, the 997 already, or nothing: no cancellation is sent"),
               field("profile", &Partner::profile)
                   .describe("file in the folder of profiles, as north.info; release, delimiters "
                             "and test are then said there"),
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

}  // namespace crossdock::edi
