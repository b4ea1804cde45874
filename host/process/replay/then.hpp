// What the configuration said when: each time the host starts with another one than before, the
// texts it was read from go into the journal, with the last message that was handled under the one
// before. A rebuild reads them back.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/journal.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

inline constexpr std::string_view kConfigurationChanged =
    "crossdock.process.configuration.changed.v1";
inline constexpr std::string_view kConfigurationKey = "configuration";

// The message's data; and of it only what the configuration said, for comparing.
std::string configuration_to_json(journal::Position after, const std::vector<std::string>& texts);
std::string texts_of(std::string_view data);

// How texts become settings; the app's own reader. Throws where they cannot be read.
using ReadSettings = std::function<Settings(const std::vector<std::string>& texts)>;

class ConfigurationsOfThen {
 public:
  // Reads all that the journal still has. Where it has none, or `read` is empty, `now` holds.
  ConfigurationsOfThen(const journal::Journal& journal, const Settings& now,
                       const ReadSettings& read);

  // What held when a message was handled in its place.
  const Settings& at(journal::Position position) const;
  // What held at an instant, for messages that were handled later than their place.
  const Settings& at_ns(std::int64_t recorded_at_ns) const;

 private:
  struct Then {
    journal::Position position = 0;  // of the message itself
    journal::Position after = 0;
    std::int64_t recorded_at_ns = 0;
    Settings settings;
  };
  const Settings& now_;
  std::vector<Then> all_;  // in order
};

}  // namespace crossdock::host::process
