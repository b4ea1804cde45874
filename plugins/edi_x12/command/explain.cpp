// explain: a set, a segment, an element or a code in words.
#include "plugins/edi_x12/grammar/explain.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/profile/profile.hpp"

namespace crossdock::x12::command {
namespace {

struct ExplainOptions {
  std::vector<std::string> question;
  std::vector<std::string> grammars;
  std::string release = "005010";
  std::string profile;
  std::size_t codes = 40;
};

int tell(const ExplainOptions& o, Console& console) {
  std::vector<std::filesystem::path> folders{default_grammar_folder()};
  folders.insert(folders.end(), o.grammars.begin(), o.grammars.end());
  GrammarLibrary library(folders);
  std::shared_ptr<const Grammar> grammar = library.find(o.release);
  if (!grammar) {
    console.err << "crossdock-x12: release " << o.release << " is not at hand; there are";
    for (const auto& name : library.releases()) {
      console.err << ' ' << name;
    }
    console.err << '\n';
    return kUsage;
  }
  if (!o.profile.empty()) {
    const auto profile = read_profile(o.profile);
    const auto draft =
        library.draft(profile.grammar.empty() ? std::string_view(o.release) : profile.grammar);
    if (!draft) {
      throw GrammarError(o.profile + ": grammar " + profile.grammar + " is not at hand");
    }
    grammar = std::make_shared<const Grammar>(build(with_deviations(*draft, profile)));
  }
  const auto answer = explain(*grammar, o.question, o.codes);
  if (!answer.found) {
    console.err << "crossdock-x12: " << answer.text << '\n';
    return kRejected;
  }
  console.out << answer.text;
  return kAccepted;
}

}  // namespace

void add_explain(CLI::App& app, Console& console) {
  auto options = std::make_shared<ExplainOptions>();
  auto* command = app.add_subcommand("explain", "say in words what a segment, element or code is");
  command->add_option("WHAT", options->question, "850, BEG, PO1-07, N103=92, element 355")
      ->required()
      ->expected(1, 2);
  command->add_option("--release", options->release, "the release to look in, as in GS08")
      ->capture_default_str();
  command->add_option("--grammars,--grammar", options->grammars,
                      "a folder of grammars that comes on top; may be repeated");
  command->get_option("--grammar")->allow_extra_args(false);
  command->add_option("--profile", options->profile, "a partner's profile that holds as well");
  command->add_option("--codes", options->codes, "how many codes are listed")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command->footer(
      "Exit status: 0 found, 1 not found, 64 wrong usage.\n"
      "Examples:\n"
      "  crossdock-x12 explain BEG\n"
      "  crossdock-x12 explain 850 PO1-07\n"
      "  crossdock-x12 explain --release 004010 N103=92\n"
      "  crossdock-x12 explain element 355=EA");
  command->callback([options, &console] { console.status = tell(*options, console); });
}

}  // namespace crossdock::x12::command
