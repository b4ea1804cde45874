// Values of a case: quantities, amounts, instants, lengths of time, addresses, words, read from its
// text. What cannot be read throws CannotPlay with its place.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/party.hpp"
#include "host/scenario/tree.hpp"

namespace crossdock::host::scenario {

std::int64_t e4(const Node& node);  // a quantity, ten-thousandths
std::int64_t minor(const Node& node, const std::string& currency);
std::int64_t instant_ns(const Node& node);
canonical::LocalDate date(const Node& node);
std::int64_t duration_ns(const Node& node);
canonical::Address address(const Node& node, const std::string& fallback_name);
bool is_true(const Node& node, const char* key, bool fallback);
// A member in units (EA), nothing where it is not there; and a member's text, if it is there.
canonical::Quantity quantity_of(const Node& node, const char* key);
std::optional<std::string> said(const Node& node, const char* key);

template <class Word>
Word word_of(const Node& node, const char* key,
             std::initializer_list<std::pair<const char*, Word>> words, Word fallback) {
  const auto text = node.text_of(key);
  for (const auto& [name, value] : words) {
    if (text == name) {
      return value;
    }
  }
  return fallback;
}

}  // namespace crossdock::host::scenario
