#include "plugins/edi_x12/command/input.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "plugins/edi_x12/engine/parallel/parallel_sink.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/profile/judgement.hpp"

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
  command
      .add_option("--profile", profiles,
                  "a partner's profile (INFO file) that holds for what he sends; may be repeated")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  jobs.add_to(command);
}

Policy ReadOptions::policy(const Profile* profile) const {
  Policy out = strict ? Policy::strict() : Policy();
  if (profile != nullptr) {
    out = policy_for(*profile, out);
  }
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

// Stands before the sink: says whose rules hold from here on, then hands on.
class CheckedInput::Judging final : public Relay {
 public:
  Judging(const CheckedInput& input, Sink& next) : Relay(next), input_(input) {
    judge_for(nullptr);
  }

  // Of now: reader and checker look at it for each finding.
  const Policy& policy() const { return policy_; }

  void interchange_begins(const InterchangeHead& head) override {
    head_ = head;
    sender_ = input_.sender(head);
    judge_for(sender_);
    next_.interchange_begins(head);
  }
  void group_begins(const GroupHead& head) override {
    // A set outside of every group has none that says whose it is.
    judge_for(head.functional_id.empty() ? sender_ : input_.partners_->from(head_, head));
    next_.group_begins(head);
  }
  void group_ends(const GroupEnd& end) override {
    next_.group_ends(end);
    judge_for(sender_);
  }
  void interchange_ends(const InterchangeEnd& end) override {
    next_.interchange_ends(end);
    judge_for(nullptr);
  }

 private:
  void judge_for(const Profile* profile) { policy_ = input_.policies_.at(profile); }

  const CheckedInput& input_;
  Policy policy_;
  InterchangeHead head_;
  const Profile* sender_ = nullptr;  // whose interchange it is
};

// The checker, and behind it whose rules hold.
class CheckedInput::Stage final : public Relay {
 public:
  Stage(const CheckedInput& input, Sink& next)
      : Relay(static_cast<Sink&>(checker_)),
        judging_(input, next),
        checker_(judging_, input.partners_->choice(), judging_.policy()) {}
  const Policy& policy() const { return judging_.policy(); }

 private:
  Judging judging_;
  Checker checker_;
};

CheckedInput::CheckedInput(const ReadOptions& options)
    : envelope_only_(options.envelope_only), jobs_(options.jobs) {
  std::vector<std::filesystem::path> folders{default_grammar_folder()};
  folders.insert(folders.end(), options.grammars.begin(), options.grammars.end());
  library_ = std::make_unique<GrammarLibrary>(std::move(folders));
  std::vector<Profile> profiles;
  for (const auto& file : options.profiles) {
    profiles.push_back(read_profile(file));
  }
  partners_ = std::make_unique<Partners>(
      *library_, std::move(profiles), std::vector<std::filesystem::path>{default_mapping_folder()});
  policies_.emplace(nullptr, options.policy(nullptr));
  for (const auto& profile : partners_->profiles()) {
    policies_.emplace(&profile, options.policy(&profile));
  }
}

bool CheckedInput::read(WatchedFile& source, Sink& sink) {
  if (envelope_only_) {
    Judging judging(*this, sink);
    return Reader(source, judging, judging.policy()).run();
  }
  const unsigned threads = jobs_.threads_for(source.file());
  if (threads == 1) {
    Stage stage(*this, sink);
    return Reader(source, stage, stage.policy()).run();
  }
  ParallelSink parallel([this](Sink& next) { return std::make_unique<Stage>(*this, next); }, sink,
                        threads);
  Judging judging(*this, parallel);
  return read_in_parallel(source, judging, parallel, judging.policy());
}

void Jobs::add_to(CLI::App& command) {
  command
      .add_option("--jobs", jobs,
                  "threads that read a file of 4 MiB or more; without it as many as there are "
                  "processors, at most 8. The output is the same")
      ->check(CLI::Range(1U, 64U));
}

unsigned Jobs::threads_for(const FileSource& file) const {
  constexpr std::size_t kLargeFile = 4u << 20;
  // The thread that reads has so much to do for itself that more than a few others would idle.
  constexpr unsigned kMostUseful = 8;
  if (file.size() < kLargeFile) {
    return 1;
  }
  return jobs != 0 ? jobs : std::clamp(std::thread::hardware_concurrency(), 1U, kMostUseful);
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
