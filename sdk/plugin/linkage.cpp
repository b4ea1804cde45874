#include "sdk/plugin/linkage.hpp"

#include <elf.h>

#include <cstring>
#include <optional>
#include <utility>

#include "sdk/plugin/elf_reading.hpp"

namespace crossdock::plugin {
namespace {

constexpr std::uint64_t kMostEntries = 4096;
constexpr std::size_t kLongestName = 4096;
// Not in every elf.h: they have the loader open another library too.
constexpr std::int64_t kAuxiliary = 0x7ffffffd;
constexpr std::int64_t kFilter = 0x7fffffff;

// Where in the file an address lies once it is loaded.
std::optional<std::uint64_t> offset_of(const std::vector<Elf64_Phdr>& headers,
                                       std::uint64_t address) {
  for (const auto& one : headers) {
    if (one.p_type == PT_LOAD && address >= one.p_vaddr && address - one.p_vaddr < one.p_filesz &&
        one.p_offset <= UINT64_MAX - (address - one.p_vaddr)) {
      return one.p_offset + (address - one.p_vaddr);
    }
  }
  return std::nullopt;
}

}  // namespace

bool linkage_of(std::string_view file, Linkage& out, std::string& fault) {
  Elf64_Ehdr head;
  if (!read_at(file, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_phentsize != sizeof(Elf64_Phdr)) {
    fault = "is not a 64-bit ELF library with program headers";
    return false;
  }
  std::vector<Elf64_Phdr> headers;
  const Elf64_Phdr* dynamic = nullptr;
  headers.reserve(head.e_phnum);
  for (std::uint32_t i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr one;
    if (head.e_phoff > file.size() ||
        !read_at(file, head.e_phoff + std::uint64_t{i} * sizeof one, one)) {
      fault = "has program headers beyond its end";
      return false;
    }
    headers.push_back(one);
    dynamic = one.p_type == PT_DYNAMIC ? &headers.back() : dynamic;
  }
  if (dynamic == nullptr) {
    fault = "has no dynamic section";
    return false;
  }
  std::vector<std::pair<bool, std::uint64_t>> names;  // whether needed, and where in the texts
  std::optional<std::uint64_t> texts;
  bool ends = false;
  for (std::uint64_t i = 0; i < kMostEntries && !ends; ++i) {
    Elf64_Dyn entry;
    if (dynamic->p_offset > file.size() ||
        !read_at(file, dynamic->p_offset + i * sizeof entry, entry)) {
      break;
    }
    switch (entry.d_tag) {
      case DT_NULL:
        ends = true;
        break;
      case DT_STRTAB:
        texts = offset_of(headers, entry.d_un.d_ptr);
        break;
      case DT_NEEDED:
        names.emplace_back(true, entry.d_un.d_val);
        break;
      case DT_RPATH:
      case DT_RUNPATH:
      case DT_AUDIT:
      case DT_DEPAUDIT:
      case kAuxiliary:
      case kFilter:
        names.emplace_back(false, entry.d_un.d_val);
        break;
      default:
        break;
    }
  }
  if (!ends || (!names.empty() && (!texts || *texts > file.size()))) {
    fault = "has a dynamic section whose size or place cannot be right";
    return false;
  }
  for (const auto& [needed, at] : names) {
    if (at >= file.size() - *texts) {
      fault = "names a library beyond its end";
      return false;
    }
    const auto rest = file.substr(*texts + at, kLongestName);
    const std::string name(rest.substr(0, rest.find('\0')));
    (needed ? out.needed : out.paths).push_back(name);
  }
  return true;
}

std::string linkage_fault(std::string_view library) {
  Linkage linkage;
  std::string fault;
  if (!linkage_of(library, linkage, fault)) {
    return fault;
  }
  if (!linkage.paths.empty()) {
    return "wants libraries from " + linkage.paths.front().substr(0, 200) +
           ", which nobody checks; link what is not of the system statically, and without a run "
           "path (crossdock_add_connector does)";
  }
  for (const auto& name : linkage.needed) {
    if (name.find('/') != std::string::npos) {
      return "needs the library " + name.substr(0, 200) +
             " at a place of its own; name it without a folder, or link it statically";
    }
  }
  return {};
}

}  // namespace crossdock::plugin
