// crossdock-schemas DIR: writes the published JSON Schemas, one file per entity.
#include <fstream>
#include <iostream>

#include "crossdock/canonical/schema.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: crossdock-schemas DIR    (canonical/schemas in the repository)\n";
    return 64;
  }
  for (const auto& schema : crossdock::canonical::published_schemas()) {
    const auto path = std::string(argv[1]) + "/" + schema.entity + ".json";
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << schema.text;
    if (!out.flush()) {
      std::cerr << "crossdock-schemas: " << path << " cannot be written\n";
      return 1;
    }
  }
  return 0;
}
