// Canonical records kept as JSON text in the store, read again soon after they were written: what a
// text says is remembered by the text itself, so it cannot become untrue.
//
// Threads: as the Database that it belongs to.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/text_hash.hpp"
#include "host/journal/store.hpp"

namespace crossdock::host::process {

template <class T>
class KnownTexts {
 public:
  const T* find(std::string_view text) const {
    const auto found = values_.find(text);
    return found == values_.end() ? nullptr : &found->second;
  }
  const T& add(std::string text, T value) {
    if (values_.size() >= kMost) {
      values_.clear();
    }
    return values_.insert_or_assign(std::move(text), std::move(value)).first->second;
  }

 private:
  static constexpr std::size_t kMost = 4096;  // a few megabytes; orders of some groups

  canonical::ByText<T> values_;
};

// The text of a record, to be stored; what it says is known from then on.
template <class T>
std::string encoded(journal::Database& db, const T& value) {
  auto text = canonical::encode(value);
  db.kept<KnownTexts<T>>().add(text, value);
  return text;
}

// What a text says that encoded() once made; it stays until the next call.
template <class T>
const T& decoded(journal::Database& db, std::string text) {
  auto& known = db.kept<KnownTexts<T>>();
  if (const auto* found = known.find(text)) {
    return *found;
  }
  auto value = *canonical::decode<T>(text).value;
  return known.add(std::move(text), std::move(value));
}

}  // namespace crossdock::host::process
