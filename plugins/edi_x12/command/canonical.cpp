// canonical: the sets of files as canonical documents, a line of JSON each.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/command/input.hpp"
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
  std::string line;
  for (const auto& file : o.files) {
    std::uint64_t refused = 0;
    CanonicalSink sink(partners, given_of(o.given), o.rejected_too, [&](const CanonicalResult& r) {
      line.clear();
      if (r.data.empty()) {
        ++refused;
        line += R"({"kind":"refused","file":)";
        append_json_string(file, line);
        line += ",\"st01\":";
        append_json_string(r.set->type, line);
        line += ",\"st02\":";
        append_json_string(r.set->control, line);
        line += R"(,"status":")";
        line.push_back(r.end->status());
        line.push_back('"');
        if (r.table == nullptr) {
          line += R"(,"problems":["there is no mapping for this set"])";
        } else if (r.problems != nullptr && !r.problems->empty()) {
          list(line, ",\"problems\":[", *r.problems);
        } else {
          line += R"(,"problems":["the set is rejected; crossdock-x12 read says why"])";
        }
        line += "}\n";
      } else if (o.bare) {
        line += r.data;
        line.push_back('\n');
      } else {
        line += R"({"kind":"document","file":)";
        append_json_string(file, line);
        line += ",\"st01\":";
        append_json_string(r.set->type, line);
        line += ",\"st02\":";
        append_json_string(r.set->control, line);
        line += R"(,"status":")";
        line.push_back(r.end->status());
        line += R"(","entity":)";
        append_json_string(r.table->entity, line);
        if (r.partner != nullptr) {
          line += ",\"partner\":";
          append_json_string(r.partner->name, line);
        }
        if (!r.unmapped->empty()) {
          list(line, ",\"unmapped\":[", *r.unmapped);
        }
        line += ",\"data\":";
        line += r.data;
        line += "}\n";
      }
      (o.bare && r.data.empty() ? console.err : console.out)
          .write(line.data(), static_cast<std::streamsize>(line.size()));
    });
    int status = kNotX12;
    try {
      WatchedFile source(file, {}, wants_progress());
      const Policy policy;
      Checker checker(sink, partners.choice(), policy);
      if (Reader(source, checker, policy).run()) {
        status = refused == 0 ? kAccepted : kRejected;
      } else {
        console.err << "crossdock-x12: nothing in " << file << " can be read as X12\n";
      }
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
