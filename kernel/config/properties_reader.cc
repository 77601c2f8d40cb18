// Java's properties syntax: what Kafka's own configuration files are written in.
#include "kernel/config/tree.h"

#include <charconv>

#include <fmt/format.h>

#include "kernel/config/utf8.h"

namespace barnabas::config {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

class PropertiesReader {
 public:
  PropertiesReader(std::string_view text, const std::string& file, Findings& findings) : text_(text), file_(file), findings_(findings) {}

  Node read() {
    root_.kind = Node::Kind::kMap;
    root_.at = {file_, 1, 1};
    set_path(root_, {"kafka"}, map_at({file_, 1, 1}), findings_);
    while (next_ < text_.size()) read_line();
    return std::move(root_);
  }

 private:
  static Node map_at(Position at) {
    Node node;
    node.kind = Node::Kind::kMap;
    node.at = std::move(at);
    return node;
  }

  bool at_end() const { return next_ >= text_.size(); }
  char peek() const { return text_[next_]; }
  Position here() const { return {file_, line_, static_cast<int>(next_ - line_begin_) + 1}; }

  void skip_blanks() {
    while (!at_end() && (is_blank(peek()) || join_lines())) {
      if (!at_end() && is_blank(peek())) ++next_;
    }
  }
  // A backslash at the end of a line joins it to the next, without the blanks that begin that one.
  bool join_lines() {
    if (text_.substr(next_, 2) != "\\\n" && text_.substr(next_, 3) != "\\\r\n") return false;
    next_ = text_.find('\n', next_) + 1;
    begin_line();
    while (!at_end() && is_blank(peek())) ++next_;
    return true;
  }
  void begin_line() {
    ++line_;
    line_begin_ = next_;
  }
  void skip_line() {
    const auto end = text_.find('\n', next_);
    next_ = end == std::string_view::npos ? text_.size() : end + 1;
    begin_line();
  }
  bool at_line_end() const { return at_end() || peek() == '\n' || (peek() == '\r' && text_.substr(next_, 2) == "\r\n"); }

  void read_line() {
    skip_blanks();
    if (at_line_end() || peek() == '#' || peek() == '!') return skip_line();
    const Position key_at = here();
    const std::string key = read_part(true);
    skip_blanks();
    if (!at_line_end() && (peek() == '=' || peek() == ':')) ++next_;
    skip_blanks();
    Node value;
    value.kind = Node::Kind::kScalar;
    value.at = here();
    value.text = read_part(false);
    while (!value.text.empty() && is_blank(value.text.back())) value.text.pop_back();  // Kafka trims every value
    add(key, key_at, std::move(value));
    skip_line();
  }

  std::string read_part(bool is_key) {
    std::string out;
    while (!at_line_end()) {
      if (join_lines()) continue;
      const char c = peek();
      if (is_key && (c == '=' || c == ':' || is_blank(c))) break;
      if (c != '\\') {
        read_character(out);
      } else if (++next_; at_end()) {
        out.push_back(c);
      } else {
        read_escape(out);
      }
    }
    return out;
  }
  // What is no UTF-8 is Latin-1, as which Java reads the whole file.
  void read_character(std::string& out) {
    const std::size_t length = character_length(text_.substr(next_));
    if (length == 0) return append_utf8(static_cast<unsigned char>(text_[next_++]), out);
    out += text_.substr(next_, length);
    next_ += length;
  }
  void read_escape(std::string& out) {
    const char c = text_[next_++];
    switch (c) {
      case 't':
        return out.push_back('\t');
      case 'n':
        return out.push_back('\n');
      case 'r':
        return out.push_back('\r');
      case 'f':
        return out.push_back('\f');
      case 'u':
        break;
      default:
        --next_;
        return read_character(out);
    }
    auto point = digits_at(next_);
    if (!point) return findings_.error(here(), "\\u must be followed by four hexadecimal digits");
    next_ += 4;
    // What needs more than four digits is written as two halves.
    const auto second = text_.substr(next_, 2) == "\\u" ? digits_at(next_ + 2) : std::nullopt;
    if (is_half(*point) && *point < kSecondHalves && second && is_half(*second) && *second >= kSecondHalves) {
      next_ += 6;
      point = 0x10000 + ((*point - kHalves) << 10) + (*second - kSecondHalves);
    }
    if (is_half(*point))
      return findings_.error(here(), fmt::format("\\u{:04x} is half of a character, and the other half is not beside it", *point));
    append_utf8(*point, out);
  }
  static constexpr std::uint32_t kHalves = 0xd800;
  static constexpr std::uint32_t kSecondHalves = 0xdc00;
  static bool is_half(std::uint32_t point) { return point >= kHalves && point < 0xe000; }
  std::optional<std::uint32_t> digits_at(std::size_t at) const {
    std::uint32_t point = 0;
    const std::string_view digits = text_.substr(std::min(at, text_.size()), 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
    if (digits.size() != 4 || error != std::errc() || end != digits.data() + 4) return std::nullopt;
    return point;
  }

  void add(const std::string& key, const Position& at, Node value) {
    constexpr std::string_view kOurs = "barnabas.";
    if (key.starts_with(kOurs)) {
      std::vector<std::string> path;
      for (std::size_t begin = kOurs.size(); begin <= key.size();) {
        const auto dot = std::min(key.find('.', begin), key.size());
        path.push_back(key.substr(begin, dot - begin));
        begin = dot + 1;
      }
      const Position value_at = value.at;
      auto parsed = parse_yaml(value.text, file_, findings_);
      if (!parsed) return;
      place(*parsed, value_at);
      return set_path(root_, path, *std::move(parsed), findings_);
    }
    Node& kafka = root_.find("kafka")->value;
    if (Member* first = kafka.find(key)) {
      findings_.warn(at, fmt::format("'{}' is said twice; this one counts, as in Kafka, and not the one at line {}", key, first->at.line));
      *first = {key, at, std::move(value)};
      return;
    }
    kafka.members.push_back({key, at, std::move(value)});
  }

  std::string_view text_;
  const std::string& file_;
  Findings& findings_;
  Node root_;
  std::size_t next_ = 0;
  std::size_t line_begin_ = 0;
  int line_ = 1;
};

}  // namespace

Node parse_properties(std::string_view text, const std::string& file, Findings& findings) {
  return PropertiesReader(text, file, findings).read();
}

}  // namespace barnabas::config
