#include "plugins/edi_x12/profile/judgement.hpp"

namespace crossdock::x12 {

Policy policy_for(const Profile& profile, Policy base) {
  for (const auto& [code, severity] : profile.tolerance) {
    const auto known = code_named(code);
    if (!known) {
      throw GrammarError(profile.file + ": tolerance." + code +
                         " is the code of no finding; `crossdock-x12 codes` lists them");
    }
    base.set(*known, severity == "error"     ? Severity::error
                     : severity == "warning" ? Severity::warning
                                             : Severity::notice);
  }
  return base;
}

AnswerRules answers_for(const Profile& profile) {
  AnswerRules out;
  out.functional = profile.functional == "999"   ? FunctionalAnswer::x999
                   : profile.functional == "997" ? FunctionalAnswer::x997
                                                 : FunctionalAnswer::none;
  switch (profile.ta1) {
    case InterchangeReceipt::always:
      out.interchange = InterchangeAnswer::always;
      break;
    case InterchangeReceipt::never:
      out.interchange = InterchangeAnswer::never;
      break;
    case InterchangeReceipt::on_errors:
      out.interchange = InterchangeAnswer::errors;
      break;
    case InterchangeReceipt::on_request:
      out.interchange = InterchangeAnswer::asked;
      break;
  }
  return out;
}

}  // namespace crossdock::x12
