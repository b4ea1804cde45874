// What an interchange to a partner begins with, as his profile says: ids, release, delimiters.
#pragma once

#include "plugins/edi_x12/engine/writer/writer.hpp"
#include "plugins/edi_x12/profile/profile.hpp"

namespace crossdock::x12 {

// `us` holds where the profile says nothing of us; date and time are the caller's to set.
EnvelopeSettings envelope_to(const Profile& profile, const Party& us);

}  // namespace crossdock::x12
