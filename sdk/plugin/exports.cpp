#include "sdk/plugin/exports.hpp"

#include <elf.h>

#include <cstring>

#include "sdk/plugin/elf_reading.hpp"

namespace crossdock::plugin {
namespace {

constexpr std::uint64_t kMostSymbols = 10'000;

bool inside(std::string_view file, const Elf64_Shdr& section) {
  return section.sh_type != SHT_NOBITS && section.sh_offset <= file.size() &&
         section.sh_size <= file.size() - section.sh_offset;
}

}  // namespace

std::optional<std::vector<Export>> exports_of(std::string_view file, std::string& fault) {
  Elf64_Ehdr head;
  if (!read_at(file, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_shentsize != sizeof(Elf64_Shdr)) {
    fault = "is not a 64-bit ELF file with sections";
    return std::nullopt;
  }
  const auto section = [&](std::uint32_t index, Elf64_Shdr& out) {
    return index < head.e_shnum && head.e_shoff < file.size() &&
           read_at(file, head.e_shoff + std::uint64_t{index} * sizeof(Elf64_Shdr), out);
  };
  std::vector<Export> out;
  for (std::uint32_t i = 0; i < head.e_shnum; ++i) {
    Elf64_Shdr symbols;
    Elf64_Shdr names;
    if (!section(i, symbols) || symbols.sh_type != SHT_DYNSYM) {
      continue;
    }
    if (!section(symbols.sh_link, names) || !inside(file, symbols) || !inside(file, names) ||
        symbols.sh_size / sizeof(Elf64_Sym) > kMostSymbols) {
      fault = "has a table of dynamic symbols whose size or place cannot be right";
      return std::nullopt;
    }
    const auto texts = file.substr(names.sh_offset, names.sh_size);
    for (std::uint64_t s = 0; s < symbols.sh_size / sizeof(Elf64_Sym); ++s) {
      Elf64_Sym symbol;
      if (!read_at(file, symbols.sh_offset + s * sizeof(Elf64_Sym), symbol) ||
          symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS ||
          ELF64_ST_BIND(symbol.st_info) == STB_LOCAL ||
          ELF64_ST_VISIBILITY(symbol.st_other) == STV_HIDDEN || symbol.st_name >= texts.size()) {
        continue;
      }
      const auto rest = texts.substr(symbol.st_name);
      out.push_back({std::string(rest.substr(0, rest.find('\0'))),
                     ELF64_ST_BIND(symbol.st_info) == STB_GNU_UNIQUE});
    }
  }
  return out;
}

}  // namespace crossdock::plugin
