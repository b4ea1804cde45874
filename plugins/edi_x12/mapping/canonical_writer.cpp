#include "plugins/edi_x12/mapping/canonical_writer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "plugins/edi_x12/mapping/json_values.hpp"
#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::size_t kKeyBlock = Program::kTextPadding;
// Behind the longest a value can become: the end of an object, and blocks that are written whole.
constexpr std::size_t kRoom = 96;

inline char* put(const char* from, std::size_t size, char* to) {
  std::memcpy(to, from, size);
  return to + size;
}

// A piece of the program's texts, behind which a block may be read.
inline char* put_piece(const char* from, std::size_t size, char* to) {
  std::memcpy(to, from, kKeyBlock);
  if (size > kKeyBlock) {
    std::memcpy(to + kKeyBlock, from + kKeyBlock, size - kKeyBlock);
  }
  return to + size;
}

// HHMM behind a date.
char* plain_time(const char* from, std::uint32_t length, char* to) {
  if (length == 0) {
    return put("T00:00:00Z", 10, to);
  }
  const auto digit = [&](int i) { return static_cast<unsigned>(from[i] - '0'); };
  if (length != 4 || digit(0) > 2 || digit(1) > 9 || digit(2) > 5 || digit(3) > 9 ||
      digit(0) * 10 + digit(1) > 23) {
    return nullptr;
  }
  *to = 'T';
  std::memcpy(to + 1, from, 2);
  to[3] = ':';
  std::memcpy(to + 4, from + 2, 2);
  return put(":00Z", 4, to + 6);
}

// Takes the comma behind the last member away; an object without members has none.
inline char* closed(char* at, char with) {
  if (at[-1] == ',') {
    at[-1] = with;
    return at;
  }
  *at = with;
  return at + 1;
}

}  // namespace

CanonicalWriter::CanonicalWriter(const Program& program, const Gathered& gathered,
                                 Problems& problems)
    : program_(program), gathered_(gathered), problems_(problems) {
  for (const auto& list : program.words) {
    for (const auto& word : list.words) {
      longest_word_ = std::max<std::size_t>(longest_word_, word.size);
    }
  }
}

char* CanonicalWriter::grow(char* at, std::size_t bytes) {
  const auto used = static_cast<std::size_t>(at - buffer_.get());
  const auto size = std::max<std::size_t>(2 * (used + bytes), 64 * 1024);
  auto grown = std::make_unique_for_overwrite<char[]>(size);
  std::copy_n(buffer_.get(), used, grown.get());
  buffer_ = std::move(grown);
  limit_ = buffer_.get() + size;
  return buffer_.get() + used;
}

std::size_t CanonicalWriter::write(std::uint32_t document, std::string_view currency) {
  if (currency_tail_.empty() || currency_ != currency) {
    currency_ = currency;
    currency_tail_ = R"(","currency":)";
    append_json_string(currency_, currency_tail_);
    currency_tail_ += "},";
    currency_tail_size_ = currency_tail_.size();
    tail_room_ = std::max(longest_word_, currency_tail_size_) + kRoom;
    currency_tail_.append(kKeyBlock, '\0');
  }
  char* at = buffer_ ? buffer_.get() + used_ : grow(nullptr, kRoom);
  at = record(0, document, at);
  used_ = static_cast<std::size_t>(at - buffer_.get());
  return used_;
}

// A unit and the end of its quantity; null where it must be escaped.
inline char* CanonicalWriter::unit(const Program::Entry& entry, std::uint64_t aux, char* at) {
  static constexpr char kUsual[] = "EA\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
  const auto length = Gathered::high(aux) == 0 ? 2 : Gathered::high(aux);
  const char* from = Gathered::high(aux) == 0 ? kUsual : gathered_.text(aux);
  if (length > 7) {
    return nullptr;
  }
  if (entry.words != kNone) {
    const auto& list = program_.words[entry.words];
    if (!list.usable) {
      return nullptr;
    }
    const auto code = short_text_at(from, length);
    for (std::size_t i = 0; i < list.codes.size(); ++i) {
      if (list.codes[i] == code) {
        at = put_piece(program_.text(list.words[i]), list.words[i].size, at);
        *at++ = ',';
        return at;
      }
    }
  }
  char* end = json_values::plain_text(from, length, put(R"(","uom":")", 9, at));
  return end == nullptr ? nullptr : put("\"},", 3, end);
}

