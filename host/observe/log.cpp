#include "host/observe/log.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "host/observe/readable.hpp"

namespace crossdock::host::observe {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLargestFile = 64u << 20;
constexpr std::size_t kFiles = 5;

void append_json(std::string_view name, std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += ",\"";
  out += name;
  out += "\":\"";
  for (const char c : readable(std::string(text.substr(0, kLongestText)))) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

spdlog::level::level_enum to_level(std::string_view level) {
  return level == "debug"     ? spdlog::level::debug
         : level == "warning" ? spdlog::level::warn
         : level == "error"   ? spdlog::level::err
                              : spdlog::level::info;
}

}  // namespace

Log::Log(const std::filesystem::path& file, const std::string& level) {
  std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  if (!file.empty()) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.string(),
                                                                           kLargestFile, kFiles));
  }
  logger_ = std::make_shared<spdlog::logger>("crossdock", sinks.begin(), sinks.end());
  logger_->set_pattern("{\"at\":\"%Y-%m-%dT%H:%M:%S.%eZ\",\"level\":\"%l\"%v}",
                       spdlog::pattern_time_type::utc);
  logger_->set_level(to_level(level));
  logger_->flush_on(spdlog::level::info);
}

void Log::write(std::string_view level, std::string_view connector, std::string_view text,
                std::string_view correlation_id) {
  const auto severity = to_level(level);
  if (!logger_->should_log(severity)) {
    return;
  }
  std::string fields;
  if (!connector.empty()) {
    append_json("connector", connector, fields);
  }
  if (!correlation_id.empty()) {
    append_json("correlation_id", correlation_id, fields);
  }
  append_json("text", text, fields);
  logger_->log(severity, "{}", fields);
}

}  // namespace crossdock::host::observe
