// How what a partner sends is judged and answered, as his profile says.
#pragma once

#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/finding.hpp"
#include "plugins/edi_x12/profile/profile.hpp"

namespace crossdock::x12 {

// `base` with his tolerance. Throws GrammarError where that names a finding that there is not.
Policy policy_for(const Profile& profile, Policy base = Policy());

// Which acknowledgements he gets.
AnswerRules answers_for(const Profile& profile);

}  // namespace crossdock::x12
