#include "canonical/src/checked_json.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <unordered_set>
#include <vector>

namespace crossdock::canonical {
namespace {

namespace json = boost::json;

// Watches the parser go by and remembers the keys of each open object.
class Watcher {
 public:
  static constexpr std::size_t max_array_size = kLargestDocument;
  static constexpr std::size_t max_object_size = 65536;
  static constexpr std::size_t max_string_size = kLargestDocument;
  static constexpr std::size_t max_key_size = 1024;
  using Code = json::error_code;

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

}  // namespace

bool parse_checked(std::string_view text, json::value& out, std::string& fault) {
  if (text.size() > kLargestDocument) {
    fault = "the document has " + std::to_string(text.size()) + " bytes; at most 16 MiB are read";
    return false;
  }
  json::parse_options options;
  options.max_depth = kDeepestDocument;
  json::basic_parser<Watcher> watcher(options);
  json::error_code error;
  const std::size_t used = watcher.write_some(false, text.data(), text.size(), error);
  if (!watcher.handler().repeated.empty()) {
    fault = "the member \"" + watcher.handler().repeated +
            "\" stands twice in one object, up to byte " + std::to_string(used);
    return false;
  }
  if (!error && used < text.size()) {
    fault = "there is more text after the document, at byte " + std::to_string(used);
    return false;
  }
  if (error) {
    fault = "not JSON at byte " + std::to_string(used) + ": " + error.message();
    return false;
  }
  json::error_code second;
  out = json::parse({text.data(), text.size()}, second, {}, options);
  if (second) {
    fault = "not JSON: " + second.message();
    return false;
  }
  return true;
}

}  // namespace crossdock::canonical
