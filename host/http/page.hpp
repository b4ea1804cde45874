// The web page (page/index.html), made into the program at build time.
#pragma once

namespace crossdock::host::http {

extern const char* const kPage;

}  // namespace crossdock::host::http
