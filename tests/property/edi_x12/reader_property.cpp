// What holds for any bytes and any damage: reading ends, points into what it was given, and a group
// whose trailer is missing is never acknowledged as accepted.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"
#include "plugins/edi_x12/engine/check/checker.hpp"
#include "tests/support/edi/purchase_orders.hpp"

namespace crossdock::x12 {
namespace {

void check_places(const std::string& text, const File& file) {
  for (const auto& finding : file.findings) {
    RC_ASSERT(finding.offset <= text.size());
  }
  for (const auto& interchange : file.interchanges) {
    RC_ASSERT(interchange.bytes.data() >= text.data());
    RC_ASSERT(interchange.bytes.data() + interchange.bytes.size() <= text.data() + text.size());
    for (const auto& group : interchange.groups) {
      (void)report_of(group);
      for (const auto& set : group.sets) {
        for (const auto& finding : set.findings) {
          RC_ASSERT(finding.offset <= text.size());
          RC_ASSERT(!finding.message.empty());
        }
      }
    }
  }
}

std::string some_file() {
  std::string out;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 1; i <= count; ++i) {
    out += support::interchange_850(*rc::gen::inRange(0, 4), i,
                                    {{"PO-" + std::to_string(i), {{1, 2}, {3, 4}}}});
  }
  return out;
}

RC_GTEST_PROP(Reader, WholeFilesAreReadWhole, ()) {
  const auto text = some_file();
  const auto file = read(text);
  for (const auto& interchange : file.interchanges) {
    RC_ASSERT(interchange.whole);
    for (const auto& group : interchange.groups) {
      RC_ASSERT(group.end.status() == 'A');
    }
  }
}

RC_GTEST_PROP(Reader, AnyDamageIsReadOrSaid, ()) {
  auto text = some_file();
  const int damages = *rc::gen::inRange(1, 6);
  for (int i = 0; i < damages && !text.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto size =
        *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(40, text.size() - at) + 1);
    if (*rc::gen::arbitrary<bool>()) {
      text.erase(at, size);
    } else {
      text.insert(at, *rc::gen::string<std::string>());
    }
  }
  check_places(text, read(text));
}

RC_GTEST_PROP(Reader, ACutFileIsNeverAcceptedWhole, ()) {
  const auto text = support::interchange_850(0, 1, {{"PO-1", {{1, 2}}}});
  const auto end_of_set = text.find("\nGE");
  const auto cut = *rc::gen::inRange<std::size_t>(107, end_of_set - 1);
  const auto part = text.substr(0, cut);
  const auto file = read(part);
  for (const auto& interchange : file.interchanges) {
    RC_ASSERT(!interchange.whole);
    for (const auto& group : interchange.groups) {
      for (const auto& set : group.sets) {
        RC_ASSERT(set.status == 'R');
      }
    }
  }
}

RC_GTEST_PROP(Reader, AnyBytesEnd, (const std::string& noise)) {
  const auto text = "ISA" + noise + some_file();
  check_places(text, read(text));
}

}  // namespace
}  // namespace crossdock::x12
