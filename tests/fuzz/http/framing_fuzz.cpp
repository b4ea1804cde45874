// Any bytes as a request: bounded, and the same however they are cut into pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "host/http/framing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using crossdock::host::http::Framing;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  crossdock::host::http::FramingLimits limits;
  limits.body_bytes = 4096;
  Framing whole(limits);
  whole.feed(input);
  Framing pieces(limits);
  for (std::size_t at = 0; at < size && pieces.state() != Framing::State::whole &&
                           pieces.state() != Framing::State::refused;
       ++at) {
    pieces.feed(input.substr(at, 1));
  }
  if (whole.state() == Framing::State::whole) {
    const auto body = whole.take_body();
    if (pieces.state() != Framing::State::whole || body != pieces.take_body() ||
        body.size() > limits.body_bytes || whole.take_head() != pieces.take_head()) {
      std::abort();
    }
  }
  return 0;
}