[[gnu::always_inline]] inline char* CanonicalWriter::field(const Program::Record& record,
                                                           const Program::Entry& one,
                                                           const std::uint64_t* words, char* at) {
  const auto* slot = words + one.place;
  const char* from = gathered_.text(slot[0]);
  const auto length = Gathered::high(slot[0]);
  at = room(at, one.key.size + length + tail_room_);
  char* to = put_piece(program_.text(one.key), one.key.size, at);
  char* end = nullptr;
  const auto string_end = [&] {
    if (end != nullptr) {
      end = put("\",", 2, end);
    }
  };
  switch (one.codec) {
    case Codec::text:
      end = json_values::plain_text(from, length, to);
      string_end();
      break;
    case Codec::quantity:
      end = json_values::plain_decimal(from, length, 4, to);
      end = end == nullptr ? nullptr : unit(one, slot[1], end);
      break;
    case Codec::price:
    case Codec::money:
      end = json_values::plain_decimal(from, length, one.codec == Codec::price ? 6 : 4, to);
      if (end != nullptr) {
        end = put_piece(currency_tail_.data(), currency_tail_size_, end);
      }
      break;
    case Codec::date:
      end = json_values::plain_date(from, length, to);
      string_end();
      break;
    case Codec::instant:
      end = json_values::plain_date(from, length, to);
      end = end == nullptr ? nullptr
                           : plain_time(gathered_.text(slot[1]), Gathered::high(slot[1]), end);
      string_end();
      break;
    case Codec::decimal:
      end = json_values::plain_decimal(from, length, 6, to);
      string_end();
      break;
    case Codec::whole:
      end = json_values::plain_decimal(from, length, 0, to);
      if (end != nullptr) {
        *end++ = ',';
      }
      break;
    case Codec::code:
      if (one.words != kNone && program_.words[one.words].usable && length <= 7) {
        const auto& list = program_.words[one.words];
        const auto code = short_text_at(from, length);
        for (std::size_t i = 0; i < list.codes.size(); ++i) {
          if (list.codes[i] == code) {
            end = put_piece(program_.text(list.words[i]), list.words[i].size, to);
            *end++ = ',';
            break;
          }
        }
      }
      break;
    default:
      break;
  }
  if (end != nullptr) {
    return end;
  }
  const auto number = static_cast<std::uint16_t>(&one - record.entries.data());
  return field_in_general(record, number, {from, length},
                          {gathered_.text(slot[1]), Gathered::high(slot[1])}, at);
}

// Entries that are always so, where others of their object are there.
std::uint64_t CanonicalWriter::with_companions(const Program::Record& record, std::uint32_t word,
                                               const std::uint64_t* words) const {
  std::uint64_t there = words[1 + word];
  for (const auto& companion : record.companions) {
    if (companion.entry / 64 == word) {
      std::uint64_t any = 0;
      for (std::uint32_t i = 0; i < record.words; ++i) {
        any |= words[1 + i] & companion.others[i];
      }
      there |= static_cast<std::uint64_t>(any != 0) << (companion.entry & 63);
    }
  }
  return there;
}

void CanonicalWriter::tell_missing(const Program::Record& record, std::uint32_t word,
                                   std::uint64_t missing) {
  for (; missing != 0; missing &= missing - 1) {
    const auto& named =
        record.names[word * std::size_t{64} + static_cast<unsigned>(std::countr_zero(missing))];
    problems_.add(named.path + " is missing: " + named.where + " is empty or not there");
  }
}

