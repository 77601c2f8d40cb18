#include "tools/barnabas/plugins/rule_teller.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace barnabas::tools {

bool RuleTeller::begin(std::string_view rule) {
  is_open_ = !done_.contains(std::string(rule));
  if (is_open_) tell(kRuleBegins, rule);
  return is_open_;
}

void RuleTeller::report(std::string_view, const std::string& why) {
  if (is_open_) tell(kRuleEnds, why);
  is_open_ = false;
}

void RuleTeller::tell(char what, std::string_view text) {
  constexpr std::size_t kMostOctets = 4000;  // a plugin's message may be of any length
  std::string line(1, what);
  for (const char c : text.substr(0, kMostOctets)) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x20 && octet != 0x7f)
      line.push_back(c);
    else
      line += fmt::format("\\x{:02x}", octet);
  }
  line += text.size() > kMostOctets ? "…\n" : "\n";
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t count = ::write(channel_, line.data() + done, line.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(1);  // the parent is gone, or the plugin closed the channel: there is nobody left to tell
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace barnabas::tools
