// A parsed configuration before anybody gave it a meaning: values, lists and maps, each with its place.
//
// Plain values. YAML, Java properties and overrides all become this one tree, so everything after it is written once.
#pragma once

#include "kernel/config/findings.h"
#include "kernel/config/surroundings.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::config {

struct Member;

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  std::string text;            // of a scalar, after substitution
  std::string written;         // of a scalar that was substituted: the ${…} text, which may be shown where the value may not
  bool is_quoted = false;      // "true" is a text where true is not
  bool is_secret = false;      // the value came from ${env:…} or ${file:…}
  bool is_unresolved = false;  // a ${…} in it failed, which was said already
  Position at;
  std::vector<Node> items;      // of a list
  std::vector<Member> members;  // of a map, in the order of the file, no key twice

  const Member* find(std::string_view key) const;
  Member* find(std::string_view key);
  const Node* value(std::string_view key) const;  // null where there is none
  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_scalar() const { return kind == Kind::kScalar; }
};

struct Member {
  std::string key;
  Position at;  // of the key
  Node value;
};

std::string_view kind_name(Node::Kind kind);  // "nothing", "one value", "a list", "a map"

// Limits of one file: what is larger is a mistake or an attack, not a deployment.
inline constexpr std::size_t kLargestFileBytes = 1 << 20;
inline constexpr std::size_t kMostNodes = 100'000;
inline constexpr std::size_t kDeepest = 32;

// Nothing when the text is not YAML at all; else the tree, with what is wrong in `findings`.
std::optional<Node> parse_yaml(std::string_view text, const std::string& file, Findings& findings);

// A server.properties: {kafka: {key: value, …}}; keys that begin with "barnabas." are ours, by their path, with a
// value in YAML: barnabas.storage.use=memory.
Node parse_properties(std::string_view text, const std::string& file, Findings& findings);

// KEY=VALUE with a Kafka key, or with a path of the tree: /storage/use=memory, /listeners/0/address=127.0.0.1:0.
void apply_override(Node& root, const std::string& argument, Findings& findings);
bool is_override(const Position& at);

// Sets what `path` names, and makes the maps on the way to it.
void set_path(Node& root, const std::vector<std::string>& path, Node value, Findings& findings);

// Says of a value and all that is in it that it stands at `at`.
void place(Node& node, const Position& at);

// Resolves ${env:NAME}, ${env:NAME:-otherwise} and ${file:/path} in every scalar, after parsing, so that a value never becomes structure.
// $${ stands for ${.
void substitute(Node& root, Surroundings& surroundings, Findings& findings);

}  // namespace barnabas::config
