// Regular expressions over the names of topics: RE2's syntax, matched as a whole, in bounded memory and in time linear in the names.
// [any thread]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/catalog/image.h"

namespace barnabas::group {

// Why the text is no regular expression, in the words of Kafka; nothing: it is one.
std::optional<std::string> regex_refusal(std::string_view regex);

// The names of the topics that each of the expressions matches, at its place, ascending. One that is none matches nothing.
std::vector<std::vector<std::string>> matching_topics(const catalog::Image& image, const std::vector<std::string>& regexes);

}  // namespace barnabas::group
