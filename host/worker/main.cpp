// crossdock-worker: the process that holds one connector. Started by the host only; it puts itself
// under its limits first and opens the library last.
//
//   crossdock-worker                        launch document on descriptor 3, channel on 4
//   crossdock-worker --probe-sandbox        which walls this kernel can put up
//   crossdock-worker --read-manifest FILE   prints the manifest of a library, without running it
#include <crossdock/abi.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "host/loader/library.hpp"
#include "host/security/sandbox/channel.hpp"
#include "host/security/sandbox/confine.hpp"
#include "host/worker/session.hpp"
#include "sdk/plugin/linkage.hpp"
#include "sdk/plugin/manifest.hpp"

namespace {

using namespace crossdock::host;

constexpr int kLaunchDescriptor = 3;
constexpr std::size_t kLargestLaunch = 64u << 20;

bool limit(int resource, rlim_t value) {
  const rlimit wanted{value, value};
  return setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) == 0;
}

bool read_all(int fd, std::size_t most, std::string& out) {
  char buffer[65536];
  for (;;) {
    const auto got = read(fd, buffer, sizeof buffer);
    if (got < 0) {
      return false;
    }
    if (got == 0) {
      return true;
    }
    out.append(buffer, static_cast<std::size_t>(got));
    if (out.size() > most) {
      return false;
    }
  }
}

int read_manifest(const char* path) {
  limit(RLIMIT_CPU, 2);
  limit(RLIMIT_AS, 512u << 20);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  std::string file;
  std::string fault = "cannot be read";
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && read_all(fd, crossdock::plugin::kLargestLibrary, file)) {
    fault = crossdock::plugin::linkage_fault(file);
    if (!fault.empty()) {
      fputs(fault.c_str(), stdout);
      return 1;
    }
    if (const auto section = crossdock::plugin::manifest_section(file, fault)) {
      return fwrite(section->data(), 1, section->size(), stdout) == section->size() &&
                     fflush(stdout) == 0
                 ? 0
                 : 1;
    }
  }
  fputs(fault.c_str(), stdout);
  return 1;
}

// What a worker may not do; the host could not add it later. False: the host is gone.
bool confine(const worker::Launch& launch, sandbox::Walls& walls) {
  umask(077);
  const sandbox::Confinement confinement{launch.read, launch.write, launch.memory_limit_bytes,
                                         launch.descriptor_limit,
                                         static_cast<int>(launch.niceness)};
  if (launch.sandbox == "off") {
    walls = sandbox::limit_only(confinement);
  } else {
    walls = sandbox::confine(confinement);
  }
  // The host may have gone before the signal was asked for.
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == launch.parent && chdir("/") == 0;
}

// The second step; false, and `reason`, where a wall is missing that is required.
bool lock_down(worker::Session& session, const worker::Launch& launch, sandbox::Walls walls,
               std::string& reason) {
  if (launch.sandbox == "off") {
    return true;
  }
  int listener = -1;
  const auto more = sandbox::lock_down(listener);
  walls.insert(walls.end(), more.begin(), more.end());
  if (listener >= 0) {
    sandbox::send_listener(sandbox::kChannelDescriptor, listener);
    close(listener);
  }
  session.offer_connections(sandbox::kChannelDescriptor);
  reason = sandbox::missing(walls);
  if (reason.empty()) {
    return true;
  }
  reason = "its sandbox lacks a wall: " + reason;
  if (launch.sandbox != "required") {
    session.log(XD_LOG_WARNING, reason);
    return true;
  }
  reason += "; the connector asks for sandbox required";
  return false;
}

// For `crossdock sandbox` and the host's start: puts everything up around this process and says,
// one line each, what stands: name, yes or no, essential or not, detail, separated by tabs.
int probe_sandbox() {
  auto walls = sandbox::confine({{}, {}, 512LL << 20, 64, 0});
  int listener = -1;
  const auto more = sandbox::lock_down(listener);
  walls.insert(walls.end(), more.begin(), more.end());
  std::string out;
  for (const auto& wall : walls) {
    out += wall.name + "\t" + (wall.stands ? "yes" : "no") + "\t" +
           (wall.essential ? "yes" : "no") + "\t" + wall.detail + "\n";
  }
  const bool good =
      write(STDOUT_FILENO, out.data(), out.size()) == static_cast<ssize_t>(out.size());
  _exit(good ? 0 : 1);
}

// Never closed: the library's destructors are not ours, and the process ends right after.
int run(worker::Session& session, const worker::Launch& launch, const sandbox::Walls& walls) {
  std::string reason;
  if (!lock_down(session, launch, walls, reason)) {
    session.fail(reason);
    return 65;
  }
  const loader::Library* library = nullptr;
  try {
    library = new loader::Library(launch.library);
  } catch (const std::exception& fault) {
    session.fail(fault.what());
    return 65;
  }
  return session.run(
      {&library->table(), [library](const char* name) { return library->extension(name); }});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--read-manifest") == 0) {
    return read_manifest(argv[2]);
  }
  if (argc == 2 && std::strcmp(argv[1], "--probe-sandbox") == 0) {
    return probe_sandbox();
  }
  if (argc != 1) {
    fputs("crossdock-worker is started by crossdock serve and takes no options\n", stderr);
    return 64;
  }
  std::string document;
  if (!read_all(kLaunchDescriptor, kLargestLaunch, document)) {
    fputs("crossdock-worker: there is no launch document; it is started by crossdock serve\n",
          stderr);
    return 64;
  }
  close(kLaunchDescriptor);
  const auto launch = worker::launch_from_json(document);
  sandbox::Walls walls;
  if (!launch || !confine(*launch, walls)) {
    fputs("crossdock-worker: the launch document cannot be used, or the host is gone\n", stderr);
    return 64;
  }
  std::fill(document.begin(), document.end(), '\0');
  signal(SIGPIPE, SIG_IGN);
  signal(SIGINT, SIG_IGN);  // Ctrl-C goes to the host, which stops its workers in order
  int code = 1;
  try {
    zmq::context_t context(1);
    worker::Session session(context, *launch);
    if (session.connect()) {
      code = run(session, *launch, walls);
    }
  } catch (const std::exception& fault) {
    fprintf(stderr, "%s\n", fault.what());
    code = 65;
  }
  fflush(nullptr);
  _exit(code);
}
