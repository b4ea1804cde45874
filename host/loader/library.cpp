#include "host/loader/library.hpp"

#include <dlfcn.h>

#include <cstddef>
#include <stdexcept>

namespace crossdock::host::loader {
namespace {

// The smallest table that a plugin of 0.9 can have; this never rises.
constexpr std::size_t kFirstTable =
    offsetof(xd_plugin_table_v0, extension) + sizeof(xd_plugin_table_v0::extension);

}  // namespace

Library::Library(const std::filesystem::path& path) {
  // Everything is bound at once, so that a missing symbol shows here and not in the middle of an
  // order; and locally, so that two plugins never see each other's names.
  constexpr auto kMode = boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local;
  std::error_code error;
  library_.load(path.string(), error, kMode);
  if (error) {
    // Boost's error code always says "Bad file descriptor"; the linker knows more.
    const char* reason = dlerror();
    throw std::runtime_error(
        path.string() + " cannot be opened: " + (reason != nullptr ? reason : error.message()));
  }
  if (!library_.has(XD_ENTRY_NAME)) {
    throw std::runtime_error(path.string() +
                             " does not export " XD_ENTRY_NAME
                             "; write CROSSDOCK_CONNECTOR(...) once, or export the C function");
  }
  table_ = library_.get<const xd_plugin_table_v0*()>(XD_ENTRY_NAME)();
  if (table_ == nullptr || table_->struct_size < kFirstTable) {
    throw std::runtime_error(path.string() +
                             ": " XD_ENTRY_NAME
                             " returned no table, or one that is smaller than the first release's");
  }
  if (table_->create == nullptr || table_->destroy == nullptr || table_->start == nullptr ||
      table_->stop == nullptr || table_->deliver == nullptr) {
    throw std::runtime_error(path.string() +
                             ": create, destroy, start, stop and deliver must all be there");
  }
}

const void* Library::extension(const char* name) const {
  return table_->extension == nullptr ? nullptr : table_->extension(name);
}

}  // namespace crossdock::host::loader
