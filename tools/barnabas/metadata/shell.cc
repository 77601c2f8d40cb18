#include "tools/barnabas/metadata/shell.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <sstream>

namespace barnabas::tools {
namespace {

struct Word {
  std::string_view name;
  std::string_view usage;
  std::string_view about;
  bool is_single;  // makes sense without a place to be in
};
constexpr Word kWords[] = {
    {"cat", "cat PATH...", "prints the text of leaves", true},
    {"cd", "cd [PATH]", "goes to a folder; without one, to /", false},
    {"exit", "exit", "ends the shell", false},
    {"find", "find [PATH...]", "lists a folder and all below it", true},
    {"help", "help", "lists the commands", false},
    {"history", "history [COUNT]", "prints the lines that were typed", false},
    {"ls", "ls [PATH...]", "lists the names in a folder", true},
    {"man", "man COMMAND", "says what a command does", false},
    {"pwd", "pwd", "prints where the shell is", false},
    {"tree", "tree PATH...", "prints a folder with everything below it", true},
};

const Word* word_of(std::string_view name) {
  const auto* found = std::ranges::find(kWords, name, &Word::name);
  return found == std::end(kWords) ? nullptr : found;
}

// "a{b,c}d" -> "abd", "acd"; braces that do not close stand for themselves.
std::vector<std::string> alternatives(const std::string& pattern) {
  const std::size_t open = pattern.find('{');
  const std::size_t close = open == std::string::npos ? open : pattern.find('}', open);
  if (close == std::string::npos) return {pattern};
  std::vector<std::string> all;
  for (std::size_t at = open + 1; at <= close;) {
    const std::size_t end = std::min(pattern.find(',', at), close);
    for (std::string& each : alternatives(pattern.substr(0, open) + pattern.substr(at, end - at) + pattern.substr(close + 1)))
      all.push_back(std::move(each));
    at = end + 1;
  }
  return all;
}

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> all;
  std::stringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');)
    if (!part.empty() && part != ".") all.push_back(part);
  return all;
}

void print_tree(const MetadataNode& node, std::size_t depth) {
  const std::string margin(2 * depth, ' ');
  if (!node.is_folder()) {
    fmt::print("{}{}\n", margin, *node.text);
    return;
  }
  for (const auto& [name, child] : node.children) {
    fmt::print("{}{}:\n", margin, name);
    print_tree(child, depth + 1);
  }
}

void print_found(const MetadataNode& node, const std::string& path) {
  fmt::print("{}\n", path);
  for (const auto& [name, child] : node.children) print_found(child, path == "/" ? path + name : fmt::format("{}/{}", path, name));
}

}  // namespace

void MetadataShell::fail(std::string_view command, std::string_view path, std::string_view why) const {
  std::fflush(stdout);
  fmt::print(errors_, "{}: {}: {}\n", command, path, why);
}

bool MetadataShell::is_single(std::string_view command) {
  const Word* word = word_of(command);
  return word != nullptr && word->is_single;
}

// Folder by folder, so that `..` works behind a pattern, too.
std::vector<MetadataShell::Place> MetadataShell::matching(const std::string& pattern) const {
  std::vector<Place> found;
  for (const std::string& one : alternatives(pattern)) {
    std::vector<std::string> path = one.starts_with('/') ? std::vector<std::string>() : here_;
    for (std::string& part : components(one)) path.push_back(std::move(part));
    std::vector<std::vector<std::pair<std::string, const MetadataNode*>>> ways = {{{"", &root_}}};
    for (const std::string& part : path) {
      std::vector<std::vector<std::pair<std::string, const MetadataNode*>>> longer;
      for (auto& way : ways) {
        if (part == "..") {
          if (way.size() > 1) way.pop_back();
          longer.push_back(std::move(way));
          continue;
        }
        for (const auto& [name, child] : way.back().second->children) {
          if (name != part && fnmatch(part.c_str(), name.c_str(), 0) != 0) continue;
          longer.push_back(way);
          longer.back().emplace_back(name, &child);
        }
      }
      ways = std::move(longer);
    }
    for (const auto& way : ways) {
      Place& place = found.emplace_back();
      place.node = way.back().second;
      for (std::size_t i = 1; i < way.size(); ++i) place.path.push_back(way[i].first);
    }
  }
  return found;
}

