// The checks that run nothing of the library: its manifest, its exports and what it is linked with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sdk/plugin/manifest.hpp"

namespace crossdock::conformance {

// What is wrong with the manifest beyond what a host refuses at once.
std::vector<std::string> faults_of_manifest(const plugin::Manifest& manifest);
std::vector<std::string> faults_of_exports(std::string_view library);
std::vector<std::string> faults_of_linkage(std::string_view library);

}  // namespace crossdock::conformance
