#include "kernel/host/interceptors.h"

#include <bit>

namespace barnabas::host {

void Interceptors::add(std::string name, std::shared_ptr<sdk::Interceptor> interceptor) {
  const std::uint32_t hooks = interceptor->hooks();
  hooks_ |= hooks;
  links_.push_back({std::move(name), std::move(interceptor), hooks, {}});
}

void Interceptors::say_failure(const Link& link, const Status& status) {
  log_(sdk::LogLevel::kWarn, "interceptor '" + link.name + "': " + std::string(message_of(status)));
}

template <class Call>
bool Interceptors::run(Link& link, sdk::Hook hook, Call&& call) {
  const std::int64_t begin = clock_.mono_ns();
  const Status status = call();
  const std::int64_t taken = clock_.mono_ns() - begin;
  if (!status.ok()) say_failure(link, status);
  int& over_budget =
      link.over_budget[static_cast<std::size_t>(std::countr_zero(static_cast<std::uint32_t>(hook))) % link.over_budget.size()];
  over_budget = taken > kBudgetNs ? over_budget + 1 : 0;
  if (over_budget < kTimesOverBudget) return status.ok();
  link.hooks = 0;
  hooks_ = 0;
  for (const Link& left : links_) hooks_ |= left.hooks;
  log_(sdk::LogLevel::kError, "interceptor '" + link.name + "' is switched off: " + std::to_string(kTimesOverBudget) +
                                  " calls in a row took longer than " + std::to_string(kBudgetNs / 1'000'000) + " ms");
  return status.ok();
}

std::optional<std::string> Interceptors::judge(sdk::Hook hook, EditedRecord& record, const Judge& call) {
  for (Link& link : links_) {
    if ((link.hooks & hook) == 0) continue;
    if (!run(link, hook, [&] { return call(*link.interceptor, record.view(), record); })) {
      record.forget();
      continue;
    }
    if (record.refusal()) return "interceptor '" + link.name + "' refused the record: " + *record.refusal();
    record.keep();
  }
  return std::nullopt;
}

void Interceptors::tell(sdk::Hook hook, const Tell& call) {
  for (Link& link : links_)
    if ((link.hooks & hook) != 0) run(link, hook, [&] { return call(*link.interceptor); });
}

void Interceptors::close() {
  hooks_ = 0;
  for (const Link& link : links_)
    if (auto* end = static_cast<sdk::InterceptorClose*>(link.interceptor->find(sdk::InterceptorClose::kId)))
      if (const Status status = end->on_close(); !status.ok()) say_failure(link, status);
  links_.clear();
}

}  // namespace barnabas::host
