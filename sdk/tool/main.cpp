// crossdock, as the SDK package installs it: the author's commands alone.
#include <iostream>
#include <iterator>

#include "sdk/tool/commands/commands.hpp"
#include "sdk/tool/run.hpp"

int main(int argc, char** argv) {
  using namespace crossdock::tool;
  return run({"Crossdock for authors of connectors",
              "Example:\n  crossdock manifest build/connectors/acme.so\n",
              {std::begin(kAuthorCommands), std::end(kAuthorCommands)}},
             argc, argv, std::cout, std::cerr);
}
