// Running the host's program as a script does.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "tests/support/stack/stack.hpp"

namespace crossdock::support {

struct Ran {
  int status = -1;
  std::string output;  // both streams
};

// `before`: what stands before the program's name in the shell, such as a variable.
inline Ran run(const std::string& arguments, const std::string& before = {}) {
  const std::string command =
      before + " " + program("crossdock").string() + " " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  Ran out;
  char buffer[512];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
    out.output += buffer;
  }
  const int status = ::pclose(pipe);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return out;
}

inline bool says(const Ran& ran, const std::string& words) {
  return ran.output.find(words) != std::string::npos;
}

}  // namespace crossdock::support
