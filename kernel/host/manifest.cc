#include "kernel/host/manifest.h"

#include <barnabas/sdk/manifest.h>

#include "kernel/host/elf_section.h"
#include "kernel/host/file_content.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace barnabas::host {

namespace {

namespace json = boost::json;

// Reads members and remembers the first one that is not as it should be.
class Reader {
 public:
  explicit Reader(const json::object& object, std::string where) : object_(object), where_(std::move(where)) {}

  std::string text(std::string_view name) {
    const json::value* value = object_.if_contains({name.data(), name.size()});
    if (value != nullptr && value->is_string()) return json::value_to<std::string>(*value);
    return fail(name, "a text"), std::string();
  }
  std::int64_t number(std::string_view name) {
    const json::value* value = object_.if_contains({name.data(), name.size()});
    if (value != nullptr && value->is_int64()) return value->as_int64();
    return fail(name, "a number"), 0;
  }
  // One that is too large must not become another one.
  std::int32_t small_number(std::string_view name) {
    const std::int64_t value = number(name);
    if (value >= INT32_MIN && value <= INT32_MAX) return static_cast<std::int32_t>(value);
    return fail(name, "a number of 32 bits"), 0;
  }
  std::optional<std::int64_t> number_if(std::string_view name) {
    if (!object_.contains({name.data(), name.size()})) return std::nullopt;
    return number(name);
  }
  bool flag(std::string_view name) {
    const json::value* value = object_.if_contains({name.data(), name.size()});
    if (value == nullptr) return false;
    if (value->is_bool()) return value->as_bool();
    return fail(name, "true or false"), false;
  }
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> out;
    const json::value* value = object_.if_contains({name.data(), name.size()});
    if (value == nullptr) return out;
    if (!value->is_array()) return fail(name, "a list"), out;
    for (const json::value& item : value->as_array()) {
      if (!item.is_string()) return fail(name, "a list of texts"), out;
      out.push_back(json::value_to<std::string>(item));
    }
    return out;
  }
  void fail(std::string_view name, std::string_view expected) {
    if (problem_.empty()) problem_ = fmt::format("{}'{}' is missing or not {}", where_, name, expected);
  }
  const std::string& problem() const { return problem_; }

 private:
  const json::object& object_;
  std::string where_;
  std::string problem_;
};

Status broken(std::string_view why) {
  return Status::corrupt(fmt::format("has a broken manifest: {}; build it with BARNABAS_PLUGIN from this version's SDK", why));
}

// Whether the default of an option satisfies the option itself: a schema that contradicts itself would refuse what it recommends.
Status check_default(const config::OptionSchema& option) {
  if (option.required) return {};
  if (option.type == config::OptionType::kTextList) {
    for (const std::string& item : option.default_items)
      if (!config::canonical_value(option, item, false))
        return broken(fmt::format("the default of option '{}' breaks the option's own rule", option.name));
    return {};
  }
  // An empty text stands for "not said", whatever the choices are.
  if (option.type == config::OptionType::kText && option.default_value.empty()) return {};
  if (!config::canonical_value(option, option.default_value, false))
    return broken(fmt::format("the default '{}' of option '{}' is not {}", option.default_value, option.name, config::expected(option)));
  return {};
}

Result<config::OptionSchema> parse_option(const json::value& value, std::size_t index) {
  if (!value.is_object()) return broken(fmt::format("settings[{}] is not an object", index));
  Reader reader(value.as_object(), fmt::format("settings[{}].", index));
  config::OptionSchema option;
  option.name = reader.text("name");
  const std::string type = reader.text("type");
  option.help = reader.text("help");
  option.required = reader.flag("required");
  option.secret = reader.flag("secret");
  option.min = reader.number_if("min");
  option.max = reader.number_if("max");
  option.choices = reader.texts("choices");
  const auto known = config::parse_type_name(type);
  if (!known && reader.problem().empty()) return broken(fmt::format("option '{}' has the unknown type '{}'", option.name, type));
  option.type = known.value_or(config::OptionType::kText);
  if (!option.required && option.type == config::OptionType::kTextList) option.default_items = reader.texts("default");
  if (!option.required && option.type != config::OptionType::kTextList) option.default_value = reader.text("default");
  if (!reader.problem().empty()) return broken(reader.problem());
  if (option.min && option.max && *option.min > *option.max) return broken(fmt::format("the range of option '{}' is empty", option.name));
  if (Status status = check_default(option); !status) return status;
  return option;
}

