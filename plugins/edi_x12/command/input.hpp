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

namespace crossdock::x12::command {

struct ReadOptions {
  std::vector<std::string> grammars;    // folders beside the ones that come with Crossdock
  std::vector<std::string> severities;  // code=severity
  bool strict = false;
  bool envelope_only = false;

  void add_to(CLI::App& command);
  // Throws CLI::ValidationError for a code or severity that is not one.
  Policy policy() const;
};

// Reads one source through the checker into a sink.
class CheckedInput {
 public:
  // Throws GrammarError.
  explicit CheckedInput(const ReadOptions& options);
  // False: nothing in it is X12. Throws ReadError.
  bool read(Source& source, Sink& sink);
  const Policy& policy() const { return policy_; }

 private:
  Policy policy_;
  bool envelope_only_;
  std::unique_ptr<GrammarLibrary> library_;
  GrammarChoice choice_;
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
