// The projects that `barnabas plugins new` begins: files of the folder template/KIND that compile as they stand, with three words replaced.
// Pure, apart from copy_template(). One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::tools {

// Lower-case letters, digits and underscores, beginning with a letter: it becomes a file, a CMake target, and in CamelCase a class.
Status check_plugin_name(std::string_view name);

struct TemplateWords {
  std::string name;    // for my_plugin; as CamelCase for MyPlugin
  std::string prefix;  // for /opt/barnabas: where Barnabas is installed, as a shell takes it
};
std::string fill_in(std::string text, const TemplateWords& words);

// Where the templates of an installation or a build tree are: ../share/barnabas/template beside the folder of the running program.
std::string installed_templates();
// The kinds that there is a template of.
std::vector<std::string> template_kinds(const std::string& templates);

// Makes the folder `to`, which must not exist, and the files of `from` in it; their names. Where that fails, `to` does not stay.
Result<std::vector<std::string>> copy_template(const std::string& from, const std::string& to, const TemplateWords& words);

}  // namespace barnabas::tools
