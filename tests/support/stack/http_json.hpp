// JSON over HTTP to a program on this machine that may be down.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

namespace crossdock::support {

// Nothing when nobody answers, or the answer is an error. An answer that is not JSON comes as text.
std::optional<boost::json::value> http_json(int port, const char* method, const std::string& path,
                                            const std::string& body = {});

}  // namespace crossdock::support
