// write: canonical documents as an X12 interchange.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <ostream>

#include "plugins/edi_x12/command/commands.hpp"
#include "plugins/edi_x12/command/stamp.hpp"
#include "plugins/edi_x12/engine/writer/writer.hpp"
#include "plugins/edi_x12/mapping/outgoing.hpp"
#include "plugins/edi_x12/profile/envelope.hpp"

namespace crossdock::x12::command {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestInput = 1u << 30;  // bytes

struct WriteOptions {
  std::vector<std::string> files;
  std::vector<std::string> grammars, mappings;
  std::string set, profile, version;
  std::string sender = "ZZ:CROSSDOCK", receiver = "ZZ:PARTNER";
  Stamp stamp;
  bool unchecked = false;
};

// QUALIFIER:ID
Party party_of(const std::string& text) {
  const auto colon = text.find(':');
  return {text.substr(0, colon), text.substr(colon + 1)};
}

EnvelopeSettings settings_of(const WriteOptions& o, const Profile* profile) {
  EnvelopeSettings out;
  if (profile != nullptr) {
    out = envelope_to(*profile, party_of(o.sender));
  } else {
    out.sender = party_of(o.sender);
  }
  if (profile == nullptr || profile->id.empty()) {
    out.receiver = party_of(o.receiver);
  }
  if (!o.version.empty()) {
    out.version = o.version;
  }
  const auto at = o.stamp.instant();
  out.date = at.substr(0, 8);
  out.time = at.substr(8);
  return out;
}

std::string content_of(const std::string& file) {
  std::string out;
  if (file == "-") {
    out.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      throw NotWritable(file + ": the file cannot be opened");
    }
    out.assign(std::istreambuf_iterator<char>(in), {});
  }
  if (out.size() > kLargestInput) {
    throw NotWritable(file + ": more than 1 GiB");
  }
  return out;
}

// The lines of JSON, or one document over several lines.
std::vector<std::string> documents_of(const std::string& text) {
  json::error_code error;
  if (json::parse(text, error); !error) {
    return {text};
  }
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end;
    auto line = text.substr(at, end - at);
    if (line.find_first_not_of(" \t\r") != std::string::npos) {
      out.push_back(std::move(line));
    }
    at = end + 1;
  }
  return out;
}

