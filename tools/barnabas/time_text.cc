#include "tools/barnabas/time_text.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <regex>

namespace barnabas::tools {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMost = INT64_MAX / 4;

// REQUIRES: digits, few enough
int number(const std::ssub_match& digits) { return digits.matched && digits.length() != 0 ? std::stoi(digits.str()) : 0; }

// The first three digits of a fraction of a second.
std::int64_t milliseconds(const std::ssub_match& digits) { return std::stoi((digits.str() + "000").substr(0, 3)); }

}  // namespace

Result<std::int64_t> parse_time_ms(std::string_view text) {
  static const std::regex kForm(
      R"((\d{1,4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)?)");
  const std::string whole(text);
  std::smatch part;
  const auto refused = [&] {
    return Status::corrupt(
        fmt::format("'{}' is not a time: YYYY-MM-DDTHH:mm:SS.sss is, with Z or +hh:mm behind it, or else in UTC", whole));
  };
  if (!std::regex_match(whole, part, kForm)) return refused();
  const year_month_day date(year(number(part[1])), month(static_cast<unsigned>(number(part[2]))),
                            day(static_cast<unsigned>(number(part[3]))));
  if (!date.ok() || number(part[4]) > 23 || number(part[5]) > 59 || number(part[6]) > 59 || number(part[10]) > 59) return refused();
  std::int64_t ms = sys_days(date).time_since_epoch().count() * kDay;
  ms += number(part[4]) * kHour + number(part[5]) * kMinute + number(part[6]) * kSecond + milliseconds(part[7]);
  const std::int64_t zone = number(part[9]) * kHour + number(part[10]) * kMinute;
  return part[8] == "-" ? ms + zone : ms - zone;
}

Result<std::int64_t> parse_duration_ms(std::string_view text) {
  static const std::regex kForm(
      R"(([-+]?)P(?:([-+]?\d{1,12})D)?(T(?:([-+]?\d{1,12})H)?(?:([-+]?\d{1,12})M)?(?:([-+]?)(\d{1,12})(?:[.,](\d{0,9}))?S)?)?)",
      std::regex::icase);
  const std::string whole(text);
  std::smatch part;
  const auto refused = [&] {
    return Status::corrupt(fmt::format("'{}' is not a duration: PnDTnHnMnS is, for example P7D, PT1H30M or PT0.5S", whole));
  };
  const bool matches = std::regex_match(whole, part, kForm);
  const bool has_time = matches && (part[4].matched || part[5].matched || part[7].matched);
  if (!matches || (part[3].matched ? !has_time : !part[2].matched)) return refused();
  const auto at = [&](int i) { return part[i].matched ? static_cast<double>(std::stoll(part[i].str())) : 0; };
  double ms = at(2) * kDay + at(4) * kHour + at(5) * kMinute;
  const double seconds = at(7) * kSecond + (part[8].matched ? static_cast<double>(milliseconds(part[8])) : 0);
  ms += part[6] == "-" ? -seconds : seconds;
  if (std::abs(ms) > static_cast<double>(kMost)) return refused();
  return static_cast<std::int64_t>(part[1] == "-" ? -ms : ms);
}

std::string time_text(std::int64_t ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(ms)};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const year_month_day date(midnight);
  const std::int64_t rest = (time - midnight).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), rest / kHour, rest % kHour / kMinute, rest % kMinute / kSecond, rest % kSecond);
}

}  // namespace barnabas::tools
