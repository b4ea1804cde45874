// How fast X12 is read: the floor in C, our lexer, our checked read, and the npm peers, over one
// generated file, in one run. Every measurement is a fresh process that times itself, start-up left
// out; rounds go round the measurements, so that the load of the machine falls on all alike. Read
// the ratios. What one thread does is measured in time of the processor; what several do, in time
// of the clock on the wall, which whatever else the machine does makes longer.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "plugins/edi_x12/engine/check/checker.hpp"
#include "plugins/edi_x12/engine/parallel/parallel_sink.hpp"
#include "plugins/edi_x12/engine/reader/reader.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"
#include "tests/bench/x12/baseline.h"
#include "tests/support/edi/traffic.hpp"

namespace {

namespace fs = std::filesystem;
using namespace crossdock::x12;

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Time of the processor, not of the wall, of what runs on one thread: what other programs do
// meanwhile must not count.
struct Clock {
  using time_point = double;  // NOLINT(readability-identifier-naming): the standard's name
  static double now() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }
};

// Of several threads, it is the time on the wall that they make shorter.
struct WallClock {
  static double now() { return seconds_of(CLOCK_MONOTONIC); }
};

// As crossdock-x12 has it.
unsigned processors() { return std::clamp(std::thread::hardware_concurrency(), 1U, 8U); }

struct Result {
  double seconds = 0;
  std::uint64_t found = 0;  // segments or sets, to see that all did the same
};

double since(Clock::time_point start) { return Clock::now() - start; }

// A file mapped into memory, as the floor reads it.
struct Mapped {
  explicit Mapped(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY);
    size = static_cast<std::size_t>(fs::file_size(path));
    bytes = static_cast<const char*>(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0));
    ::close(file);
  }
  const char* bytes;
  std::size_t size;
};

Result count(const std::string& path) {
  const Mapped file(path);
  const auto start = Clock::now();
  const auto found = baseline_count(file.bytes, file.size);
  return {since(start), found};
}

Result tape(const std::string& path) {
  const Mapped file(path);
  auto* out = static_cast<std::uint32_t*>(std::malloc(file.size * sizeof(std::uint32_t)));
  const auto start = Clock::now();
  const auto found = baseline_tape(file.bytes, file.size, out);
  const double seconds = since(start);
  std::free(out);
  return {seconds, found};
}

Result lex(const std::string& path, Way way) {
  const auto start = Clock::now();
  FileSource source(path);
  Lexer lexer(source, way);
  const auto header = recognise_isa(lexer.peek(kIsaLookahead), '\0');
  lexer.use(header->delimiters);
  SegmentView segment;
  std::uint64_t found = 0;
  std::uint64_t elements = 0;
  while (lexer.next(segment)) {
    ++found;
    elements += segment.count;
  }
  return {since(start), elements == 0 ? 0 : found};
}

class CountSets final : public Sink {
 public:
  std::uint64_t accepted = 0;
  void segments(std::span<SegmentView>, std::uint32_t) override {}
  void set_ends(const SetEnd& end) override { accepted += end.status() == 'A' ? 1 : 0; }
};

Result envelope(const std::string& path) {
  const auto start = Clock::now();
  FileSource source(path);
  CountSets sets;
  const Policy policy;
  Reader(source, sets, policy).run();
  return {since(start), sets.accepted};
}

Result checked_from(Source& source, Clock::time_point start, GrammarLibrary& library) {
  CountSets sets;
  const Policy policy;
  Checker checker(sets, by_release(library), policy);
  Reader(source, checker, policy).run();
  return {since(start), sets.accepted};
}

Result checked(const std::string& path) {
  // Loading the grammar is start-up: once per process, whatever is read.
  GrammarLibrary library({default_grammar_folder()});
  (void)library.find("005010");
  const auto start = Clock::now();
  FileSource source(path);
  return checked_from(source, start, library);
}

// The same by as many threads as there are processors.
Result checked_together(const std::string& path) {
  GrammarLibrary library({default_grammar_folder()});
  (void)library.find("005010");
  const auto start = WallClock::now();
  FileSource source(path);
  CountSets sets;
  const Policy policy;
  ParallelSink parallel(
      [&](Sink& next) { return std::make_unique<Checker>(next, by_release(library), policy); },
      sets, processors());
  (void)read_in_parallel(source, parallel, parallel, policy);
  return {WallClock::now() - start, sets.accepted};
}

