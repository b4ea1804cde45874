// From the canonical model to documents for a partner: 855, 856 and 810. The same input gives the
// same bytes. Throws x12::NotWritable where data holds one of the partner's delimiters.
#pragma once

#include <string>

#include "crossdock/canonical/invoice.hpp"
#include "plugins/edi_x12/engine/writer/writer.hpp"

namespace crossdock::edi {

std::string write_855(const canonical::OrderAcknowledgement& answer,
                      const x12::EnvelopeSettings& envelope, x12::Control control);
std::string write_856(const canonical::ShipNotice& notice, const x12::EnvelopeSettings& envelope,
                      x12::Control control);
std::string write_810(const canonical::InvoiceNotice& notice, const x12::EnvelopeSettings& envelope,
                      x12::Control control);

}  // namespace crossdock::edi
