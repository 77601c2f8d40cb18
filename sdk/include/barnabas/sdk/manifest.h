// The manifest of a plugin: JSON, made at compile time, kept in the ELF section ".barnabas" so that `barnabas plugins inspect` reads it
// without running a line of the plugin.
//
//   {"magic":"barnabas-plugin","sdk":1,"kind":"codec","revision":1,"id":"gzip","version":"1.0.0","about":"…","stamp":"…",
//    "settings":[{"name":"level","type":"int32","default":"6","help":"…","min":1,"max":9}]}
#pragma once

#include <barnabas/sdk/describe.h>

namespace barnabas::sdk {

inline constexpr std::int32_t kSdkVersion = 1;
inline constexpr char kManifestSection[] = ".barnabas";

// What of the build decides whether the two sides understand each other: the C++ ABI, the pointer width, and the sanitizer, whose run-time
// must be the program's too. The compiler's brand is left out on purpose: g++ and clang share the ABI.
#define BARNABAS_STAMP_ABI_TEXT2(x) #x
#define BARNABAS_STAMP_ABI_TEXT(x) BARNABAS_STAMP_ABI_TEXT2(x)
#if defined(__SANITIZE_ADDRESS__)
#define BARNABAS_STAMP_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define BARNABAS_STAMP_SANITIZER "thread"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BARNABAS_STAMP_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define BARNABAS_STAMP_SANITIZER "thread"
#endif
#endif
#ifndef BARNABAS_STAMP_SANITIZER
#define BARNABAS_STAMP_SANITIZER "none"
#endif
#define BARNABAS_STAMP "itanium-c++-abi pointer=" BARNABAS_STAMP_ABI_TEXT(__SIZEOF_POINTER__) " sanitizer=" BARNABAS_STAMP_SANITIZER

namespace detail {

// Writes into `out` where there is one, and only counts where there is none.
struct ManifestWriter {
  char* out = nullptr;
  std::size_t size = 0;

  constexpr void put(char c) {
    if (out != nullptr) out[size] = c;
    ++size;
  }
  constexpr void raw(Text text) {
    for (char c : text) put(c);
  }
  constexpr void quoted(Text text) {
    put('"');
    for (char c : text) {
      if (c == '"' || c == '\\') put('\\');
      if (c == '\n') {
        raw("\\n");
      } else {
        put(c);
      }
    }
    put('"');
  }
  constexpr void number(std::int64_t value) {
    char digits[20] = {};
    std::size_t count = 0;
    if (value < 0) put('-');
    do {
      const std::int64_t digit = value % 10;
      digits[count++] = static_cast<char>('0' + (digit < 0 ? -digit : digit));
      value /= 10;
    } while (value != 0);
    while (count != 0) put(digits[--count]);
  }
  constexpr void member(Text name, Text value) {
    put(',');
    quoted(name);
    put(':');
    quoted(value);
  }
  constexpr void member(Text name, std::int64_t value) {
    put(',');
    quoted(name);
    put(':');
    number(value);
  }
};

constexpr Text option_type_name(OptionType type) {
  switch (type) {
    case OptionType::kBool:
      return "bool";
    case OptionType::kInt32:
      return "int32";
    case OptionType::kInt64:
      return "int64";
    case OptionType::kDouble:
      return "double";
    case OptionType::kText:
      return "text";
    case OptionType::kTextList:
      return "list";
    case OptionType::kSize:
      return "size";
    case OptionType::kMillis:
      return "time";
  }
  return "";
}

template <class Options>
struct DescribeOptions {
  ManifestWriter& to;
  const Options& defaults;
  bool first = true;

  template <class T>
  constexpr void operator()(Text name, T Options::*member, Text help, const Rule& rule = {}) {
    if (!first) to.put(',');
    first = false;
    to.raw("{\"name\":");
    to.quoted(name);
    to.member("type", option_type_name(option_type<T>()));
    if (!rule.required) default_of(defaults.*member);
    to.member("help", help);
    if (rule.has_range) {
      to.member("min", rule.min);
      to.member("max", rule.max);
    }
    if (rule.choice_count != 0) choices_of(rule);
    if (rule.required) to.raw(",\"required\":true");
    if (rule.secret) to.raw(",\"secret\":true");
    to.put('}');
  }

 private:
  constexpr void choices_of(const Rule& rule) {
    to.raw(",\"choices\":[");
    for (std::size_t i = 0; i < rule.choice_count; ++i) {
      if (i != 0) to.put(',');
      to.quoted(rule.choices[i]);
    }
    to.put(']');
  }
  // Defaults in the canonical form of a Setting. Of a double only what six decimals can say; of a list, JSON.
  constexpr void default_of(bool value) { to.member("default", value ? Text("true") : Text("false")); }
  constexpr void default_of(std::int64_t value) {
    to.raw(",\"default\":\"");
    to.number(value);
    to.put('"');
  }
  constexpr void default_of(std::int32_t value) { default_of(std::int64_t{value}); }
  constexpr void default_of(Size value) { default_of(value.bytes); }
  constexpr void default_of(Millis value) { default_of(value.value); }
  constexpr void default_of(Text value) { to.member("default", value); }
  constexpr void default_of(double value) {
    to.raw(",\"default\":\"");
    if (value < 0) to.put('-');
    const double magnitude = value < 0 ? -value : value;
    const auto whole = static_cast<std::int64_t>(magnitude);
    const auto halves = static_cast<std::int64_t>((magnitude - static_cast<double>(whole)) * 2e6);
    const std::int64_t millionths = (halves + 1) / 2;  // may round up to a whole one
    to.number(whole + millionths / 1000000);
    to.put('.');
    for (std::int64_t unit = 100000; unit != 0; unit /= 10) to.put(static_cast<char>('0' + millionths / unit % 10));
    to.put('"');
  }
  constexpr void default_of(TextList values) {
    to.raw(",\"default\":[");
    for (std::size_t i = 0; i < values.size; ++i) {
      if (i != 0) to.put(',');
      to.quoted(values.data[i]);
    }
    to.put(']');
  }
};

struct Identity {
  Text kind;
  std::int32_t revision;
  Text id;
  Text version;
  Text about;
};

template <class Options>
constexpr void write_manifest(ManifestWriter& to, const Identity& identity) {
  to.raw("{\"magic\":\"barnabas-plugin\"");
  to.member("sdk", kSdkVersion);
  to.member("kind", identity.kind);
  to.member("revision", identity.revision);
  to.member("id", identity.id);
  to.member("version", identity.version);
  to.member("about", identity.about);
  to.member("stamp", BARNABAS_STAMP);
  to.raw(",\"settings\":[");
  const Options defaults{};
  Options::options(DescribeOptions<Options>{to, defaults});
  to.raw("]}");
}

template <std::size_t N>
struct ManifestText {
  char text[N + 1] = {};
};

}  // namespace detail
}  // namespace barnabas::sdk
