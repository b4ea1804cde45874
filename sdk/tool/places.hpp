// Where the tool's own files are: beside the program, wherever it was installed, or in the build
// tree. Nothing is looked for in the environment.
#pragma once

#include <filesystem>

namespace crossdock::tool {

// The folder share/crossdock (templates, schemas); throws std::runtime_error where there is none.
std::filesystem::path shared_files();

// A program that the tool starts, such as crossdock-trial; throws where it is missing.
std::filesystem::path helper_program(const std::string& name);

}  // namespace crossdock::tool
