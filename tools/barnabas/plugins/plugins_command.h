// The parts of `barnabas plugins` that have a file of their own. Each takes what follows its word and returns the exit code.
#pragma once

#include "tools/barnabas/command.h"

namespace barnabas::tools {

int plugins_new(const Arguments& arguments);
int plugins_test(const Arguments& arguments);

}  // namespace barnabas::tools
