// crossdock: the host service and the command line to it.
#include <pthread.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "host/app/command_line.hpp"

int main(int argc, char** argv) {
  // Signals are taken by one thread that waits for them; every other thread inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return crossdock::host::app::run_command_line(argc, argv, std::cout, std::cerr);
}
