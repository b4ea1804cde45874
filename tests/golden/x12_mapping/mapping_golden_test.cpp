// Sets and what they are in the canonical model, as pairs of files that people can read: read, it
// is the JSON; written again, it is the same segments. The set is the name up to a dash.
// CROSSDOCK_WRITE_GOLDEN=1 writes the JSON anew.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "tests/golden/x12_mapping/text_of_set.hpp"
#include "tests/support/x12_documents/documents.hpp"

namespace crossdock::x12 {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void print(const json::value& value, const std::string& indent, std::string& out) {
  const auto inner = indent + "  ";
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    const char* between = "{\n";
    for (const auto& [name, one] : *object) {
      out += between + inner + "\"" + std::string(name) + "\": ";
      print(one, inner, out);
      between = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    const char* between = "[\n";
    for (const auto& one : *array) {
      out += between + inner;
      print(one, inner, out);
      between = ",\n";
    }
    out += "\n" + indent + "]";
  } else {
    out += json::serialize(value);
  }
}

std::string text_of(std::vector<OutSegment> segments) {
  std::string out;
  for (auto& segment : segments) {
    while (!segment.elements.empty() && segment.elements.back().empty()) {
      segment.elements.pop_back();
    }
    out += segment.id;
    for (const auto& element : segment.elements) {
      out += "*" + element;
    }
    out += "\n";
  }
  return out;
}

class Pairs : public testing::TestWithParam<std::string> {};

TEST_P(Pairs, ReadAndWritten) {
  GrammarLibrary grammars({default_grammar_folder()});
  const MappingLibrary mappings({default_mapping_folder()});
  const auto grammar = grammars.find("005010");
  const auto* table = mappings.find(GetParam().substr(0, 3));
  ASSERT_NE(table, nullptr);
  CanonicalReader reader(compile(*table, *grammar));
  const fs::path pairs(CROSSDOCK_PAIRS);
  const auto text = content_of(pairs / (GetParam() + ".x12"));
  bool ok = false;
  const Given given{
      {"channel", "north"},  {"customer", "CUST-NORTH"}, {"currency", "USD"}, {"warehouse", "E1"},
      {"order_id", "ord-1"}, {"document_id", "doc-1"},   {"from", "E1"},      {"to", "W2"},
      {"system", "wms"}};
  const auto data = support::read_back(reader, *table, segments_of(text), given, ok);
  ASSERT_TRUE(ok) << reader.problems().front();
  EXPECT_TRUE(reader.unmapped().empty()) << reader.unmapped().front();
  std::string printed;
  print(json::parse(data), "", printed);
  printed += "\n";
  const auto golden = pairs / (GetParam() + ".json");
  if (std::getenv("CROSSDOCK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(golden, std::ios::binary | std::ios::trunc) << printed;
  }
  EXPECT_EQ(content_of(golden), printed);
  const auto written = write_set(fit(*table, *grammar), data);
  EXPECT_TRUE(written.problems.empty()) << written.problems.front();
  EXPECT_TRUE(written.unclaimed.empty()) << written.unclaimed.front();
  EXPECT_EQ(text_of(written.segments), text);
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(CROSSDOCK_PAIRS)) {
    if (file.path().extension() == ".x12") {
      out.push_back(file.path().stem().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}
INSTANTIATE_TEST_SUITE_P(All, Pairs, testing::ValuesIn(names()), [](const auto& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace crossdock::x12
