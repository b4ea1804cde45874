// The host's log: one JSON object per line, on standard error and in the data folder, with the
// connector and the correlation id where there is one. Control characters are escaped and long
// texts cut, bytes that are no UTF-8 replaced, because parts of them come from outside. [any]
// thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace crossdock::host::observe {

class Log {
 public:
  // `file` empty: standard error only. `level`: debug, info, warning, error.
  Log(const std::filesystem::path& file, const std::string& level);

  void write(std::string_view level, std::string_view connector, std::string_view text,
             std::string_view correlation_id = {});
  void info(std::string_view text) { write("info", {}, text); }
  void error(std::string_view text) { write("error", {}, text); }

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace crossdock::host::observe
