// YAML into a tree, by way of yaml-cpp's events, because they carry the place of every value and do not hide a key that is said twice.
#include "kernel/config/tree.h"
#include "kernel/config/utf8.h"

#include <map>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace barnabas::config {

namespace {

// Thrown inside this file only: parsing cannot go on.
struct Stop : std::runtime_error {
  Stop(Position where, const std::string& message) : std::runtime_error(message), at(std::move(where)) {}
  Position at;
};

class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& file, Findings& findings) : file_(file), findings_(findings) {}

  Node take() { return std::move(root_); }
  Position position(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ != 0) throw Stop(position(mark), "a second document begins here; one file is one deployment");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.at = position(mark);
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Stop(position(mark), "an alias refers to the value that it is part of");
    node_count_ += known->second.second;
    check_count(mark);
    add(known->second.first, YAML::NullAnchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    check_tag(mark, tag);
    Node node;
    node.kind = Node::Kind::kScalar;
    node.text = value;
    node.is_quoted = tag == "!";
    node.at = position(mark);
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::size_t first_node = 0;  // node_count_ when it began
    bool has_key = false;
    bool drop_value = false;  // the key was wrong: its value is read and forgotten
    Member pending;
  };

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      findings_.error(position(mark), fmt::format("tags such as '{}' have no meaning here; remove it", tag));
  }
  void check_count(const YAML::Mark& mark) const {
    if (node_count_ > kMostNodes)
      throw Stop(position(mark), fmt::format("there are more than {} values here; no deployment is that large", kMostNodes));
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    check_tag(mark, tag);
    if (open_.size() >= kDeepest) throw Stop(position(mark), fmt::format("values are nested deeper than {} levels", kDeepest));
    Open next;
    next.node.kind = kind;
    next.node.at = position(mark);
    next.anchor = anchor;
    next.first_node = node_count_;
    open_.push_back(std::move(next));
  }
  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != YAML::NullAnchor) anchors_[done.anchor] = {done.node, node_count_ - done.first_node + 1};
    add(std::move(done.node), YAML::NullAnchor);
  }
  void add(Node node, YAML::anchor_t anchor) {
    ++node_count_;
    check_count({});
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, 1};
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == Node::Kind::kList) {
      open_.back().node.items.push_back(std::move(node));
    } else if (open_.back().has_key) {
      add_value(open_.back(), std::move(node));
    } else {
      add_key(open_.back(), std::move(node));
    }
  }
  void add_key(Open& map, Node key) {
    map.has_key = true;
    map.drop_value = true;
    if (!key.is_scalar()) return findings_.error(key.at, fmt::format("a key must be one word, but {} was found", kind_name(key.kind)));
    if (key.text == "<<")
      return findings_.error(key.at, "merging with << is not supported; repeat the keys, or use an alias for the whole value");
    if (const Member* first = map.node.find(key.text))
      return findings_.error(
          key.at, fmt::format("'{}' is said twice; the first is at line {}, column {}", key.text, first->at.line, first->at.column));
    map.drop_value = false;
    map.pending.key = std::move(key.text);
    map.pending.at = std::move(key.at);
  }
  static void add_value(Open& map, Node value) {
    map.has_key = false;
    if (map.drop_value) return;
    map.pending.value = std::move(value);
    map.node.members.push_back(std::move(map.pending));
    map.pending = {};
  }

  const std::string& file_;
  Findings& findings_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::pair<Node, std::size_t>> anchors_;  // with the number of nodes in it
  std::size_t node_count_ = 0;
  int documents_ = 0;
};

// yaml-cpp takes octets that are no text: half of a file, an old encoding, a terminal's colours. They would reach names of directories,
// or end in a message about something else.
void check_text(std::string_view text, const std::string& file) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    throw Stop({file, 1, 1}, "the file is written in UTF-16; save it as UTF-8");
  Position at{file, 1, 1};
  for (std::size_t i = 0; i < text.size(); ++at.column) {
    const std::size_t length = character_length(text.substr(i));
    const auto octet = static_cast<unsigned char>(text[i]);
    if (length == 0) throw Stop(at, fmt::format("the octet 0x{:02x} is not UTF-8; save the file as UTF-8", octet));
    if ((octet < 0x20 && octet != '\t' && octet != '\n' && octet != '\r') || octet == 0x7f)
      throw Stop(at, fmt::format("the control character 0x{:02x} has no place in YAML; remove it", octet));
    if (octet == '\n') at = {file, at.line + 1, 0};
    i += length;
  }
}

// yaml-cpp's messages are short hints; the commonest slip deserves more.
std::string explain(const YAML::ParserException& error, std::string_view text) {
  std::size_t begin = 0;
  for (int line = 0; line < error.mark.line && begin < text.size(); ++line) begin = text.find('\n', begin) + 1;
  const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos)
    return "a tab indents this line; YAML wants spaces";
  return fmt::format("this is not YAML: {}", error.msg);
}

}  // namespace

const Member* Node::find(std::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member;
  return nullptr;
}

Member* Node::find(std::string_view key) { return const_cast<Member*>(std::as_const(*this).find(key)); }

const Node* Node::value(std::string_view key) const {
  const Member* member = find(key);
  return member == nullptr ? nullptr : &member->value;
}

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return "one value";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "";
}

std::optional<Node> parse_yaml(std::string_view text, const std::string& file, Findings& findings) {
  if (text.size() > kLargestFileBytes) {
    findings.error({file, 1, 1}, fmt::format("the file has {} octets; a deployment has at most {}", text.size(), kLargestFileBytes));
    return std::nullopt;
  }
  Builder builder(file, findings);
  try {
    check_text(text, file);
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Stop& stop) {
    findings.error(stop.at, stop.what());
  } catch (const YAML::ParserException& error) {
    findings.error(builder.position(error.mark), explain(error, text));
  } catch (const std::exception& error) {
    findings.error({file, 1, 1}, fmt::format("this is not YAML: {}", error.what()));
  }
  return std::nullopt;
}

}  // namespace barnabas::config
