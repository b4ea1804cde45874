// The web page (page/), made into the program at build time.
#pragma once

namespace crossdock::host::http {

extern const char* const kPage;
extern const char* const kPageStyle;
extern const char* const kPageScript;
// The API description (docs/reference/openapi.json), embedded by the build.
extern const char* const kDescription;

}  // namespace crossdock::host::http