int write_all(const WriteOptions& o, Console& console) {
  std::vector<std::filesystem::path> grammar_folders{default_grammar_folder()};
  grammar_folders.insert(grammar_folders.end(), o.grammars.begin(), o.grammars.end());
  std::vector<std::filesystem::path> mapping_folders{default_mapping_folder()};
  mapping_folders.insert(mapping_folders.end(), o.mappings.begin(), o.mappings.end());
  GrammarLibrary grammars(grammar_folders);
  std::vector<Profile> profiles;
  std::string name;
  if (!o.profile.empty()) {
    profiles.push_back(read_profile(o.profile));
    name = profiles.front().name;
  }
  Partners partners(grammars, std::move(profiles), mapping_folders);
  const auto* profile = partners.named(name);
  const auto settings = settings_of(o, profile);
  const auto grammar = partners.grammar(profile, settings.version);
  if (!grammar) {
    console.err << "crossdock-x12: release " << settings.version << " is not at hand\n";
    return kUsage;
  }
  InterchangeWriter writer(settings, o.stamp.control);
  OutgoingDocuments documents(partners);
  std::string group;
  std::uint64_t groups = 0, sets = 0, number = 0;
  bool faults = false;
  for (const auto& file : o.files) {
    for (const auto& document : documents_of(content_of(file))) {
      ++number;
      const auto where = file + ", document " + std::to_string(number) + ": ";
      json::error_code error;
      json::parse_options limits;
      limits.max_depth = 32;
      const auto value = json::parse(document, error, {}, limits);
      if (error || !value.is_object()) {
        console.err << "crossdock-x12: " << where << "is no JSON object\n";
        faults = true;
        continue;
      }
      // As `canonical` prints it, or the document alone.
      const auto& object = value.get_object();
      const auto* data = object.if_contains("data");
      const auto* st01 = object.if_contains("st01");
      const bool wrapped =
          data != nullptr && data->is_object() && st01 != nullptr && st01->is_string();
      std::string set = o.set;
      if (set.empty() && wrapped) {
        set = std::string(st01->get_string());
      }
      if (set.empty()) {
        console.err << "crossdock-x12: " << where << "does not say which set it is; use --set\n";
        faults = true;
        continue;
      }
      const auto made = documents.make(profile, settings.version, set,
                                       wrapped ? json::serialize(*data) : document);
      for (const auto& problem : made.problems) {
        console.err << "crossdock-x12: " << where << problem << '\n';
        faults = true;
      }
      for (const auto& path : made.unclaimed) {
        console.err << "crossdock-x12: " << where << "set " << set << " has no place for " << path
                    << '\n';
      }
      if (!made.problems.empty()) {
        continue;
      }
      try {
        if (made.set.functional_id != group) {
          if (!group.empty()) {
            writer.end_group();
          }
          group = made.set.functional_id;
          writer.begin_group(group, o.stamp.control + groups++);
          sets = 0;
        }
        writer.begin_set(set, ++sets);
        for (const auto& line : made.set.segments) {
          writer.segment(line.id, {line.elements.begin(), line.elements.end()});
        }
        writer.end_set();
      } catch (const NotWritable& fault) {
        console.err << "crossdock-x12: " << where << fault.what() << '\n';
        return kRejected;
      }
    }
  }
  if (faults || number == 0) {
    console.err << (number == 0 ? "crossdock-x12: there is no document to write\n"
                                : "crossdock-x12: nothing is written\n");
    return kRejected;
  }
  const auto text = writer.finish();
  if (!o.unchecked) {
    // What a partner would refuse is not sent.
    const auto foreseen = foresee(text, grammar);
    for (const auto& finding : foreseen.findings) {
      console.err << "crossdock-x12: " << finding << '\n';
    }
    if (foreseen.rejected) {
      console.err << "crossdock-x12: a partner would reject this; nothing is written "
                     "(--unchecked writes it)\n";
      return kRejected;
    }
  }
  console.out << text;
  return kAccepted;
}

}  // namespace

void add_write(CLI::App& app, Console& console) {
  auto options = std::make_shared<WriteOptions>();
  auto* command = app.add_subcommand("write", "write canonical documents as X12");
  command
      ->add_option("FILE", options->files,
                   "lines of JSON as `canonical` prints them; - is standard input")
      ->required();
  command->add_option("--set", options->set, "the set of documents that do not say it, as 850");
  command->add_option("--profile", options->profile,
                      "the partner: release, delimiters, ids, codes, mappings");
  command->add_option("--version-id", options->version, "GS08 (005010, or the profile's)");
  command->add_option("--sender", options->sender, "QUALIFIER:ID of ISA05 and ISA06")
      ->capture_default_str();
  command->add_option("--receiver", options->receiver, "QUALIFIER:ID of ISA07 and ISA08")
      ->capture_default_str();
  for (const char* name : {"--sender", "--receiver"}) {
    command->get_option(name)->check([](const std::string& text) {
      return text.size() > 3 && text[2] == ':' && text.size() <= 18
                 ? std::string()
                 : "\"" + text + "\" is not as ZZ:NAME";
    });
  }
  options->stamp.add_to(*command, "control number of the interchange",
                        "date and time, CCYYMMDDHHMM (now, UTC)");
  command->add_flag("--unchecked", options->unchecked, "write also what the grammar would reject");
  command->add_option("--grammars,--grammar", options->grammars,
                      "a folder of grammars that comes on top");
  command->add_option("--mapping", options->mappings, "a folder of mappings that comes on top");
  for (const char* name : {"--grammar", "--mapping"}) {
    command->get_option(name)->allow_extra_args(false);  // one each, files may follow
  }
  command->footer(
      "One interchange; sets of one kind that follow each other share a group. Values that the "
      "set\n"
      "has no place for are named on standard error.\n"
      "Exit status: 0 written, 1 something cannot be written, 64 wrong usage.\n"
      "Examples:\n"
      "  crossdock-x12 canonical orders.x12 | crossdock-x12 write --sender 01:US - > again.x12\n"
      "  crossdock-x12 write --set 855 --profile north.info --control 42 answer.json");
  command->callback([options, &console] { console.status = write_all(*options, console); });
}

}  // namespace crossdock::x12::command
