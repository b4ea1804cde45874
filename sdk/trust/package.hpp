// A plugin as one file, NAME-VERSION.xdpack: a tar archive (POSIX.1-1988 ustar, so that `tar tf`
// shows it) of regular files only: the library, manifest.json, signature.json, and what the author
// adds (report.json, docs/...). Everything in it but signature.json is listed, with its SHA-256, in
// the statement that signature.json carries.
//
// Packages are read before anything about them is known, so this reader takes a small part of tar
// and refuses the rest: links, devices, folders, long names, paths that leave the package.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/trust/statement.hpp"

namespace crossdock::trust {

inline constexpr std::size_t kLargestPackage = 96u << 20;  // bytes
inline constexpr std::string_view kPackageEnding = ".xdpack";
inline constexpr std::string_view kPackageSignature = "signature.json";
inline constexpr std::string_view kPackageManifest = "manifest.json";
inline constexpr std::string_view kPackageReport = "report.json";

using PackageFiles = std::map<std::string, std::string>;  // name to bytes

// The same files give the same bytes. A name that the reader would refuse is a fault.
std::optional<std::string> write_package(const PackageFiles& files, std::string& fault);
std::optional<PackageFiles> read_package(std::string_view archive, std::string& fault);

// The statement over all files but the signature.
Statement state(const std::string& id, const std::string& version, const std::string& library,
                const PackageFiles& files);
// Every file listed and as stated, none beside them; else what is not.
std::string mismatch(const Statement& statement, const PackageFiles& files);

}  // namespace crossdock::trust
