// The answer for the one thing that was asked for: a broker may send none.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string_view>

#include "kernel/base/result.h"

namespace barnabas::tools {

// kCorrupt: there is none. Valid as long as `answers`.
template <class Answer>
Result<const Answer*> only_answer(std::span<Answer> answers, std::string_view api) {
  if (answers.empty()) return Status::corrupt(fmt::format("the broker's answer to {} is empty", api));
  return static_cast<const Answer*>(&answers.front());
}

}  // namespace barnabas::tools
