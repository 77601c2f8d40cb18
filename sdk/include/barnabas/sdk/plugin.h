// The door of a plugin: one exported symbol, `barnabas_plugin`, plain data that the host reads before it calls anything.
//
// An author writes a class with the functions of its kind (see codec.h, storage.h, …) and closes the file with
//
//   BARNABAS_PLUGIN(Codec, Gzip, "gzip", "1.0.0", "RFC 1952, as Kafka frames it.")
//
// The class has a type `Options` (or sdk::NoOptions) and a constructor (sdk::Host&, const Options&). Its functions may throw: the macro
// compiles an adapter around it that turns whatever is thrown into a Status which names the plugin. Nothing is thrown across the border.
// Objects that a plugin hands out itself (a partition of a storage, a file) implement interfaces whose functions are noexcept, and must not
// throw.
#pragma once

#include <barnabas/sdk/host.h>
#include <barnabas/sdk/manifest.h>

#include <exception>
#include <new>

namespace barnabas::sdk {

inline constexpr std::uint32_t kEntryMagic = 0x424e4253;  // "BNBS"

struct Entry {
  std::uint32_t magic;
  std::uint32_t size;    // of this record: a later SDK appends fields
  const char* manifest;  // the same text as in the section, ends with a zero octet
  std::size_t manifest_size;
  // Makes one object of the plugin's kind. The host destroys it with `destroy` before the end of the program, never unloads the file.
  Status (*create)(Host& host, SettingList settings, void*& object) noexcept;
  void (*destroy)(void* object) noexcept;
};

namespace detail {

// Runs `call`; a throw becomes a Status that names the plugin and what it was doing.
template <class Call>
Status guarded(Text plugin, Text function, Call&& call) noexcept {
  char message[512];
  std::size_t used = 0;
  const auto add = [&](Text text) {
    for (char c : text)
      if (used < sizeof message) message[used++] = c;
  };
  try {
    return call();
  } catch (const std::exception& error) {
    add("plugin '"), add(plugin), add("' threw in "), add(function), add(": ");
    const char* what = error.what();
    add(Text(what, __builtin_strlen(what)));
  } catch (...) {
    add("plugin '"), add(plugin), add("' threw something that is not a std::exception in "), add(function);
  }
  return Status::internal(Text(message, used));
}

// For the few functions that answer with a value alone: `fallback` where the author's throws.
template <class T, class Call>
T guarded_value(T fallback, Call&& call) noexcept {
  try {
    return call();
  } catch (...) {
    return fallback;
  }
}

}  // namespace detail

// `Kind` is the interface, with Kind::kName, Kind::kRevision and the adapter template Kind::Guarded<T, Id>.
#define BARNABAS_PLUGIN(Kind, Class, id, version, about)                                                                                \
  namespace {                                                                                                                           \
  struct BarnabasPluginId {                                                                                                             \
    static constexpr ::barnabas::sdk::Text text() { return id; }                                                                        \
  };                                                                                                                                    \
  constexpr ::barnabas::sdk::detail::Identity barnabas_identity{::barnabas::sdk::Kind::kName, ::barnabas::sdk::Kind::kRevision, id,     \
                                                                version, about};                                                        \
  constexpr std::size_t barnabas_manifest_size = [] {                                                                                   \
    ::barnabas::sdk::detail::ManifestWriter counter;                                                                                    \
    ::barnabas::sdk::detail::write_manifest<Class::Options>(counter, barnabas_identity);                                                \
    return counter.size;                                                                                                                \
  }();                                                                                                                                  \
  [[gnu::section(".barnabas"), gnu::used]] constexpr auto barnabas_manifest = [] {                                                      \
    ::barnabas::sdk::detail::ManifestText<barnabas_manifest_size> manifest;                                                             \
    ::barnabas::sdk::detail::ManifestWriter writer{manifest.text};                                                                      \
    ::barnabas::sdk::detail::write_manifest<Class::Options>(writer, barnabas_identity);                                                 \
    return manifest;                                                                                                                    \
  }();                                                                                                                                  \
  using BarnabasGuarded = ::barnabas::sdk::Kind::Guarded<Class, BarnabasPluginId>;                                                      \
  ::barnabas::sdk::Status barnabas_create(::barnabas::sdk::Host& host, ::barnabas::sdk::SettingList settings, void*& object) noexcept { \
    return ::barnabas::sdk::detail::guarded(id, "its constructor", [&] {                                                                \
      ::barnabas::sdk::Kind* made = new BarnabasGuarded(host, ::barnabas::sdk::fill_options<Class::Options>(settings));                 \
      object = made;                                                                                                                    \
      return ::barnabas::sdk::Status();                                                                                                 \
    });                                                                                                                                 \
  }                                                                                                                                     \
  void barnabas_destroy(void* object) noexcept { delete static_cast<BarnabasGuarded*>(static_cast<::barnabas::sdk::Kind*>(object)); }   \
  }                                                                                                                                     \
  extern "C" [[gnu::visibility("default")]] const ::barnabas::sdk::Entry barnabas_plugin;                                               \
  const ::barnabas::sdk::Entry barnabas_plugin{::barnabas::sdk::kEntryMagic,                                                            \
                                               sizeof(::barnabas::sdk::Entry),                                                          \
                                               barnabas_manifest.text,                                                                  \
                                               barnabas_manifest_size,                                                                  \
                                               &barnabas_create,                                                                        \
                                               &barnabas_destroy};

}  // namespace barnabas::sdk
