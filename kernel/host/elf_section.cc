#include "kernel/host/elf_section.h"

#include <elf.h>

#include <cstring>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace barnabas::host {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#else
#error "name this machine's ELF number here"
#endif

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "arm64";
    case EM_386:
      return "32-bit x86";
    case EM_ARM:
      return "32-bit arm";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "64-bit PowerPC";
    case EM_S390:
      return "s390x";
    default:
      return fmt::format("machine number {}", machine);
  }
}

// A copy, because nothing in a strange file is aligned.
template <class T>
std::optional<T> load(std::span<const std::uint8_t> file, std::uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

Status truncated(std::string_view what) {
  return Status::corrupt(fmt::format("is truncated or damaged: {} lies behind the end of the file; copy it again", what));
}

Status check_header(std::span<const std::uint8_t> file) {
  if (file.empty()) return Status::corrupt("is an empty file, not a shared object; build or copy it again");
  if (file.size() < SELFMAG || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0)
    return Status::corrupt("is not a shared object: it does not begin as an ELF file does; a plugin is built with barnabas_add_plugin");
  if (file.size() < sizeof(Elf64_Ehdr)) return truncated("the ELF header");
  if (file[EI_CLASS] != ELFCLASS64)
    return Status::unsupported("is built for 32 bits, and this program runs on 64; build it for this machine");
  if (file[EI_DATA] != ELFDATA2LSB)
    return Status::unsupported("is built for a big-endian machine, and this one is little-endian; build it for this machine");
  return {};
}

}  // namespace

Result<std::span<const std::uint8_t>> find_elf_section(std::span<const std::uint8_t> file, std::string_view name) {
  if (Status status = check_header(file); !status) return status;
  const auto header = *load<Elf64_Ehdr>(file, 0);
  if (header.e_machine != kMachine)
    return Status::unsupported(fmt::format("is built for {}, and this program runs on {}; build it for this machine",
                                           machine_name(header.e_machine), machine_name(kMachine)));
  if (header.e_type != ET_DYN) return Status::unsupported("is an ELF file but not a shared object; link it with barnabas_add_plugin");
  if (header.e_shentsize != sizeof(Elf64_Shdr))
    return Status::corrupt("is damaged: its section headers have an unknown size; build it again");
  if (header.e_shoff > file.size() || (file.size() - header.e_shoff) / sizeof(Elf64_Shdr) < header.e_shnum)
    return truncated("the section table");

  const auto section = [&](std::uint64_t index) { return load<Elf64_Shdr>(file, header.e_shoff + index * sizeof(Elf64_Shdr)); };
  const auto names = header.e_shstrndx < header.e_shnum ? section(header.e_shstrndx) : std::nullopt;
  if (!names || names->sh_offset > file.size() || names->sh_size > file.size() - names->sh_offset)
    return truncated("the table of section names");
  const std::string_view all_names(reinterpret_cast<const char*>(file.data()) + names->sh_offset, names->sh_size);

  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto each = section(i);
    if (!each || each->sh_name >= all_names.size()) continue;
    const std::string_view rest = all_names.substr(each->sh_name);
    if (rest.substr(0, rest.find('\0')) != name || each->sh_type == SHT_NOBITS) continue;
    if (each->sh_offset > file.size() || each->sh_size > file.size() - each->sh_offset)
      return truncated(fmt::format("the section {}", name));
    return file.subspan(each->sh_offset, each->sh_size);
  }
  return Status::not_found(fmt::format("has no section {}", name));
}

}  // namespace barnabas::host
