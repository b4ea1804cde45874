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

// How many threads read a file.
struct Jobs {
  unsigned jobs = 0;  // 0: as many as there are processors, but no more than are of use

  void add_to(CLI::App& command);
  // One for what is small, or comes through a pipe, where lines are told as soon as they can be.
  unsigned threads_for(const FileSource& file) const;
};

struct ReadOptions {
  std::vector<std::string> grammars;    // folders beside the ones that come with Crossdock
  std::vector<std::string> severities;  // code=severity
  std::vector<std::string> profiles;    // files
  bool strict = false;
  bool envelope_only = false;
  Jobs jobs;

  void add_to(CLI::App& command);
  // For what no partner of a profile sends (null) or one does. Severities of the command line go
  // before those of the profile. Throws CLI::ValidationError for a code or severity that is not
  // one, GrammarError for one of the profile.
  Policy policy(const Profile* profile) const;
};

// A file that tells before each chunk that it is about to read, and shows on a terminal how far it
// is.
class WatchedFile final : public Source {
 public:
  // `before_read` may be empty. Throws ReadError.
  WatchedFile(const std::string& path, std::function<void()> before_read, bool progress);
  ~WatchedFile() override;
  std::size_t read(char* into, std::size_t most) override;
  const FileSource& file() const { return file_; }

 private:
  void show();

  std::string path_;
  FileSource file_;
  std::function<void()> before_read_;
  bool progress_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

// Reads one file through the checker into a sink: by the profile of whoever sends it, else by
// release.
class CheckedInput {
 public:
  // Throws GrammarError.
  explicit CheckedInput(const ReadOptions& options);
  // False: nothing in it is X12. Throws ReadError. The sink is told on this thread; of the segments
  // of a set it sees the first two at least.
  bool read(WatchedFile& source, Sink& sink);
  // Whose interchange it is; null: no profile is for it.
  const Profile* sender(const InterchangeHead& head) const { return partners_->from(head); }

 private:
  class Judging;
  class Stage;

  bool envelope_only_;
  Jobs jobs_;
  std::unique_ptr<GrammarLibrary> library_;
  std::unique_ptr<Partners> partners_;
  std::map<const Profile*, Policy> policies_;  // by profile; null: of all others
};

// Progress is shown on standard error, when that is a terminal and standard output is not.
bool wants_progress();

}  // namespace crossdock::x12::command