// Documents as text, one after another in the same memory, as crossdock-x12 canonical has them.
class Documents final : public Relay {
 public:
  // Borrowed.
  Documents(Partners& partners, Sink& next)
      : Relay(static_cast<Sink&>(checker_)),
        canonical_(partners, {{"channel", "edi"}, {"customer", "CUST-1"}, {"currency", "USD"}},
                   false,
                   [&next](const CanonicalResult& one) {
                     if (!one.data.empty()) {
                       next.made(one.data, 0);
                     }
                   }),
        checker_(canonical_, partners.choice(), policy_) {}

 private:
  const Policy policy_;
  CanonicalSink canonical_;
  Checker checker_;
};

class CountDocuments final : public Sink {
 public:
  std::uint64_t documents = 0;
  void made(std::string_view, std::uint8_t) override { ++documents; }
};

Result canonical(const std::string& path) {
  GrammarLibrary library({default_grammar_folder()});
  (void)library.find("005010");
  Partners partners(library, {}, {default_mapping_folder()});
  const auto start = Clock::now();
  CountDocuments count;
  Documents stage(partners, count);
  FileSource source(path);
  Reader(source, stage, Policy()).run();
  return {Clock::now() - start, count.documents};
}

Result canonical_together(const std::string& path) {
  GrammarLibrary library({default_grammar_folder()});
  (void)library.find("005010");
  Partners partners(library, {}, {default_mapping_folder()});
  const auto start = WallClock::now();
  CountDocuments count;
  ParallelSink parallel([&](Sink& next) { return std::make_unique<Documents>(partners, next); },
                        count, processors());
  FileSource source(path);
  (void)read_in_parallel(source, parallel, parallel, Policy());
  return {WallClock::now() - start, count.documents};
}

