// The command line: serve and check work on the configuration, everything else asks a running host
// over HTTP on loopback.
//
// Exit status: 0 done; 1 the host or the thing asked for says no; 2 the host cannot be reached;
// 64 wrong usage; 70 the host stopped because it could not go on; 78 the configuration is wrong.
#pragma once

#include <iosfwd>

namespace crossdock::host::app {

int run_command_line(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace crossdock::host::app
