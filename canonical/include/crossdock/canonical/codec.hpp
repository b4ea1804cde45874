// Canonical JSON to and from the structs, and what is wrong with a document: all of it at once,
// each fault with its path. Pure functions, safe on any thread. Input is taken as hostile: at most
// 16 MiB, 32 levels deep, no member twice, no number that does not fit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::canonical {

struct Problem {
  std::string path;     // lines[3].ordered; empty: the document itself
  std::string message;  // what is wrong, quoting the text where there is one
};
using Problems = std::vector<Problem>;

template <class T>
struct Decoded {
  std::optional<T> value;  // there exactly when `problems` is empty
  Problems problems;
};

// The types these work for are those of message_types.hpp and entities.hpp; any other fails to
// link.
template <class T>
std::string encode(const T& value);
template <class T>
Decoded<T> decode(std::string_view json);
// Rules beyond the form: check digits, code lists, ranges, sums.
template <class T>
Problems validate(const T& value);

// One line per problem, for logs and error answers.
std::string to_text(const Problems& problems);

}  // namespace crossdock::canonical
