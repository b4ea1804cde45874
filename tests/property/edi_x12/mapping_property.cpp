// What every mapping promises: a canonical document that is written as X12 and read again is the
// same, and what was read can be written again to the same segments.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "tests/support/x12_documents/documents.hpp"

namespace crossdock::x12 {
namespace {

namespace json = boost::json;

GrammarLibrary& grammars() {
  static GrammarLibrary library({default_grammar_folder()});
  return library;
}
const MappingLibrary& mappings() {
  static const MappingLibrary kLibrary({default_mapping_folder()});
  return kLibrary;
}

// A set and the release it is written in.
struct Case {
  std::string set;
  std::string release;
};
class Mappings : public testing::TestWithParam<Case> {};

std::string shown(const std::vector<OutSegment>& segments) {
  std::string out;
  for (const auto& segment : segments) {
    out += segment.id;
    for (const auto& element : segment.elements) {
      out += "*" + element;
    }
    out += "\n";
  }
  return out;
}

// Paths that are read from an element that another path is written to: what is read says them too.
void only_read(const std::vector<MapItem>& items, const std::string& around,
               std::map<std::string, bool>& out) {
  for (const auto& item : items) {
    const auto joined = [&](const std::string& a, const std::string& b) {
      return a.empty() || b.empty() ? a + b : a + "." + b;
    };
    const auto path = joined(around, item.path);
    for (const auto& field : item.fields) {
      auto& written = out[joined(path, field.path)];
      written = written || field.out;
    }
    only_read(item.items, path, out);
  }
}
void erase(json::value& in, const std::string& path) {
  if (auto* array = in.if_array()) {
    for (auto& entry : *array) {
      erase(entry, path);
    }
    return;
  }
  const auto dot = path.find('.');
  auto* object = in.if_object();
  if (object == nullptr) {
    return;
  }
  if (dot == std::string::npos) {
    object->erase(path);
  } else if (auto* inner = object->if_contains(path.substr(0, dot))) {
    erase(*inner, path.substr(dot + 1));
    if (inner->is_object() && inner->get_object().empty()) {
      object->erase(path.substr(0, dot));
    }
  }
}

// Where two documents differ first.
std::string difference(const json::value& a, const json::value& b, const std::string& path) {
  if (a.is_object() && b.is_object()) {
    for (const auto& [name, value] : a.get_object()) {
      const auto* other = b.get_object().if_contains(name);
      auto found = other == nullptr ? path + "." + std::string(name) + " is lost"
                                    : difference(value, *other, path + "." + std::string(name));
      if (!found.empty()) {
        return found;
      }
    }
    for (const auto& [name, value] : b.get_object()) {
      if (!a.get_object().contains(name)) {
        return path + "." + std::string(name) + " is new: " + json::serialize(value);
      }
    }
    return {};
  }
  if (a.is_array() && b.is_array() && a.get_array().size() == b.get_array().size()) {
    for (std::size_t i = 0; i < a.get_array().size(); ++i) {
      auto found =
          difference(a.get_array()[i], b.get_array()[i], path + "[" + std::to_string(i) + "]");
      if (!found.empty()) {
        return found;
      }
    }
    return {};
  }
  return a == b ? "" : path + " was " + json::serialize(a) + ", is " + json::serialize(b);
}

TEST_P(Mappings, WhatIsWrittenComesBack) {
  const auto& [set, release] = GetParam();
  const auto grammar = grammars().find(release);
  const auto fitted = fit(*mappings().find(set), *grammar);
  const auto* table = &fitted;
  CanonicalReader reader(compile(*table, *grammar));
  const auto given = support::given_of(*table);
  std::map<std::string, bool> paths;
  only_read(table->items, "", paths);
  EXPECT_TRUE(rc::check([&] {
    const auto document =
        support::random_document(*table, *grammar, *rc::gen::arbitrary<std::uint64_t>());
    const auto written = write_set(*table, json::serialize(document));
    const auto text = shown(written.segments);
    if (!written.problems.empty()) {
      RC_FAIL(written.problems.front() + "\n" + json::serialize(document));
    }
    bool ok = false;
    const auto back = support::read_back(reader, *table, written.segments, given, ok);
    if (!ok) {
      RC_FAIL(reader.problems().front() + "\n" + text);
    }
    if (!reader.unmapped().empty()) {
      RC_FAIL("not read: " + reader.unmapped().front() + "\n" + text);
    }
    auto compared = json::parse(back);
    for (const auto& [path, written_too] : paths) {
      if (!written_too) {
        erase(compared, path);
      }
    }
    if (compared != json::value(document)) {
      RC_FAIL(difference(document, compared, "") + "\n" + text);
    }
    const auto again = write_set(*table, back);
    RC_ASSERT(again.problems.empty());
    RC_ASSERT(shown(again.segments) == text);
    RC_ASSERT(written.unclaimed.empty());
  }));
}

// The order of the segments is the order of the set.
TEST_P(Mappings, WhatIsWrittenStandsInOrder) {
  const auto& [id, release] = GetParam();
  const auto grammar = grammars().find(release);
  const auto fitted = fit(*mappings().find(id), *grammar);
  const auto* table = &fitted;
  const auto* set = grammar->find_set(id);
  EXPECT_TRUE(rc::check([&] {
    const auto document =
        support::random_document(*table, *grammar, *rc::gen::arbitrary<std::uint64_t>());
    const auto written = write_set(*table, json::serialize(document));
    std::uint16_t node = 0;
    for (const auto& segment : written.segments) {
      const auto slot = set->slot_of[grammar->index_of(*grammar->find_segment(segment.id))];
      const auto step = set->step(node, slot);
      if (!step.ok()) {
        RC_FAIL(segment.id + " may not follow " + grammar->segment(set->nodes[node].segment).id +
                "\n" + shown(written.segments));
      }
      node = step.node();
    }
  }));
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const auto& set : mappings().sets()) {
    out.push_back({set, "004010"});
    out.push_back({set, "005010"});
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(All, Mappings, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.set + "_" + one.param.release; });

}  // namespace
}  // namespace crossdock::x12
