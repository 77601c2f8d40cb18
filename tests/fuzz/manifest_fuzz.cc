// Any octets as a plugin's file, and any text as its manifest: read without running a line of it, or refused with a sentence. A manifest
// that is accepted can be judged, and its options take any setting or say why not.
//
// manifest_fuzz --seeds DIRECTORY writes the manifests of the plugins that were built.
#include "kernel/host/elf_section.h"
#include "kernel/host/manifest.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include "fuzz/require.h"

namespace {

using namespace barnabas;
using fuzz::require;

void check_manifest(std::string_view json) {
  const Result<host::Manifest> manifest = host::parse_manifest(json);
  if (!manifest.ok()) return require(!manifest.status().message().empty(), "a refusal does not say why");
  static_cast<void>(host::judge(*manifest).ok());
  for (const config::OptionSchema& option : manifest->schema.options) {
    require(!config::expected(option).empty(), "an option does not say what it takes");
    for (std::string_view written : {"", "1", "-1", "true", "64 MiB", "10 s", "99999999999999999999", "0.5"}) {
      const Result<std::string> canonical = config::canonical_value(option, written, false);
      if (!canonical.ok()) require(!canonical.status().message().empty(), "a refused value does not say why");
    }
  }
  // Defaults are right by their own schema.
  config::Findings findings;
  config::check_settings(manifest->schema, {}, {}, findings);
  const auto& options = manifest->schema.options;
  const bool required = std::any_of(options.begin(), options.end(), [](const auto& option) { return option.required; });
  require(required || !findings.has_errors(), "a plugin's own defaults are refused");
}

void write_seeds(const std::filesystem::path& directory) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(BARNABAS_BINARY_DIR "/lib/barnabas/plugins")) {
    if (entry.path().extension() != ".so") continue;
    const Result<host::Manifest> manifest = host::read_manifest(entry.path());
    if (manifest.ok()) std::ofstream(directory / ("manifest-" + manifest->kind + "-" + manifest->id)) << manifest->text;
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count == 3 && std::strcmp((*arguments)[1], "--seeds") == 0) {
    write_seeds((*arguments)[2]);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> file(data, size);
  if (size != 0 && data[0] == '{') check_manifest({reinterpret_cast<const char*>(data), size});
  const auto section = host::find_elf_section(file, ".barnabas");
  if (!section.ok()) {
    require(!section.status().message().empty(), "a refusal does not say why");
    return 0;
  }
  require(section->data() >= file.data() && section->data() + section->size() <= file.data() + file.size(),
          "a section lies beside its file");
  check_manifest({reinterpret_cast<const char*>(section->data()), section->size()});
  return 0;
}
