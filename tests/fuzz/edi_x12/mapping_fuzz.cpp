// Any segments by any mapping: what is read is JSON, and what was read can be written again. And
// any text as a canonical document.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/grammar/library.hpp"
#include "plugins/edi_x12/mapping/from_canonical.hpp"
#include "plugins/edi_x12/mapping/library.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"

namespace {

using namespace crossdock::x12;

struct Way {
  MapTable table;
  std::unique_ptr<CanonicalReader> reader;
};

std::vector<Way>& ways() {
  static GrammarLibrary grammars({default_grammar_folder()});
  static std::vector<Way> all = [] {
    static const MappingLibrary kMappings({default_mapping_folder()});
    std::vector<Way> out;
    const auto grammar = grammars.find("005010");
    for (const auto& set : kMappings.sets()) {
      const auto& table = *kMappings.find(set);
      out.push_back(
          {fit(table, *grammar), std::make_unique<CanonicalReader>(compile(table, *grammar))});
    }
    return out;
  }();
  return all;
}

}  // namespace

// The first byte chooses the set; then segments, a line each, elements between '*'; or JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  auto& way = ways()[bytes[0] % ways().size()];
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  if (text[0] == '{') {
    (void)write_set(way.table, text);
    return 0;
  }
  way.reader->begin({{"currency", "USD"}, {"customer", "C"}}, '>');
  const std::string_view head[] = {way.table.set, "0001"};
  way.reader->segment("ST", head, 2);
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at);
    end = end == std::string_view::npos ? text.size() : end;
    std::vector<std::string_view> parts;
    for (std::size_t from = at; from <= end;) {
      auto stop = text.find('*', from);
      stop = stop == std::string_view::npos || stop > end ? end : stop;
      parts.push_back(text.substr(from, stop - from));
      from = stop + 1;
    }
    way.reader->segment(parts[0], parts.data() + 1, parts.size() - 1);
    at = end + 1;
  }
  for (const auto out : way.reader->end()) {
    const auto written = write_set(way.table, out);
    // What a table reads it can write; only two currencies in one document it cannot.
    if (written.segments.empty() && written.problems.empty() && out.size() > 200) {
      std::abort();
    }
  }
  return 0;
}
