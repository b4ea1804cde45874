#include "host/app/command_line.hpp"

#include <iterator>
#include <ostream>

#include "host/app/commands/commands.hpp"
#include "sdk/tool/commands/commands.hpp"
#include "sdk/tool/run.hpp"

namespace crossdock::host::app {

int run_command_line(int argc, char** argv, std::ostream& out, std::ostream& err) {
  tool::Program program{
      "Crossdock: orders, stock and shipments across the systems of a distributor",
      "Examples:\n  crossdock check --config /etc/crossdock/crossdock.info\n"
      "  crossdock trace PO-4711\n  crossdock dlq replay 1042-erp\n",
      {std::begin(kHostCommands), std::end(kHostCommands)}};
  program.groups.insert(program.groups.end(), std::begin(tool::kAuthorCommands),
                        std::end(tool::kAuthorCommands));
  return tool::run(program, argc, argv, out, err);
}

}  // namespace crossdock::host::app
