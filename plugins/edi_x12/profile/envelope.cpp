#include "plugins/edi_x12/profile/envelope.hpp"

namespace crossdock::x12 {

EnvelopeSettings envelope_to(const Profile& p, const Party& us) {
  EnvelopeSettings out;
  out.sender = us;
  if (!p.our_id.empty()) {
    out.sender = {p.our_qualifier.empty() ? us.qualifier : p.our_qualifier, p.our_id};
  }
  out.receiver = {p.qualifier, p.id};
  out.group_sender = p.our_group_id;
  out.group_receiver = p.group_id;
  out.version = p.version;
  out.delimiters = {p.element_separator, p.component_separator, p.repetition_separator,
                    p.segment_terminator};
  out.newline = p.newline;
  out.choose_delimiters = p.choose_delimiters;
  out.test = p.test;
  out.acknowledgement_wanted = p.ta1 == InterchangeReceipt::always;
  return out;
}

}  // namespace crossdock::x12
