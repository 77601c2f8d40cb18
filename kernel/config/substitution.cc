// ${env:NAME} and ${file:/path} in values, replaced by what they name.
#include "kernel/config/tree.h"

#include <fmt/format.h>

namespace barnabas::config {

namespace {

class Substitution {
 public:
  Substitution(Surroundings& surroundings, Findings& findings) : surroundings_(surroundings), findings_(findings) {}

  void walk(Node& node) {
    if (node.is_scalar() && node.text.find("${") != std::string::npos) resolve(node);
    for (Node& item : node.items) walk(item);
    for (Member& member : node.members) walk(member.value);
  }

 private:
  void resolve(Node& node) {
    std::string out;
    bool came_from_outside = false;
    std::string_view rest = node.text;
    while (!rest.empty()) {
      const auto open = rest.find("${");
      if (open == std::string_view::npos) break;
      if (open != 0 && rest[open - 1] == '$') {  // $${ is ${
        out.append(rest.substr(0, open - 1)).append("${");
        rest.remove_prefix(open + 2);
        continue;
      }
      out.append(rest.substr(0, open));
      const auto close = rest.find('}', open);
      if (close == std::string_view::npos)
        return findings_.error(node.at, "a ${ has no } behind it; write $${ for the characters themselves");
      if (!lookup(node, std::string(rest.substr(open + 2, close - open - 2)), out)) {
        node.is_unresolved = true;
        return;
      }
      came_from_outside = true;
      rest.remove_prefix(close + 1);
    }
    out.append(rest);
    if (came_from_outside) {
      node.written = node.text;
      node.is_secret = true;
      node.is_quoted = false;  // a flow map forces quotes around ${…}; they say nothing about the value
    }
    node.text = std::move(out);
  }

  bool lookup(const Node& node, const std::string& reference, std::string& out) {
    constexpr std::string_view kEnv = "env:";
    constexpr std::string_view kFile = "file:";
    if (reference.starts_with(kEnv)) return environment(node, reference.substr(kEnv.size()), out);
    if (reference.starts_with(kFile)) return file(node, reference.substr(kFile.size()), out);
    findings_.error(node.at, fmt::format("'${{{}}}' is neither ${{env:NAME}} nor ${{file:/path}}; write $${{ for the characters themselves",
                                         reference));
    return false;
  }
  bool environment(const Node& node, std::string name, std::string& out) {
    std::optional<std::string> otherwise;
    if (const auto at = name.find(":-"); at != std::string::npos) {
      otherwise = name.substr(at + 2);
      name.resize(at);
    }
    auto value = surroundings_.environment(name);
    if (value) findings_.hide(*value);
    if (!value) value = otherwise;
    if (value) return out.append(*value), true;
    findings_.error(node.at, fmt::format("the environment has no '{}'; set it, or write ${{env:{}:-otherwise}}", name, name));
    return false;
  }
  bool file(const Node& node, const std::string& path, std::string& out) {
    auto content = surroundings_.read_file(path);
    if (!content) {
      findings_.error(node.at, std::string(message_of(content.status())));
      return false;
    }
    // Editors end a file with a new line that is not part of a password.
    while (content->ends_with('\n') || content->ends_with('\r')) content->pop_back();
    findings_.hide(*content);
    out.append(*content);
    return true;
  }

  Surroundings& surroundings_;
  Findings& findings_;
};

}  // namespace

void substitute(Node& root, Surroundings& surroundings, Findings& findings) { Substitution(surroundings, findings).walk(root); }

}  // namespace barnabas::config
