// Brings a canonical document of the host to the partner it is for, as the X12 set that his profile
// wants. The control number is stored under the document's own id before anything bears it, so that
// a second delivery makes the same bytes under the same name.
//
// Any thread; never two of one document at once.
#pragma once

#include <crossdock/host.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "plugins/edi_x12/exchange/control_numbers.hpp"
#include "plugins/edi_x12/exchange/trading_partners.hpp"
#include "plugins/edi_x12/mapping/outgoing.hpp"
#include "plugins/edi_x12/transports/transport.hpp"

namespace crossdock::edi {

using Ways = std::map<std::string, std::unique_ptr<Transport>>;  // by name; "": the folders

enum class Wanted : std::uint8_t { sent, found };

class Issuing {
 public:
  Issuing(Host host, TradingPartners& partners, ControlNumbers& numbers, const Ways& ways)
      : host_(std::move(host)),
        partners_(partners),
        numbers_(numbers),
        ways_(ways),
        documents_(partners.documents()) {}

  // Brings it, or looks whether an earlier try did; nothing: it did not.
  std::optional<Outcome> issue(const Message& message, Wanted wanted);
  // A document that was written when it was decided on (an answer): its bytes travel with the
  // message.
  std::optional<Outcome> transmit(const Message& message, Wanted wanted);

 private:
  // The whole interchange; throws x12::NotWritable with everything that is wrong.
  std::string write(const TradingPartner& to, const std::string& set, std::string_view json,
                    const Allotted& allotted);
  std::optional<Outcome> over(const TradingPartner& to, const Parcel& parcel, Wanted wanted) const;

  Host host_;
  TradingPartners& partners_;
  ControlNumbers& numbers_;
  const Ways& ways_;
  x12::OutgoingDocuments documents_;
};

}  // namespace crossdock::edi
