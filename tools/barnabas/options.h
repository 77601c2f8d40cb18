// Flags of a command, by Boost.Program_options, as Kafka's tools take them: `--flag value`, `--flag=value`, unambiguous beginnings of
// names.
#pragma once

#include <boost/program_options.hpp>

#include <optional>
#include <string>
#include <vector>

#include "tools/barnabas/command.h"

namespace barnabas::tools {

class Options {
 public:
  // `usage` is the line above the list of flags.
  explicit Options(std::string usage) : usage_(std::move(usage)), description_("Options") {
    description_.add_options()("help", "this text")("version", "print the version");
  }

  boost::program_options::options_description_easy_init add() { return description_.add_options(); }
  // Words without a flag are values of this one.
  void take_words_as(const char* name) { words_.add(name, -1); }

  // Nothing when the command should go on; otherwise its exit code, and usage or a message was printed.
  std::optional<int> parse(const Arguments& arguments);

  bool has(const std::string& name) const { return values_.count(name) != 0; }
  std::string text(const std::string& name, const std::string& otherwise = "") const {
    return has(name) ? values_[name].as<std::string>() : otherwise;
  }
  std::vector<std::string> texts(const std::string& name) const {
    return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>();
  }
  template <class T>
  T number(const std::string& name, T otherwise) const {
    return has(name) ? values_[name].as<T>() : otherwise;
  }
  // Wrong use: prints the message and how it would be right; the exit code.
  int refuse(const std::string& message) const;

 private:
  std::string usage_;
  boost::program_options::options_description description_;
  boost::program_options::positional_options_description words_;
  boost::program_options::variables_map values_;
};

}  // namespace barnabas::tools
