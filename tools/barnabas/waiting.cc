#include "tools/barnabas/waiting.h"

#include <cstdio>

namespace barnabas::tools {
namespace {

constexpr std::int64_t kSilentNs = 1'000'000'000;

}  // namespace

void Waiting::on(std::string_view reason, std::int64_t now_ns) {
  if (since_ns_ < 0) since_ns_ = now_ns;
  if (now_ns - since_ns_ < kSilentNs || said_.contains(reason)) return;
  std::fprintf(stderr, "%s; trying again\n", said_.emplace(reason).first->c_str());
}

void Waiting::over() {
  since_ns_ = -1;
  said_.clear();
}

}  // namespace barnabas::tools
