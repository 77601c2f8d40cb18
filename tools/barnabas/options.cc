#include "tools/barnabas/options.h"

#include <cstdio>
#include <iostream>

namespace barnabas::tools {

namespace po = boost::program_options;

std::optional<int> Options::parse(const Arguments& arguments) {
  try {
    po::command_line_parser parser(arguments);
    po::store(parser.options(description_)
                  .positional(words_)
                  .style(po::command_line_style::default_style | po::command_line_style::allow_long)
                  .run(),
              values_);
    po::notify(values_);
  } catch (const po::error& error) {
    return refuse(error.what());
  }
  if (has("version")) {
    std::cout << kVersion << "\n";
    return 0;
  }
  if (!has("help")) return std::nullopt;
  std::cout << usage_ << "\n\n" << description_;
  return 0;
}

int Options::refuse(const std::string& message) const {
  std::cerr << message << "\n\n" << usage_ << "\n\n" << description_;
  return 1;
}

}  // namespace barnabas::tools
