// Any text as a deployment: YAML, or the server.properties of Apache Kafka, as FUZZED_NAME ends. It is a deployment, or there are findings
// that say what is wrong and where; what it shows of itself is a deployment again. The same text is read as a client's file too.
#include "kernel/config/client_file.h"
#include "kernel/config/load.h"
#include "kernel/config/testing_parts.h"
#include "kernel/config/views.h"

#include "fuzz/require.h"

namespace {

using namespace barnabas;
using fuzz::require;

// `text`: what was read. A fuzzer that looks for the secret sooner or later writes it.
bool tells_secret(const std::string& shown, const std::string& text) {
  constexpr std::string_view kSecret = config::MadeSurroundings::kSecret;
  return shown.find(kSecret) != std::string::npos && text.find(kSecret) == std::string::npos;
}

void check(const config::Findings& findings, const std::string& text) {
  for (const config::Finding& finding : findings.all()) {
    require(!finding.message.empty(), "a finding says nothing");
    require(!tells_secret(finding.message, text), "a finding tells a secret");
    require(finding.at.line >= 0 && finding.at.column >= 0, "a finding is nowhere");
  }
  require(findings.all().empty() || !findings.text().empty(), "findings have no text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const config::MadePlugins plugins;
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::MadeSurroundings surroundings;
  config::Loaded loaded = config::load_text(text, FUZZED_NAME, {}, surroundings);
  config::check_plugins(loaded.deployment, plugins, loaded.findings);
  check(loaded.findings, text);
  if (!loaded.findings.has_errors()) {
    // What is in effect can be shown, and means a deployment again.
    const std::string shown = config::render(loaded.deployment, plugins);
    config::Loaded again = config::load_text(shown, "shown.yaml", {}, surroundings);
    config::check_plugins(again.deployment, plugins, again.findings);
    check(again.findings, text);
    if (shown.find("***") == std::string::npos) require(!again.findings.has_errors(), again.findings.text().c_str());
  }

  surroundings.files["client.yaml"] = text;
  config::Findings findings;
  config::ClientFile client = config::load_client("client.yaml", surroundings, findings);
  config::check_plugins(client, plugins, findings);
  check(findings, text);
  return 0;
}
