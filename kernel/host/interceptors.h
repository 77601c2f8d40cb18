// A chain of interceptors, and the rules that hold for it wherever it runs: in a broker, a producer or a consumer. They are asked in the
// order in which they were added, each about what the ones before it made of the record.
//
// A failure or a throw of one never stops the others: it is logged with the name, and what it had changed until then is forgotten. One that
// takes longer than its budget again and again is switched off, and named. One thread at a time.
#pragma once

#include <barnabas/sdk/interceptor.h>

#include "kernel/base/result.h"
#include "kernel/host/edited_record.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::host {

class Interceptors {
 public:
  using Log = std::function<void(sdk::LogLevel level, std::string_view line)>;
  using Judge = std::function<Status(sdk::Interceptor& interceptor, const sdk::RecordView& record, sdk::RecordEdit& edit)>;
  using Tell = std::function<Status(sdk::Interceptor& interceptor)>;

  static constexpr std::int64_t kBudgetNs = 50'000'000;
  static constexpr int kTimesOverBudget = 5;  // in a row

  Interceptors(sdk::Clock& clock, Log log) : clock_(clock), log_(std::move(log)) {}
  Interceptors(const Interceptors&) = delete;
  Interceptors& operator=(const Interceptors&) = delete;
  ~Interceptors() { close(); }

  void add(std::string name, std::shared_ptr<sdk::Interceptor> interceptor);
  // Whether any that is not switched off has one of these hooks.
  bool wants(std::uint32_t hooks) const { return (hooks_ & hooks) != 0; }

  // All that have the hook judge the record. A sentence with the name and the reason when one refused it, and those after it are not asked.
  std::optional<std::string> judge(sdk::Hook hook, EditedRecord& record, const Judge& call);
  void tell(sdk::Hook hook, const Tell& call);

  // Tells all, once, that this is the end, those that are switched off too. They are gone afterwards.
  void close();

 private:
  struct Link {
    std::string name;
    std::shared_ptr<sdk::Interceptor> interceptor;
    std::uint32_t hooks = 0;
    std::array<int, 8> over_budget{};  // times in a row, of each hook: one that is quick makes up for none that is slow
  };

  template <class Call>
  bool run(Link& link, sdk::Hook hook, Call&& call);  // whether it did what it should
  void say_failure(const Link& link, const Status& status);

  sdk::Clock& clock_;
  Log log_;
  std::vector<Link> links_;
  std::uint32_t hooks_ = 0;
};

}  // namespace barnabas::host
