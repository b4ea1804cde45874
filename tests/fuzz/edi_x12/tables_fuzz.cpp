// Any text as a grammar, a mapping or a profile: refused with words, or taken.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "plugins/edi_x12/grammar/text.hpp"
#include "plugins/edi_x12/mapping/table.hpp"
#include "plugins/edi_x12/profile/profile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace crossdock::x12;
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  try {
    if (bytes[0] % 3 == 0) {
      Draft draft;
      GrammarText::read(text, "fuzz", "fuzz", draft);
      (void)build(draft);
    } else if (bytes[0] % 3 == 1) {
      (void)read_mapping(text, "fuzz").describe();
    } else {
      (void)parse_profile(text, "fuzz");
    }
  } catch (const GrammarError&) {
    // refused, as it should be
  }
  return 0;
}
