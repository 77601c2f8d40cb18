// The commands that read a metadata tree, as kafka-metadata-shell has them: cat, find, ls, tree; and, line by line, cd, exit, help,
// history, man and pwd.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/barnabas/metadata/metadata_tree.h"

namespace barnabas::tools {

class MetadataShell {
 public:
  // Both outlive it; what is not there is told to `errors`.
  MetadataShell(const MetadataNode& root, std::FILE* errors) : root_(root), errors_(errors) {}

  // Runs a command with its words, prints to standard output. False: something was not as asked.
  // Paths are from `/` or from where `cd` went; `*`, `?`, `[…]` and `{a,b}` stand for names.
  bool run(const std::vector<std::string>& words);
  // The commands of one run alone, which needs no place to be in.
  static bool is_single(std::string_view command);
  // A line of words, quoted where they hold spaces.
  bool run_line(const std::string& line);
  bool ended() const { return ended_; }

 private:
  struct Place {
    std::vector<std::string> path;
    const MetadataNode* node = nullptr;
  };
  using Paths = std::vector<std::string>;

  std::vector<Place> matching(const std::string& pattern) const;
  // What each path stands for; of one that stands for nothing `missing` is told. False: that, or a visit said so.
  bool each(const Paths& paths, std::string_view command, std::string_view missing,
            const std::function<bool(const std::string& path, const Place& place)>& visit) const;
  bool cat(const Paths& paths) const;
  bool find(const Paths& paths) const;
  bool list(const Paths& paths) const;
  bool tree(const Paths& paths) const;
  bool go(const Paths& paths);
  bool history(const Paths& paths) const;

  void fail(std::string_view command, std::string_view path, std::string_view why) const;

  const MetadataNode& root_;
  std::FILE* const errors_;
  std::vector<std::string> here_;
  std::vector<std::string> lines_;
  bool ended_ = false;
};

}  // namespace barnabas::tools
