// canonical: the sets of files as canonical documents, a line of JSON each.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/command/input.hpp"
#include "plugins/edi_x12/engine/parallel/parallel_sink.hpp"
#include "plugins/edi_x12/engine/reader/relay.hpp"
#include "plugins/edi_x12/mapping/canonical_sink.hpp"
#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12::command {
namespace {

struct CanonicalOptions {
  std::vector<std::string> files;
  std::vector<std::string> grammars, mappings, profiles, given;
  std::string explain;
  bool bare = false;
  bool rejected_too = false;
  Jobs jobs;
};

void list(std::string& out, const char* name, const std::vector<std::string>& texts) {
  out += name;
  for (const auto& text : texts) {
    append_json_string(text, out);
    out.push_back(',');
  }
  if (out.back() == ',') {
    out.pop_back();
  }
  out.push_back(']');
}

Given given_of(const std::vector<std::string>& pairs) {
  Given out;
  for (const auto& pair : pairs) {
    const auto equals = pair.find('=');
    out[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return out;
}

// What the line of a set says.
enum class Said : std::uint8_t { document, refused };

// Checks sets and makes a line of each.
class LineStage final : public Relay {
 public:
  LineStage(const CanonicalOptions& o, const std::string& file, Partners& partners, Sink& next)
      : Relay(static_cast<Sink&>(checker_)),
        options_(o),
        file_(file),
        canonical_(partners, given_of(o.given), o.rejected_too,
                   [this, &next](const CanonicalResult& result) {
                     const auto said = result.data.empty() ? Said::refused : Said::document;
                     line_.clear();
                     said == Said::refused ? refuse(result) : tell(result);
                     next.made(line_, static_cast<std::uint8_t>(said));
                   }),
        checker_(canonical_, partners.choice(), policy_) {}

 private:
  void begin(const char* kind, const CanonicalResult& r) {
    line_ += "{\"kind\":\"";
    line_ += kind;
    line_ += "\",\"file\":";
    append_json_string(file_, line_);
    line_ += ",\"st01\":";
    append_json_string(r.set->type, line_);
    line_ += ",\"st02\":";
    append_json_string(r.set->control, line_);
    line_ += R"(,"status":")";
    line_.push_back(r.end->status());
    line_.push_back('"');
  }
  void refuse(const CanonicalResult& r) {
    begin("refused", r);
    if (r.table == nullptr) {
      line_ += R"(,"problems":["there is no mapping for this set"])";
    } else if (r.problems != nullptr && !r.problems->empty()) {
      list(line_, ",\"problems\":[", *r.problems);
    } else {
      line_ += R"(,"problems":["the set is rejected; crossdock-x12 read says why"])";
    }
    line_ += "}\n";
  }
  void tell(const CanonicalResult& r) {
    if (options_.bare) {
      line_ += r.data;
      line_.push_back('\n');
      return;
    }
    begin("document", r);
    line_ += ",\"entity\":";
    append_json_string(r.table->entity, line_);
    if (r.partner != nullptr) {
      line_ += ",\"partner\":";
      append_json_string(r.partner->name, line_);
    }
    if (!r.unmapped->empty()) {
      list(line_, ",\"unmapped\":[", *r.unmapped);
    }
    line_ += ",\"data\":";
    line_ += r.data;
    line_ += "}\n";
  }

  const CanonicalOptions& options_;
  const std::string& file_;
  const Policy policy_;
  std::string line_;
  CanonicalSink canonical_;
  Checker checker_;
};

// Writes the lines.
class Printed final : public Sink {
 public:
  Printed(Console& console, bool bare) : console_(console), bare_(bare) {}
  std::uint64_t refused() const { return refused_; }

  void made(std::string_view text, std::uint8_t kind) override {
    const bool refused = kind == static_cast<std::uint8_t>(Said::refused);
    refused_ += refused ? 1 : 0;
    (bare_ && refused ? console_.err : console_.out)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
  }

 private:
  Console& console_;
  bool bare_;
  std::uint64_t refused_ = 0;
};

// Status of one file.
int print_one(const CanonicalOptions& o, const std::string& file, Partners& partners,
              Console& console) {
  Printed lines(console, o.bare);
  WatchedFile source(file, {}, wants_progress());
  const auto stage = [&](Sink& next) {
    return std::make_unique<LineStage>(o, file, partners, next);
  };
  const Policy policy;
  const unsigned threads = o.jobs.threads_for(source.file());
  bool any = false;
  if (threads == 1) {
    any = Reader(source, *stage(lines), policy).run();
  } else {
    ParallelSink parallel(stage, lines, threads);
    any = read_in_parallel(source, parallel, parallel, policy);
  }
  if (!any) {
    console.err << "crossdock-x12: nothing in " << file << " can be read as X12\n";
    return kNotX12;
  }
  return lines.refused() == 0 ? kAccepted : kRejected;
}

int print(const CanonicalOptions& o, Console& console) {
  std::vector<std::filesystem::path> grammar_folders{default_grammar_folder()};
  grammar_folders.insert(grammar_folders.end(), o.grammars.begin(), o.grammars.end());
  std::vector<std::filesystem::path> mapping_folders{default_mapping_folder()};
  mapping_folders.insert(mapping_folders.end(), o.mappings.begin(), o.mappings.end());
  GrammarLibrary grammars(grammar_folders);
  if (!o.explain.empty()) {
    const MappingLibrary mappings(mapping_folders);
    const auto* table = mappings.find(o.explain);
    if (table == nullptr) {
      console.err << "crossdock-x12: no mapping for set " << o.explain << "; there are";
      for (const auto& set : mappings.sets()) {
        console.err << ' ' << set;
      }
      console.err << '\n';
      return kUsage;
    }
    console.out << table->describe();
    return kAccepted;
  }
  std::vector<Profile> profiles;
  for (const auto& file : o.profiles) {
    profiles.push_back(read_profile(file));
  }
  Partners partners(grammars, std::move(profiles), mapping_folders);
  int worst = kAccepted;
  for (const auto& file : o.files) {
    int status = kNotX12;
    try {
      status = print_one(o, file, partners, console);
    } catch (const ReadError& fault) {
      console.err << "crossdock-x12: " << fault.what() << '\n';
    }
    worst = std::max(worst, status);
  }
  return worst;
}

}  // namespace

void add_canonical(CLI::App& app, Console& console) {
  auto options = std::make_shared<CanonicalOptions>();
  auto* command = app.add_subcommand("canonical", "print sets as canonical documents");
  auto* files = command->add_option("FILE", options->files, "files; - is standard input");
  command
      ->add_option("--explain", options->explain,
                   "print the mapping table of a set instead, as 850")
      ->excludes(files);
  command->add_flag("--bare", options->bare,
                    "the documents alone; what is refused goes to standard error");
  command->add_flag("--rejected-too", options->rejected_too,
                    "also sets that the check rejects, as far as they can be mapped");
  command
      ->add_option("--given", options->given,
                   "a value that X12 does not hold: NAME=VALUE, as customer=CUST-1 (channel, "
                   "customer, currency, warehouse, order_id ...)")
      ->check([](const std::string& text) {
        return text.find('=') == std::string::npos ? "\"" + text + "\" is not NAME=VALUE"
                                                   : std::string();
      });
  command->add_option("--profile", options->profiles, "a partner's profile; may be repeated");
  command->add_option("--grammars,--grammar", options->grammars,
                      "a folder of grammars that comes on top");
  command->add_option("--mapping", options->mappings, "a folder of mappings that comes on top");
  for (const char* name : {"--given", "--profile", "--grammar", "--mapping"}) {
    command->get_option(name)->allow_extra_args(false);  // one each, files may follow
  }
  options->jobs.add_to(*command);
  command->footer(
      "One line per set: kind (document or refused), file, st01, st02, status, entity, unmapped\n"
      "(segments that the mapping has no place for) and data.\n"
      "Exit status: 0 every set became a document, 1 some did not, 2 a file cannot be read as "
      "X12,\n"
      "64 wrong usage.\n"
      "Examples:\n"
      "  crossdock-x12 canonical --given customer=CUST-1 orders.x12\n"
      "  crossdock-x12 canonical --bare orders.x12 | crossdock-x12 write --set 850 - > again.x12\n"
      "  crossdock-x12 canonical --explain 850");
  command->callback([options, &console] {
    if (options->files.empty() && options->explain.empty()) {
      throw CLI::RequiredError("FILE or --explain");
    }
    console.status = print(*options, console);
  });
}

}  // namespace crossdock::x12::command
