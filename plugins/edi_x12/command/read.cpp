// read: what stands in X12 files, and what is wrong with it.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/command/input.hpp"
#include "plugins/edi_x12/command/json_lines.hpp"
#include "plugins/edi_x12/command/tree.hpp"

namespace crossdock::x12::command {
namespace {

struct ReadArguments {
  std::vector<std::string> files;
  ReadOptions reading;
  bool json = false;
  bool tree = false;
  bool summary = false;
};

// Status of one file; what was counted is added to `total`.
int read_one(const std::string& file, const ReadArguments& o, bool tree, CheckedInput& input,
             Console& console, Tally& total) {
  const auto status = [&](bool any, const Tally& tally) {
    total.add(tally);
    return !any ? kNotX12 : tally.good() ? kAccepted : kRejected;
  };
  if (o.summary) {
    Counting counts;
    WatchedFile source(file, {}, wants_progress());
    const bool any = input.read(source, counts);
    console.out << (tree ? file + ": " + in_words(counts.tally()) + "\n"
                         : summary_line(file, counts.tally()));
    return status(any, counts.tally());
  }
  if (tree) {
    const bool colour = ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    Tree out(file, console.out, colour);
    WatchedFile source(
        file, [&] { console.out.flush(); }, false);
    const bool any = input.read(source, out);
    out.file_ends();
    return status(any, out.tally());
  }
  JsonLines out(file, console.out);
  WatchedFile source(
      file, [&] { out.flush(); }, wants_progress());
  const bool any = input.read(source, out);
  out.file_ends();
  return status(any, out.tally());
}

int read_all(const ReadArguments& o, Console& console) {
  CheckedInput input(o.reading);
  const bool tree = o.tree || (!o.json && ::isatty(STDOUT_FILENO) != 0);
  int worst = kAccepted;
  Tally total;
  for (const auto& file : o.files) {
    int one = kNotX12;
    try {
      one = read_one(file, o, tree, input, console, total);
    } catch (const ReadError& fault) {
      console.out.flush();
      console.err << "crossdock-x12: " << fault.what() << '\n';
    }
    worst = std::max(worst, one);
  }
  if (o.files.size() > 1) {
    console.out << (tree ? "all files: " + in_words(total) + "\n" : summary_line({}, total));
  }
  return worst;
}

}  // namespace

void add_read(CLI::App& app, Console& console) {
  auto options = std::make_shared<ReadArguments>();
  auto* command =
      app.add_subcommand("read", "show what stands in files, and what is wrong with it");
  command->add_option("FILE", options->files, "files to read; - is standard input")->required();
  command->add_flag("--json", options->json, "lines of JSON, also on a terminal");
  command->add_flag("--tree", options->tree, "a tree for people, also into a file or pipe");
  command->add_flag("--summary", options->summary, "the counts only");
  options->reading.add_to(*command);
  command->footer(
      "Prints one JSON object per line (kinds: interchange, group, set, finding, ta1, group-end,\n"
      "interchange-end, file-end, total); findings of a set come before its line. Positions count\n"
      "from 1: the first byte of a file is offset 1, ST is segment 1.\n"
      "Exit status: 0 every set accepted (A or E), 1 a set rejected or something lost, 2 nothing "
      "in a\n"
      "file readable as X12, 64 wrong usage.\n"
      "Examples:\n"
      "  crossdock-x12 read orders.x12\n"
      "  crossdock-x12 read --json *.x12 | jq 'select(.kind == \"finding\")'\n"
      "  zcat big.x12.gz | crossdock-x12 read --summary -\n"
      "  crossdock-x12 read --severity element-long=error orders.x12\n"
      "  crossdock-x12 read --profile north.info orders.x12");
  command->callback([options, &console] { console.status = read_all(*options, console); });
}

}  // namespace crossdock::x12::command
