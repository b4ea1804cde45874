#include "host/app/walls.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <sstream>

namespace crossdock::host::app {

sandbox::Walls probe_walls(const std::filesystem::path& worker, std::string& fault) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    fault = std::strerror(errno);
    return {};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = worker.string();
  std::string option = "--probe-sandbox";
  char* const arguments[] = {program.data(), option.data(), nullptr};
  char* const environment[] = {nullptr};
  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; error == 0 && (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  if (error != 0) {
    fault = program + " does not start: " + std::strerror(error);
    return {};
  }
  int status = 0;
  waitpid(child, &status, 0);
  sandbox::Walls walls;
  std::istringstream lines(text);
  for (std::string name, stands, essential, detail;
       std::getline(lines, name, '\t') && std::getline(lines, stands, '\t') &&
       std::getline(lines, essential, '\t') && std::getline(lines, detail);) {
    walls.push_back({name, stands == "yes", essential == "yes", detail});
  }
  if (walls.empty()) {
    fault = program + " could not try its sandbox";
  }
  return walls;
}

}  // namespace crossdock::host::app
