// Described settings: a struct states its options once, and the manifest, the checks, the help text and the filling are all visitors.
//
//   struct Options {
//     std::int32_t level = 6;
//     sdk::Text mode = "fast";
//     BARNABAS_OPTIONS(f) {
//       f("level", &Options::level, "how hard to try", sdk::range(1, 9));
//       f("mode", &Options::mode, "what to favour", sdk::one_of("fast", "small"));
//     }
//   };
//
// The defaults are the member initialisers. The struct must be a literal type: its description is put into the plugin's file at compile
// time. Option types: bool, std::int32_t, std::int64_t, double, Text, TextList, Size (octets, "64 MiB"), Millis (a time, "10 s").
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdlib>

namespace barnabas::sdk {

// Octets. In YAML a number, or a number with KiB, MiB or GiB.
struct Size {
  std::int64_t bytes = 0;
};

// A span of time in milliseconds. In YAML a number of milliseconds, or a number with ms, s, min, h or d.
struct Millis {
  std::int64_t value = 0;
};

// The texts belong to the host and live as long as the object that was made with them.
struct TextList {
  const Text* data = nullptr;
  std::size_t size = 0;

  constexpr const Text* begin() const { return data; }
  constexpr const Text* end() const { return data + size; }
};

enum class OptionType : std::uint8_t { kBool, kInt32, kInt64, kDouble, kText, kTextList, kSize, kMillis };

template <class T>
consteval OptionType option_type() {
  if constexpr (std::is_same_v<T, bool>)
    return OptionType::kBool;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return OptionType::kInt32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return OptionType::kInt64;
  else if constexpr (std::is_same_v<T, double>)
    return OptionType::kDouble;
  else if constexpr (std::is_same_v<T, Text>)
    return OptionType::kText;
  else if constexpr (std::is_same_v<T, TextList>)
    return OptionType::kTextList;
  else if constexpr (std::is_same_v<T, Size>)
    return OptionType::kSize;
  else {
    static_assert(std::is_same_v<T, Millis>, "an option is bool, int32, int64, double, Text, TextList, Size or Millis");
    return OptionType::kMillis;
  }
}

// What a value must satisfy; all parts are optional and combine.
struct Rule {
  bool has_range = false;
  std::int64_t min = 0;
  std::int64_t max = 0;
  Text choices[8] = {};
  std::size_t choice_count = 0;
  bool required = false;  // no default: the deployment must say it
  bool secret = false;    // never printed
};

constexpr Rule range(std::int64_t min, std::int64_t max) {
  Rule rule;
  rule.has_range = true;
  rule.min = min;
  rule.max = max;
  return rule;
}
constexpr Rule at_least(std::int64_t min) { return range(min, INT64_MAX); }

template <class... Texts>
requires(sizeof...(Texts) <= 8) constexpr Rule one_of(const Texts&... texts) {
  Rule rule;
  ((rule.choices[rule.choice_count++] = Text(texts)), ...);
  return rule;
}
constexpr Rule required() {
  Rule rule;
  rule.required = true;
  return rule;
}
constexpr Rule secret() {
  Rule rule;
  rule.secret = true;
  return rule;
}
constexpr Rule operator|(Rule a, const Rule& b) {
  if (b.has_range) a.has_range = true, a.min = b.min, a.max = b.max;
  for (std::size_t i = 0; i < b.choice_count; ++i) a.choices[a.choice_count++] = b.choices[i];
  a.required |= b.required;
  a.secret |= b.secret;
  return a;
}

#define BARNABAS_OPTIONS(f) static constexpr void options([[maybe_unused]] auto&& f)

// A plugin without options.
struct NoOptions {
  BARNABAS_OPTIONS(f) {}
};

// One option as the host hands it over: already checked against the schema, in canonical form (numbers in decimal, sizes in octets, times
// in milliseconds, bool "true"/"false", list items each as one Setting of the same name). Values belong to the host and outlive the object.
struct Setting {
  Text name;
  Text value;
  TextList items;  // of a TextList option
};

struct SettingList {
  const Setting* data = nullptr;
  std::size_t size = 0;
};

namespace detail {

constexpr std::int64_t parse_integer(Text text) {
  std::int64_t value = 0;
  const bool negative = text.size != 0 && text.data[0] == '-';
  // Downwards, because the most negative number has no positive twin.
  for (std::size_t i = negative ? 1 : 0; i < text.size; ++i) value = value * 10 - (text.data[i] - '0');
  return negative ? value : -value;
}
double parse_double(Text text);

struct FillOptions {
  void* options;
  SettingList settings;

  template <class Options, class T>
  void operator()(Text name, T Options::*member, Text, const Rule& = {}) const {
    T& target = static_cast<Options*>(options)->*member;
    for (std::size_t i = 0; i < settings.size; ++i)
      if (settings.data[i].name == name) assign(target, settings.data[i]);
  }
  static void assign(bool& to, const Setting& from) { to = from.value == Text("true"); }
  static void assign(std::int32_t& to, const Setting& from) { to = static_cast<std::int32_t>(parse_integer(from.value)); }
  static void assign(std::int64_t& to, const Setting& from) { to = parse_integer(from.value); }
  static void assign(double& to, const Setting& from) { to = parse_double(from.value); }
  static void assign(Text& to, const Setting& from) { to = from.value; }
  static void assign(TextList& to, const Setting& from) { to = from.items; }
  static void assign(Size& to, const Setting& from) { to.bytes = parse_integer(from.value); }
  static void assign(Millis& to, const Setting& from) { to.value = parse_integer(from.value); }
};

inline double parse_double(Text text) {
  char copy[64] = {};
  for (std::size_t i = 0; i < text.size && i + 1 < sizeof copy; ++i) copy[i] = text.data[i];
  return std::strtod(copy, nullptr);
}

}  // namespace detail

// An Options with the given values in it and defaults elsewhere.
template <class Options>
Options fill_options(SettingList settings) {
  Options options;
  Options::options(detail::FillOptions{&options, settings});
  return options;
}

}  // namespace barnabas::sdk
