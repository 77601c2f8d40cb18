#include "kernel/host/elf_section.h"

#include "kernel/host/file_content.h"
#include "kernel/host/manifest.h"

#include <elf.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace barnabas::host {
namespace {

using File = std::vector<std::uint8_t>;

const File& plain() {
  static const File file = *read_file(std::string(BARNABAS_BINARY_DIR) + "/tests/plugins/good/plain.so");
  return file;
}

std::string answer(const File& file) {
  const auto section = find_elf_section(file, ".barnabas");
  return section ? std::string(reinterpret_cast<const char*>(section->data()), 26) : std::string(message_of(section.status()));
}

File with(std::size_t offset, std::uint8_t value) {
  File file = plain();
  file[offset] = value;
  return file;
}

TEST(ElfSection, IsFoundInAPlugin) { EXPECT_EQ(answer(plain()), R"({"magic":"barnabas-plugin")"); }

TEST(ElfSection, WhatIsNoPluginForThisMachineSaysWhatItIs) {
  EXPECT_EQ(answer({}), "is an empty file, not a shared object; build or copy it again");
  EXPECT_EQ(answer({'#', '!', '/', 'b', 'i', 'n'}),
            "is not a shared object: it does not begin as an ELF file does; a plugin is built with barnabas_add_plugin");
  EXPECT_EQ(answer(with(EI_CLASS, ELFCLASS32)), "is built for 32 bits, and this program runs on 64; build it for this machine");
  EXPECT_EQ(answer(with(EI_DATA, ELFDATA2MSB)),
            "is built for a big-endian machine, and this one is little-endian; build it for this machine");
  EXPECT_EQ(answer(with(offsetof(Elf64_Ehdr, e_machine), EM_RISCV)),
            "is built for RISC-V, and this program runs on "
#if defined(__x86_64__)
            "x86-64"
#else
            "arm64"
#endif
            "; build it for this machine");
  EXPECT_EQ(answer(with(offsetof(Elf64_Ehdr, e_type), ET_REL)), "is an ELF file but not a shared object; link it with barnabas_add_plugin");
}

TEST(ElfSection, ATruncatedFileIsRefusedWhereverItEnds) {
  const File half(plain().begin(), plain().begin() + static_cast<std::ptrdiff_t>(plain().size() / 2));
  EXPECT_EQ(answer(half), "is truncated or damaged: the section table lies behind the end of the file; copy it again");
  const File header(plain().begin(), plain().begin() + 20);
  EXPECT_EQ(answer(header), "is truncated or damaged: the ELF header lies behind the end of the file; copy it again");
  rc::check("any part of a plugin is refused, or is the whole", [] {
    const auto size = *rc::gen::inRange<std::size_t>(0, plain().size());
    const auto section = find_elf_section(std::span(plain()).first(size), ".barnabas");
    RC_ASSERT(!section.ok());
  });
}

TEST(ElfSection, NoDamageLeadsOutsideTheFile) {
  Elf64_Ehdr header;
  std::memcpy(&header, plain().data(), sizeof header);
  rc::check("damaged headers and section tables are answered from within the file", [&] {
    File file = plain();
    for (int i = 0; i < 8; ++i) {
      const bool in_table = *rc::gen::arbitrary<bool>();
      const auto at = in_table ? header.e_shoff + *rc::gen::inRange<std::size_t>(0, header.e_shnum * sizeof(Elf64_Shdr))
                               : *rc::gen::inRange<std::size_t>(6, sizeof header);
      file[at] = *rc::gen::arbitrary<std::uint8_t>();
    }
    const auto section = find_elf_section(file, ".barnabas");
    if (section) RC_ASSERT(section->data() >= file.data() && section->data() + section->size() <= file.data() + file.size());
  });
}

TEST(ElfSection, NoFieldOfASectionHeaderIsTrusted) {
  File file = plain();
  Elf64_Ehdr header;
  std::memcpy(&header, file.data(), sizeof header);
  const std::uint64_t size = file.size();
  int refused = 0;
  // Each aligned half of every header is hostile once; the 64-bit fields are whole as well.
  for (std::size_t at = header.e_shoff; at + 8 <= header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr); at += 4) {
    for (const std::uint64_t hostile : {~std::uint64_t{0}, size, size - 1, size + 1, ~std::uint64_t{0} - size}) {
      std::uint64_t before = 0;
      std::memcpy(&before, file.data() + at, sizeof before);
      std::memcpy(file.data() + at, &hostile, sizeof hostile);
      const auto section = find_elf_section(file, ".barnabas");
      if (section) {
        EXPECT_LE(section->size(), size);
        EXPECT_LE(section->data() + section->size(), file.data() + size);
        EXPECT_GE(section->data(), file.data());
      } else {
        ++refused;
      }
      std::memcpy(file.data() + at, &before, sizeof before);
    }
  }
  EXPECT_GT(refused, 10);
}

TEST(Manifest, NoTextIsTooStrangeToBeParsed) {
  rc::check("any text is a manifest or refused", [](const std::string& text) { RC_ASSERT(!parse_manifest(text).ok()); });
  EXPECT_FALSE(parse_manifest(std::string(100'000, '[')).ok());
}

TEST(Manifest, ANumberThatDoesNotFitBecomesNoOther) {
  const auto with_sdk = [](std::string_view number) {
    return parse_manifest(R"({"magic":"barnabas-plugin","sdk":)" + std::string(number) +
                          R"(,"kind":"codec","revision":1,"id":"x","version":"1","about":"","stamp":"","settings":[]})");
  };
  ASSERT_TRUE(with_sdk("1").ok());
  EXPECT_FALSE(with_sdk("4294967297").ok());
}

}  // namespace
}  // namespace barnabas::host