bool MetadataShell::each(const Paths& paths, std::string_view command, std::string_view missing,
                         const std::function<bool(const std::string& path, const Place& place)>& visit) const {
  bool all = true;
  for (const std::string& path : paths) {
    const std::vector<Place> places = matching(path);
    if (places.empty()) fail(command, path, missing);
    all = all && !places.empty();
    for (const Place& place : places) all = visit(path, place) && all;
  }
  return all;
}

bool MetadataShell::cat(const Paths& paths) const {
  return each(paths, "cat", "No such file or directory.", [&](const std::string& path, const Place& place) {
    if (place.node->is_folder()) return fail("cat", path, "Is a directory"), false;
    return fmt::print("{}\n", *place.node->text), true;
  });
}

bool MetadataShell::find(const Paths& paths) const {
  return each(paths.empty() ? Paths{"."} : paths, "find", "no such file or directory.", [](const std::string& path, const Place& place) {
    return print_found(*place.node, path == "." ? path : fmt::format("/{}", fmt::join(place.path, "/"))), true;
  });
}

bool MetadataShell::list(const Paths& paths) const {
  std::vector<Place> leaves, folders;
  const bool all =
      each(paths.empty() ? Paths{"."} : paths, "ls", "no such file or directory.",
           [&](const std::string&, const Place& place) { return (place.node->is_folder() ? folders : leaves).push_back(place), true; });
  for (const Place& leaf : leaves) fmt::print("{}\n", leaf.path.back());
  const bool are_named = leaves.size() + folders.size() > 1;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    if (i > 0 || !leaves.empty()) fmt::print("\n");
    if (are_named) fmt::print("{}:\n", folders[i].path.empty() ? "/" : folders[i].path.back());
    for (const auto& [name, child] : folders[i].node->children) fmt::print("{}\n", name);
  }
  return all;
}

bool MetadataShell::tree(const Paths& paths) const {
  return each(paths, "tree", "No such file or directory.",
              [](const std::string&, const Place& place) { return print_tree(*place.node, 0), true; });
}

bool MetadataShell::go(const Paths& paths) {
  const std::string path = paths.empty() ? "/" : paths.front();
  std::vector<Place> places = matching(path);
  if (places.size() > 1) return fail("cd", path, "more than one folder."), false;
  if (places.empty()) return fail("cd", path, "no such directory."), false;
  if (!places.front().node->is_folder()) return fail("cd", path, "not a directory."), false;
  here_ = std::move(places.front().path);
  return true;
}

bool MetadataShell::history(const Paths& paths) const {
  const std::size_t count = paths.empty() ? lines_.size() : static_cast<std::size_t>(std::max(0, std::atoi(paths.front().c_str())));
  for (std::size_t i = lines_.size() - std::min(count, lines_.size()); i < lines_.size(); ++i) fmt::print("{:5}  {}\n", i, lines_[i]);
  return true;
}

bool MetadataShell::run(const std::vector<std::string>& words) {
  if (words.empty()) return true;
  const std::string& name = words.front();
  const Paths paths(words.begin() + 1, words.end());
  if ((name == "cat" || name == "tree" || name == "man") && paths.empty()) return fmt::print(errors_, "too few arguments\n"), false;
  if (name == "cat") return cat(paths);
  if (name == "find") return find(paths);
  if (name == "ls") return list(paths);
  if (name == "tree") return tree(paths);
  if (name == "cd") return go(paths);
  if (name == "history") return history(paths);
  if (name == "pwd") return fmt::print("/{}\n", fmt::join(here_, "/")), true;
  if (name == "exit") return ended_ = true;
  if (name == "help") {
    for (const Word& word : kWords) fmt::print("{:16} {}\n", word.usage, word.about);
    return true;
  }
  if (const Word* word = name == "man" ? word_of(paths.front()) : nullptr) return fmt::print("{}: {}\n", word->usage, word->about), true;
  std::vector<std::string> names;
  for (const Word& word : kWords) names.push_back(fmt::format("'{}'", word.name));
  fmt::print(errors_, "invalid choice: '{}' (choose from {})\n", name == "man" ? paths.front() : name, fmt::join(names, ", "));
  return false;
}

bool MetadataShell::run_line(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream rest(line);
  for (std::string word; rest >> std::quoted(word);) words.push_back(word);
  if (!words.empty()) lines_.push_back(line);
  return run(words);
}

}  // namespace barnabas::tools
