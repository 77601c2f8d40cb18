// Made surroundings and made plugins for the tests of this floor.
#pragma once

#include "kernel/config/deployment.h"
#include "kernel/config/surroundings.h"

#include <map>
#include <string>
#include <vector>

namespace barnabas::config {

class MadeSurroundings final : public Surroundings {
 public:
  static constexpr const char* kSecret = "hunter2";

  std::optional<std::string> environment(const std::string& name) override {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  }
  Result<std::string> read_file(const std::string& path) override {
    const auto at = files.find(path);
    if (at == files.end()) return Status::not_found(path + " cannot be read: No such file or directory");
    return at->second;
  }
  std::string host_name() override { return "this-host.example.com"; }

  std::map<std::string, std::string> variables{{"NODE_ID", "7"}, {"PASSWORD", kSecret}, {"MAP", "{id: 1}"}};
  std::map<std::string, std::string> files{{"/run/secrets/pw", std::string(kSecret) + "\n"}};
};

class MadePlugins final : public PluginCatalog {
 public:
  MadePlugins() {
    OptionSchema dirs{"dirs", OptionType::kTextList, "where segments are kept", false, false, "", {}, {}, {}, {}};
    OptionSchema flush{"flush", OptionType::kText, "when records reach the disk", false, false, "os", {}, {}, {}, {"os", "ack"}};
    OptionSchema dir{"dir", OptionType::kText, "where the metadata log is kept", false, false, "", {}, {}, {}, {}};
    schemas_ = {{"storage", "segment", {dirs, flush}},
                {"storage", "memory", {}},
                {"metadata_store", "kraft", {dir}},
                {"metadata_store", "memory", {}},
                {"metadata_store", "zookeeper", zookeeper()},
                {"offset_store", "internal_topic", {}},
                {"offset_store", "memory", {dir}},
                {"interceptor", "audit", audit()},
                {"placement", "striped", {}},
                {"retention", "delete", {}}};
  }

  const PluginSchema* find_schema(std::string_view kind, std::string_view id) const override {
    for (const PluginSchema& schema : schemas_)
      if (schema.kind == kind && schema.id == id) return &schema;
    return nullptr;
  }
  std::vector<std::string> ids(std::string_view kind) const override {
    std::vector<std::string> out;
    for (const PluginSchema& schema : schemas_)
      if (schema.kind == kind) out.push_back(schema.id);
    return out;
  }
  std::optional<std::string> why_refused(std::string_view kind, std::string_view id) const override {
    if (kind == "interceptor" && id == "stale") return "build/stale.so was built with SDK 9";
    return std::nullopt;
  }
  void remove(std::string_view kind, std::string_view id) {
    std::erase_if(schemas_, [&](const PluginSchema& schema) { return schema.kind == kind && schema.id == id; });
  }

 private:
  static std::vector<OptionSchema> zookeeper() {
    return {{"connect", OptionType::kText, "the servers", false, false, "127.0.0.1:2181", {}, {}, {}, {}},
            {"session_timeout", OptionType::kMillis, "of a session", false, false, "18000", {}, 100, 600'000, {}},
            {"connection_timeout", OptionType::kMillis, "of a start", false, false, "18000", {}, 1, 600'000, {}}};
  }
  // One option of every type.
  static std::vector<OptionSchema> audit() {
    return {{"path", OptionType::kText, "where to write", true, false, "", {}, {}, {}, {}},
            {"level", OptionType::kInt32, "how much to say", false, false, "3", {}, 1, 9, {}},
            {"big", OptionType::kInt64, "a number", false, false, "0", {}, {}, {}, {}},
            {"every", OptionType::kMillis, "how often", false, false, "1000", {}, 100, 60'000, {}},
            {"limit", OptionType::kSize, "how much to keep", false, false, "1048576", {}, 0, 1 << 30, {}},
            {"ratio", OptionType::kDouble, "how many of them", false, false, "0.5", {}, 0, 1, {}},
            {"fields", OptionType::kTextList, "what to write", false, false, "", {"user", "topic"}, {}, {}, {"user", "topic", "size"}},
            {"enabled", OptionType::kBool, "whether at all", false, false, "true", {}, {}, {}, {}},
            {"pin", OptionType::kInt32, "the number that opens it", false, true, "0", {}, {}, {}, {}}};
  }

  std::vector<PluginSchema> schemas_;
};

}  // namespace barnabas::config