char* CanonicalWriter::record(std::uint16_t type, std::uint32_t which, char* at) {
  const auto& record = program_.records[type];
  const auto* entries = record.entries.data();
  const std::uint64_t* words = gathered_.at(which);
  at = room(at, kRoom);
  *at++ = '{';
  std::uint32_t object = 0, resume = 0;
  for (std::uint32_t w = 0; w < record.words; ++w) {
    const auto there = record.companions.empty() ? words[1 + w] : with_companions(record, w, words);
    if (const auto missing = record.required[w] & ~there; missing != 0) {
      tell_missing(record, w, missing);
    }
    for (auto rest = there; rest != 0; rest &= rest - 1) {
      const auto number = w * 64 + static_cast<std::uint32_t>(std::countr_zero(rest));
      if (number < resume) {
        continue;
      }
      const auto& one = entries[number];
      if (one.object != object) {
        at = between(record, static_cast<std::uint16_t>(object), one.object, at);
        object = one.object;
      }
      resume = number + 1 + one.alternatives;
      at = one.kind == Program::Entry::Kind::field
               ? field(record, one, words, at)
               : entry(record, static_cast<std::uint16_t>(number), type, which, at);
    }
  }
  if (object != 0) {
    at = between(record, static_cast<std::uint16_t>(object), 0, at);
  }
  return closed(room(at, kRoom), '}');
}

// Ends inner objects and begins others, as two entries in a row want it.
char* CanonicalWriter::between(const Program::Record& record, std::uint16_t from, std::uint16_t to,
                               char* at) {
  const auto& objects = record.objects;
  std::uint16_t common = to;
  while (from != common) {
    if (objects[from].depth >= objects[common].depth) {
      at = closed(room(at, kRoom), '}');
      *at++ = ',';
      from = objects[from].around;
    } else {
      common = objects[common].around;
    }
  }
  // The outermost first.
  for (auto depth = objects[common].depth; depth < objects[to].depth; ++depth) {
    auto next = to;
    while (objects[next].depth > depth + 1) {
      next = objects[next].around;
    }
    const auto open = objects[next].open;
    at = room(at, open.size + kRoom);
    at = put_piece(program_.text(open), open.size, at);
  }
  return at;
}

char* CanonicalWriter::entry(const Program::Record& record, std::uint16_t number,
                             std::uint16_t type, std::uint32_t which, char* at) {
  const auto& one = record.entries[number];
  if (one.kind == Program::Entry::Kind::list) {
    const auto* words = gathered_.at(which) + record.place_of(number);
    const auto none = Gathered::pair(Gathered::kNothing, Gathered::kNothing);
    return list(one, words[0], Gathered::is_later_document(type, which) ? words[1] : none, at);
  }
  const bool fixed = one.kind == Program::Entry::Kind::fixed;
  const auto value = fixed ? std::string_view(program_.text(one.fixed), one.fixed.size)
                           : std::string_view(given_[one.index]);
  at = room(at, one.key.size + value.size() + kRoom);
  at = put_piece(program_.text(one.key), one.key.size, at);
  at = put(value.data(), value.size(), at);
  *at++ = ',';
  return at;
}

// What is common to all documents, then the document's own.
char* CanonicalWriter::list(const Program::Entry& entry, std::uint64_t own, std::uint64_t common,
                            char* at) {
  at = room(at, entry.key.size + kRoom);
  at = put_piece(program_.text(entry.key), entry.key.size, at);
  const auto append = [&](std::uint32_t which) {
    at = record(entry.index, which, at);
    *at++ = ',';  // room() left enough
    return Gathered::low(*gathered_.at(which));
  };
  for (auto one = Gathered::low(common); one != Gathered::kNothing;) {
    const auto next = append(one);
    one = one == Gathered::high(common) ? Gathered::kNothing : next;
  }
  for (auto one = Gathered::low(own); one != Gathered::kNothing;) {
    one = append(one);
  }
  at = closed(room(at, kRoom), ']');
  *at++ = ',';
  return at;
}

char* CanonicalWriter::field_in_general(const Program::Record& record, std::uint16_t number,
                                        std::string_view value, std::string_view aux, char* at) {
  const auto& one = record.entries[number];
  scratch_.clear();
  fault_.clear();
  if (!append_canonical(*one.field, value, aux, currency_, one.list, scratch_, fault_)) {
    problems_.add(record.names[number].path + ": " + record.names[number].where + " " + fault_);
    return at;
  }
  at = room(at, one.name_size + scratch_.size() + kRoom);
  at = put_piece(program_.text(one.key), one.name_size, at);
  at = put(scratch_.data(), scratch_.size(), at);
  *at++ = ',';
  return at;
}

}  // namespace crossdock::x12
