#include "plugins/edi_x12/command/input.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace crossdock::x12::command {

void ReadOptions::add_to(CLI::App& command) {
  command.add_option("--grammars", grammars,
                     "folder with more grammars, one folder per release in it; may be repeated");
  command
      .add_option(
          "--severity", severities,
          "CODE=notice|warning|error: weigh a finding otherwise, as element-long=error; may "
          "be repeated")
      ->take_all()
      ->allow_extra_args(false);  // one each, files may follow
  command.add_flag("--strict", strict, "make every use of a tolerance an error");
  command.add_flag("--envelope-only", envelope_only,
                   "check envelopes and counts only, no set against its grammar");
}

Policy ReadOptions::policy() const {
  Policy out = strict ? Policy::strict() : Policy();
  for (const auto& one : severities) {
    const auto equals = one.find('=');
    const auto code = code_named(one.substr(0, equals));
    const auto level = equals == std::string::npos ? "" : one.substr(equals + 1);
    if (!code) {
      throw CLI::ValidationError("--severity", "there is no finding \"" + one.substr(0, equals) +
                                                   "\"; docs/reference/x12.md lists them");
    }
    if (level != "notice" && level != "warning" && level != "error") {
      throw CLI::ValidationError("--severity",
                                 "\"" + one + "\" must end with =notice, =warning or =error");
    }
    out.set(*code, level == "notice"    ? Severity::notice
                   : level == "warning" ? Severity::warning
                                        : Severity::error);
  }
  return out;
}

CheckedInput::CheckedInput(const ReadOptions& options)
    : policy_(options.policy()), envelope_only_(options.envelope_only) {
  if (!envelope_only_) {
    std::vector<std::filesystem::path> folders{default_grammar_folder()};
    folders.insert(folders.end(), options.grammars.begin(), options.grammars.end());
    library_ = std::make_unique<GrammarLibrary>(std::move(folders));
    choice_ = by_release(*library_);
  }
}

bool CheckedInput::read(Source& source, Sink& sink) {
  if (envelope_only_) {
    return Reader(source, sink, policy_).run();
  }
  Checker checker(sink, choice_, policy_);
  return Reader(source, checker, policy_).run();
}

bool wants_progress() { return ::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0; }

WatchedFile::WatchedFile(const std::string& path, std::function<void()> before_read, bool progress)
    : path_(path),
      file_(path),
      before_read_(std::move(before_read)),
      progress_(progress),
      next_(std::chrono::steady_clock::now() + std::chrono::seconds(1)) {}

WatchedFile::~WatchedFile() {
  if (shown_) {
    std::fputs("\r\x1b[K", stderr);
  }
}

std::size_t WatchedFile::read(char* into, std::size_t most) {
  if (before_read_) {
    before_read_();
  }
  if (progress_ && std::chrono::steady_clock::now() >= next_) {
    show();
  }
  return file_.read(into, most);
}

void WatchedFile::show() {
  const double done = static_cast<double>(file_.taken()) / 1e6;
  if (file_.size() != 0) {
    const double all = static_cast<double>(file_.size()) / 1e6;
    std::fprintf(stderr, "\r\x1b[K%s: %.0f of %.0f MB (%.0f %%)", path_.c_str(), done, all,
                 100 * done / all);
  } else {
    std::fprintf(stderr, "\r\x1b[K%s: %.0f MB", path_.c_str(), done);
  }
  std::fflush(stderr);
  shown_ = true;
  next_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
}

}  // namespace crossdock::x12::command
