// What the subcommands that read files share: which grammars and severities hold, and a source that
// shows progress.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/lexer/source.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"

namespace crossdock::x12::command {

struct ReadOptions {
  std::vector<std::string> grammars;    // folders beside the ones that come with Crossdock
  std::vector<std::string> severities;  // code=severity
  std::vector<std::string> profiles;    // files
  bool strict = false;
  bool envelope_only = false;

  void add_to(CLI::App& command);
  // For what no partner of a profile sends (null) or one does. Severities of the command line go
  // before those of the profile. Throws CLI::ValidationError for a code or severity that is not
  // one, GrammarError for one of the profile.
  Policy policy(const Profile* profile) const;
};

// Reads one source through the checker into a sink: by the profile of whoever sends it, else by
// release.
class CheckedInput {
 public:
  // Throws GrammarError.
  explicit CheckedInput(const ReadOptions& options);
  // False: nothing in it is X12. Throws ReadError.
  bool read(Source& source, Sink& sink);
  // Whose interchange or group is being read; null: no profile is for it.
  const Profile* partner() const { return partner_; }

 private:
  class Judging;

  void judge_for(const Profile* profile);

  Policy policy_;  // of now: reader and checker look at it for each finding
  bool envelope_only_;
  std::unique_ptr<GrammarLibrary> library_;
  std::unique_ptr<Partners> partners_;
  std::map<const Profile*, Policy> policies_;  // by profile; null: of all others
  const Profile* partner_ = nullptr;
};

// A file that tells before each chunk that it is about to read, and shows on a terminal how far it
// is.
class WatchedFile final : public Source {
 public:
  // `before_read` may be empty. Throws ReadError.
  WatchedFile(const std::string& path, std::function<void()> before_read, bool progress);
  ~WatchedFile() override;
  std::size_t read(char* into, std::size_t most) override;

 private:
  void show();

  std::string path_;
  FileSource file_;
  std::function<void()> before_read_;
  bool progress_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

// Progress is shown on standard error, when that is a terminal and standard output is not.
bool wants_progress();

}  // namespace crossdock::x12::command
