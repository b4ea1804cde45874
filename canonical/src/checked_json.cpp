#include "canonical/src/checked_json.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <unordered_set>
#include <vector>

namespace crossdock::canonical {
namespace {

namespace json = boost::json;
using Code = json::error_code;

// What both passes over a text keep to.
struct Bounds {
  static constexpr std::size_t max_array_size = kLargestDocument;
  static constexpr std::size_t max_object_size = 65536;
  static constexpr std::size_t max_string_size = kLargestDocument;
  static constexpr std::size_t max_key_size = 1024;
};

json::parse_options options() {
  json::parse_options out;
  out.max_depth = kDeepestDocument;
  return out;
}

// Makes the tree, and counts the members that it was told of: a tree with fewer had one twice.
class Builder : public Bounds {
 public:
  explicit Builder(json::storage_ptr memory) { stack_.reset(std::move(memory)); }

  json::value release() { return stack_.release(); }
  std::size_t members() const { return members_; }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t members, Code&) {
    members_ += members;
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t elements, Code&) {
    stack_.push_array(elements);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Code&) {
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, Code&) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, Code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, Code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, Code&) {
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool yes, Code&) {
    stack_.push_bool(yes);
    return true;
  }
  bool on_null(Code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }

 private:
  json::value_stack stack_;
  std::size_t members_ = 0;
};

std::size_t members_of(const json::value& value) {
  std::size_t out = 0;
  if (const auto* object = value.if_object()) {
    out = object->size();
    for (const auto& [name, member] : *object) {
      out += members_of(member);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) {
      out += members_of(element);
    }
  }
  return out;
}

// Finds the member that stands twice: remembers the keys of each open object.
class Watcher : public Bounds {
 public:
  std::string repeated;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    if (depth_ == keys_.size()) {
      keys_.emplace_back();
    }
    keys_[depth_++].clear();
    return true;
  }
  bool on_object_end(std::size_t, Code&) {
    --depth_;
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, Code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Code& code) {
    key_.append(part.data(), part.size());
    if (!keys_[depth_ - 1].insert(key_).second) {
      repeated = key_;
      code = json::error::exception;
      return false;
    }
    key_.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, Code&) { return true; }
  bool on_string(json::string_view, std::size_t, Code&) { return true; }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Code&) { return true; }
  bool on_double(double, json::string_view, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }

 private:
  std::vector<std::unordered_set<std::string>> keys_;
  std::size_t depth_ = 0;
  std::string key_;
};

// Says which member stands twice, and up to where.
std::string repeated_member(std::string_view text) {
  json::basic_parser<Watcher> watcher(options());
  Code error;
  const std::size_t used = watcher.write_some(false, text.data(), text.size(), error);
  return "the member \"" + watcher.handler().repeated +
         "\" stands twice in one object, up to byte " + std::to_string(used);
}

}  // namespace

bool parse_checked(std::string_view text, json::value& out, std::string& fault) {
  if (text.size() > kLargestDocument) {
    fault = "the document has " + std::to_string(text.size()) + " bytes; at most 16 MiB are read";
    return false;
  }
  json::basic_parser<Builder> parser(options(), out.storage());
  Code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) {
    fault = "there is more text after the document, at byte " + std::to_string(used);
    return false;
  }
  if (error) {
    fault = "not JSON at byte " + std::to_string(used) + ": " + error.message();
    return false;
  }
  out = parser.handler().release();
  if (members_of(out) != parser.handler().members()) {
    fault = repeated_member(text);
    return false;
  }
  return true;
}

}  // namespace crossdock::canonical