Status parse_options(const json::object& object, config::PluginSchema& schema) {
  const json::value* settings = object.if_contains("settings");
  if (settings == nullptr || !settings->is_array()) return broken("'settings' is missing or not a list");
  for (const json::value& value : settings->as_array()) {
    auto option = parse_option(value, schema.options.size());
    if (!option) return std::move(option).status();
    if (schema.find(option->name) != nullptr) return broken(fmt::format("option '{}' is described twice", option->name));
    schema.options.push_back(*std::move(option));
  }
  return {};
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  if (error) return broken(fmt::format("it is not JSON ({})", error.message()));
  if (!value.is_object()) return broken("it is not a JSON object");
  const json::object& object = value.as_object();
  const json::value* magic = object.if_contains("magic");
  if (magic == nullptr || !magic->is_string() || magic->as_string() != "barnabas-plugin")
    return broken("its magic is not 'barnabas-plugin'");

  Reader reader(object, "");
  Manifest manifest;
  manifest.sdk = reader.small_number("sdk");
  manifest.kind = reader.text("kind");
  manifest.revision = reader.small_number("revision");
  manifest.id = reader.text("id");
  manifest.version = reader.text("version");
  manifest.about = reader.text("about");
  manifest.stamp = reader.text("stamp");
  if (!reader.problem().empty()) return broken(reader.problem());
  if (manifest.id.empty()) return broken("'id' is empty");
  manifest.schema.kind = manifest.kind;
  manifest.schema.id = manifest.id;
  if (Status status = parse_options(object, manifest.schema); !status) return status;
  manifest.text = text;
  return manifest;
}

Result<Manifest> read_manifest(const std::string& path) {
  auto file = read_file(path);
  if (!file) return std::move(file).status();
  auto section = find_elf_section(*file, sdk::kManifestSection);
  if (!section && section.status().code() == Code::kNotFound)
    return Status::not_found(
        "is a shared object without a manifest (section .barnabas): it is no Barnabas plugin, or lacks the line BARNABAS_PLUGIN(…)");
  if (!section) return std::move(section).status();
  std::string_view text(reinterpret_cast<const char*>(section->data()), section->size());
  text = text.substr(0, text.find('\0'));
  return parse_manifest(text);
}

Status judge(const Manifest& manifest) {
  if (manifest.sdk != sdk::kSdkVersion)
    return Status::unsupported(fmt::format("was built with SDK {}, and this program speaks SDK {}; build it again with this version's SDK",
                                           manifest.sdk, sdk::kSdkVersion));
  const auto kinds = known_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const KnownKind& each) { return each.name == manifest.kind; });
  if (kind == kinds.end()) {
    std::vector<std::string> names;
    for (const KnownKind& each : kinds) names.emplace_back(each.name);
    return Status::unsupported(
        fmt::format("is of kind '{}', which this program does not know; it knows {}", manifest.kind, config::listed(names, "and")));
  }
  if (manifest.revision != kind->revision)
    return Status::unsupported(
        fmt::format("speaks revision {} of kind {}, and this program speaks revision {}; build it again with this version's SDK",
                    manifest.revision, manifest.kind, kind->revision));
  if (manifest.stamp != BARNABAS_STAMP)
    return Status::unsupported(fmt::format("was built as '{}', and this program as '{}'; build it again with the same ABI and sanitizer",
                                           manifest.stamp, BARNABAS_STAMP));
  return {};
}

}  // namespace barnabas::host
