// crossdock-manifest MANIFEST.json PLUGIN.so OUT.json: completes a manifest at build time. It runs
// the fresh library once, in this process and on the author's machine only, to ask for the schema
// of its configuration, and checks what the host will insist on.
#include <crossdock/abi.h>
#include <crossdock/ext/config.h>
#include <dlfcn.h>

#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

namespace json = boost::json;

int fail(const std::string& text) {
  std::cerr << "crossdock-manifest: " << text << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: crossdock-manifest MANIFEST.json PLUGIN.so OUT.json\n";
    return 64;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  json::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_object()) {
    return fail(std::string(argv[1]) + " is not a JSON object: " + error.message());
  }
  auto& manifest = value.as_object();
  for (const char* key : {"id", "version", "vendor", "abi", "takes", "gives", "effect"}) {
    if (!manifest.contains(key)) {
      return fail(std::string(argv[1]) + " has no \"" + key + "\"");
    }
  }
  void* library = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return fail(dlerror());
  }
  auto entry = reinterpret_cast<xd_plugin_entry_v0>(dlsym(library, XD_ENTRY_NAME));
  if (entry == nullptr) {
    return fail(std::string(argv[2]) + " does not export " XD_ENTRY_NAME);
  }
  const auto* table = entry();
  const auto* configuration =
      table->extension == nullptr
          ? nullptr
          : static_cast<const xd_config_v1*>(table->extension(XD_EXT_CONFIG));
  if (configuration != nullptr) {
    std::string schema;
    configuration->schema(&schema, [](void* reader, xd_bytes bytes) {
      static_cast<std::string*>(reader)->assign(bytes.data, bytes.size);
    });
    manifest["configuration"] = json::parse(schema);
  }
  std::ofstream out(argv[3], std::ios::binary);
  out << json::serialize(manifest);
  out.flush();
  return out ? 0 : fail(std::string(argv[3]) + " cannot be written");
}
