// ack: the answers to files: TA1, 997 or 999, on standard output.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/command/input.hpp"
#include "plugins/edi_x12/command/stamp.hpp"
#include "plugins/edi_x12/command/tally.hpp"
#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/profile/judgement.hpp"

namespace crossdock::x12::command {
namespace {

struct AckOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  std::string type = "997";
  std::string ta1 = "asked";
  bool type_said = false, ta1_said = false;  // then they go before what a profile says
  Stamp stamp;
};

// Counts and collects at once.
class Both final : public Counting {
 public:
  explicit Both(ReportSink::Take take) : report_(std::move(take)) {}
  void interchange_begins(const InterchangeHead& head) override {
    Counting::interchange_begins(head);
    report_.interchange_begins(head);
  }
  void group_begins(const GroupHead& head) override { report_.group_begins(head); }
  void set_begins(const SetHead& head) override { report_.set_begins(head); }
  void segment(const SegmentView& segment, std::uint32_t position) override {
    report_.segment(segment, position);
  }
  void set_ends(const SetEnd& end) override {
    Counting::set_ends(end);
    report_.set_ends(end);
  }
  void group_ends(const GroupEnd& end) override { report_.group_ends(end); }
  void interchange_ends(const InterchangeEnd& end) override { report_.interchange_ends(end); }
  void finding(const Finding& finding) override {
    Counting::finding(finding);
    report_.finding(finding);
  }

 private:
  ReportSink report_;
};

// As the command line says, else as the profile does, else as usual.
AnswerRules rules_for(const AckOptions& o, const Profile* partner) {
  AnswerRules out = partner == nullptr ? AnswerRules() : answers_for(*partner);
  if (o.type_said || partner == nullptr) {
    out.functional = o.type == "999"   ? FunctionalAnswer::x999
                     : o.type == "997" ? FunctionalAnswer::x997
                                       : FunctionalAnswer::none;
  }
  if (o.ta1_said || partner == nullptr) {
    out.interchange = o.ta1 == "never"    ? InterchangeAnswer::never
                      : o.ta1 == "always" ? InterchangeAnswer::always
                      : o.ta1 == "errors" ? InterchangeAnswer::errors
                                          : InterchangeAnswer::asked;
  }
  return out;
}

int answer_all(const AckOptions& o, Console& console) {
  CheckedInput input(o.reading);
  const std::string at = o.stamp.instant();
  std::uint64_t control = o.stamp.control;
  int worst = kAccepted;
  for (const auto& file : o.files) {
    Both sink([&](const InterchangeReport& report) {
      auto settings = reply_settings(report);
      settings.date = at.substr(0, 8);
      settings.time = at.substr(8);
      try {
        const auto rules = rules_for(o, input.sender(report.head));
        if (const auto answer = write_answer(report, rules, settings, {control, control, 1})) {
          console.out << *answer;
          ++control;
        }
      } catch (const NotWritable& fault) {
        console.err << "crossdock-x12: the interchange " << printable(report.head.control())
                    << " of " << file << " cannot be answered: " << fault.what() << '\n';
        worst = std::max(worst, kRejected);
      }
    });
    int status = kNotX12;
    try {
      WatchedFile source(file, {}, wants_progress());
      const bool any = input.read(source, sink);
      if (!any) {
        console.err << "crossdock-x12: nothing in " << file << " can be read as X12\n";
      }
      status = !any ? kNotX12 : sink.tally().good() ? kAccepted : kRejected;
    } catch (const ReadError& fault) {
      console.err << "crossdock-x12: " << fault.what() << '\n';
    }
    worst = std::max(worst, status);
  }
  return worst;
}

}  // namespace

void add_ack(CLI::App& app, Console& console) {
  auto options = std::make_shared<AckOptions>();
  auto* command = app.add_subcommand("ack", "write the acknowledgement of files (TA1, 997, 999)");
  command->add_option("FILE", options->files, "files received; - is standard input")->required();
  auto* type = command->add_option("--type", options->type,
                                   "functional acknowledgement: 997, 999 or none; without it as "
                                   "the sender's profile says");
  type->check(CLI::IsMember({"997", "999", "none"}))->capture_default_str();
  auto* ta1 = command->add_option(
      "--ta1", options->ta1,
      "never, asked (ISA14 is 1), errors (asked, or the envelope is wrong), always");
  ta1->check(CLI::IsMember({"never", "asked", "errors", "always"}))->capture_default_str();
  options->stamp.add_to(*command, "control number of the first answer",
                        "date and time of the answers, CCYYMMDDHHMM (now, UTC)");
  options->reading.add_to(*command);
  command->footer(
      "One interchange is written for each received one, sender and receiver exchanged, with its\n"
      "delimiters; acknowledgements (FA) are not acknowledged.\n"
      "Exit status: as of read.\n"
      "Examples:\n"
      "  crossdock-x12 ack orders.x12 > answer.x12\n"
      "  crossdock-x12 ack --type 999 --ta1 always --control 42 orders.x12\n"
      "  crossdock-x12 ack --profile north.info orders.x12");
  command->callback([options, type, ta1, &console] {
    options->type_said = type->count() != 0;
    options->ta1_said = ta1->count() != 0;
    console.status = answer_all(*options, console);
  });
}

}  // namespace crossdock::x12::command
