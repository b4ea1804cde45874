// Text that comes from outside, made fit for JSON and for people: bytes that are no UTF-8 become
// '?'. One that a plugin said would otherwise make a whole answer unreadable to who parses it
// strictly.
//
// Pure.
#pragma once

#include <string>

namespace crossdock::host::observe {

// The same text where it is well-formed (Unicode 15, table 3-7), as nearly all is.
std::string readable(std::string text);

}  // namespace crossdock::host::observe
