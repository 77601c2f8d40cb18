// The content of a named section of an ELF file, found with every length checked, because the file may be anything.
//
// Pure; any thread.
#pragma once

#include "kernel/base/result.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace barnabas::host {

// The part of `file` that is the section. The file must be a whole shared object for this machine; a refusal says what it is instead.
// kNotFound: a good shared object without such a section.
Result<std::span<const std::uint8_t>> find_elf_section(std::span<const std::uint8_t> file, std::string_view name);

}  // namespace barnabas::host