// Traffic that never was a file, for measuring memory at any size.
class TrafficSource final : public Source {
 public:
  explicit TrafficSource(std::uint64_t bytes) : traffic_(7, bytes) {}
  std::size_t read(char* into, std::size_t most) override {
    while (at_ == piece_.size()) {
      if (!traffic_.next(piece_)) {
        return 0;
      }
      at_ = 0;
    }
    const auto count = std::min(most, piece_.size() - at_);
    std::memcpy(into, piece_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  crossdock::support::Traffic traffic_;
  std::string piece_;
  std::size_t at_ = 0;
};

Result checked_traffic(std::uint64_t megabytes) {
  GrammarLibrary library({default_grammar_folder()});
  TrafficSource source(megabytes << 20);
  return checked_from(source, Clock::now(), library);
}

Result run_one(const std::string& name, const std::string& argument) {
  if (name == "memchr") {
    return count(argument);
  }
  if (name == "tape") {
    return tape(argument);
  }
  if (name == "lexer") {
    return lex(argument, best_way());
  }
  if (name == "lexer-portable") {
    return lex(argument, Way::portable);
  }
  if (name == "envelope") {
    return envelope(argument);
  }
  if (name == "checked") {
    return checked(argument);
  }
  if (name == "canonical") {
    return canonical(argument);
  }
  if (name == "checked-together") {
    return checked_together(argument);
  }
  if (name == "canonical-together") {
    return canonical_together(argument);
  }
  return checked_traffic(std::stoull(argument));
}

struct Measured {
  Result result;
  double peak_mib = 0;
  bool good = false;
};

// Runs a command that prints "SECONDS FOUND".
Measured measure(const std::vector<std::string>& command) {
  int ends[2];
  if (::pipe(ends) != 0) {
    return {};
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& one : command) {
      arguments.push_back(const_cast<char*>(one.c_str()));
    }
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[256];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  struct rusage usage {};
  ::wait4(child, &status, 0, &usage);
  Measured out;
  unsigned long long found = 0;
  out.good = WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
             std::sscanf(text.c_str(), "%lf %llu", &out.result.seconds, &found) == 2;
  out.result.found = found;
  out.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
  return out;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Row {
  std::string name;
  std::string what;
  std::vector<std::string> command;
  int rounds;
  std::vector<double> seconds;
  double peak_mib = 0;
  std::uint64_t found = 0;
};

int bench(std::uint64_t megabytes, int rounds, bool peers, std::uint64_t large) {
  const fs::path self = fs::read_symlink("/proc/self/exe");
  const fs::path folder = self.parent_path().parent_path() / "bench-x12";
  fs::create_directories(folder);
  const std::string file = (folder / ("traffic-" + std::to_string(megabytes) + ".x12")).string();
  crossdock::support::Traffic traffic(1, megabytes << 20);
  {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    std::string piece;
    while (traffic.next(piece)) {
      out << piece;
    }
  }
  const double size = static_cast<double>(fs::file_size(file));
  std::printf("%s: %.1f MB, %llu sets (850 and 856); lexer way: %s\n", file.c_str(), size / 1e6,
              static_cast<unsigned long long>(traffic.sets()),
              std::string(to_string(best_way())).c_str());
  std::vector<Row> rows;
  const auto own = [&](const char* name, const std::string& what) {
    rows.push_back({name, what, {self.string(), "--one", name, file}, rounds, {}, 0, 0});
  };
  own("memchr", "C memchr, segment count only");
  own("tape", "C tape of all delimiters");
  own("lexer", "our lexer, a stream of segments");
  own("lexer-portable", "our lexer without AVX2");
  own("envelope", "our reader, envelopes only");
  const std::string together = ", wall, " + std::to_string(processors()) + " threads";
  own("checked", "every set checked by its grammar, 1 thread");
  own("checked-together", "every set checked" + together);
  own("canonical", "canonical JSON of every set, 1 thread");
  own("canonical-together", "canonical JSON of every set" + together);
  if (peers) {
    const std::string prepare = std::string(CROSSDOCK_PEERS) + "/prepare";
    const std::string modules = (folder / "peers").string();
    if (std::system((prepare + " " + modules + " >&2").c_str()) == 0) {
      for (const char* peer :
           {"node-x12 stream", "node-x12 parse", "x12-parser", "stedi metadata", "stedi 997"}) {
        rows.push_back({peer,
                        std::string("npm ") + peer,
                        {"node", "--max-old-space-size=8192",
                         std::string(CROSSDOCK_PEERS) + "/speed.js", modules, peer, file},
                        1,
                        {},
                        0,
                        0});
      }
    }
  }
  for (int round = 0; round < rounds; ++round) {
    for (auto& row : rows) {
      if (round >= row.rounds) {
        continue;
      }
      const auto one = measure(row.command);
      if (!one.good) {
        std::fprintf(stderr, "%s failed\n", row.what.c_str());
        continue;
      }
      row.seconds.push_back(one.result.seconds);
      row.peak_mib = std::max(row.peak_mib, one.peak_mib);
      row.found = one.result.found;
    }
  }
  // Ratios of one round each, because load comes and goes between rounds.
  const auto& base = rows[1].seconds;
  std::printf("%-46s %9s %9s %9s %10s %12s %12s\n", "reader", "seconds", "best", "MB/s", "peak MiB",
              "x C tape", "found");
  for (const auto& row : rows) {
    if (row.seconds.empty()) {
      continue;
    }
    std::vector<double> ratios;
    for (std::size_t i = 0; i < row.seconds.size() && i < base.size(); ++i) {
      ratios.push_back(base[i] / row.seconds[i]);
    }
    const double seconds = median(row.seconds);
    std::printf("%-46s %9.3f %9.3f %9.1f %10.1f %12.3f %12llu\n", row.what.c_str(), seconds,
                *std::min_element(row.seconds.begin(), row.seconds.end()), size / 1e6 / seconds,
                row.peak_mib, ratios.empty() ? 0 : median(ratios),
                static_cast<unsigned long long>(row.found));
  }
  if (large != 0) {
    for (const std::uint64_t at : {megabytes, large}) {
      const auto one = measure({self.string(), "--one", "traffic", std::to_string(at)});
      std::printf("checked read of %llu MiB of traffic: peak %.1f MiB, %llu sets accepted\n",
                  static_cast<unsigned long long>(at), one.peak_mib,
                  static_cast<unsigned long long>(one.result.found));
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--one") == 0) {
    const Result result = run_one(argv[2], argv[3]);
    std::printf("%.6f %llu\n", result.seconds, static_cast<unsigned long long>(result.found));
    return 0;
  }
  std::uint64_t megabytes = 64, large = 1024;
  int rounds = 5;
  bool peers = true;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--no-peers") {
      peers = false;
    } else if (option == "--size" && i + 1 < argc) {
      megabytes = std::stoull(argv[++i]);
    } else if (option == "--rounds" && i + 1 < argc) {
      rounds = std::stoi(argv[++i]);
    } else if (option == "--large" && i + 1 < argc) {
      large = std::stoull(argv[++i]);
    } else {
      std::fprintf(stderr,
                   "Usage: ./dev bench x12 [--size MB] [--rounds N] [--large MB] [--no-peers]\n"
                   "  --size    of the generated file (64)\n"
                   "  --rounds  of each measurement of ours (5)\n"
                   "  --large   size at which memory is measured once more (1024; 0: not)\n"
                   "  --no-peers  without the npm packages\n");
      return option == "--help" ? 0 : 64;
    }
  }
  return bench(megabytes, rounds, peers, large);
}
