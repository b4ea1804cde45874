// Checks a connector's configuration against the schema in its manifest, without running any code
// of the plugin. Knows the part of JSON Schema that the SDK writes: objects with known members,
// required, lists, types, ranges and enumerations. Leaves may come as text, as INFO gives them.
#pragma once

#include <string>
#include <string_view>

#include "host/app/section.hpp"

namespace crossdock::host::app {

// Appends a Problem per fault; `path` is what stands before the paths of members.
void check_against_schema(std::string_view configuration, std::string_view schema,
                          const std::string& file, const std::string& path, Problems& problems);

}  // namespace crossdock::host::app
