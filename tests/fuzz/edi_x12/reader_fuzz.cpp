// Any bytes as an X12 file, and the acknowledgement of whatever was read.
#include <cstddef>
#include <cstdint>

#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/document/document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace crossdock::x12;
  static const EnvelopeSettings kEnvelope = [] {
    EnvelopeSettings out;
    out.sender = {"01", "1"};
    out.receiver = {"01", "2"};
    out.date = "20261124";
    out.time = "0915";
    return out;
  }();
  const auto file = read({reinterpret_cast<const char*>(bytes), size});
  for (const auto& interchange : file.interchanges) {
    for (const auto& group : interchange.groups) {
      try {
        (void)write_997(report_of(group), kEnvelope, {1, 1, 1});
      } catch (const NotWritable&) {
        // what came in may hold what cannot be written back
      }
    }
  }
  return 0;
}
