#include "tools/barnabas/produce/sent_records.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace barnabas::tools {
namespace {

sdk::Outcome failure(std::uint64_t bytes, std::string_view error) {
  return {.base_offset = -1, .record_count = 1, .bytes = bytes, .ok = false, .error = error};
}

}  // namespace

void SentRecords::refuse(const sdk::TopicView& topic, std::uint64_t bytes, std::string_view error) {
  interceptors_.on_acknowledged(topic, failure(bytes, error));
}

std::vector<std::uint64_t> SentRecords::take(std::int32_t partition, std::int32_t count) {
  std::vector<std::uint64_t>& waiting = waiting_[partition];
  const auto end = waiting.begin() + std::min<std::ptrdiff_t>(count, std::ssize(waiting));
  std::vector<std::uint64_t> taken(waiting.begin(), end);
  waiting.erase(waiting.begin(), end);
  return taken;
}

void SentRecords::stored(const sdk::TopicView& topic, std::int64_t base_offset, std::int32_t count) {
  std::int64_t offset = base_offset;
  for (const std::uint64_t bytes : take(topic.partition, count)) {
    interceptors_.on_acknowledged(topic, {.base_offset = offset, .record_count = 1, .bytes = bytes, .ok = true, .error = {}});
    if (base_offset >= 0) ++offset;
  }
}

void SentRecords::failed(const sdk::TopicView& topic, std::string_view error, std::int32_t count) {
  for (const std::uint64_t bytes : take(topic.partition, count)) interceptors_.on_acknowledged(topic, failure(bytes, error));
}

void SentRecords::give_up(sdk::TopicView topic, std::string_view error) {
  for (const auto& [partition, sizes] : std::exchange(waiting_, {})) {
    topic.partition = partition;
    for (const std::uint64_t bytes : sizes) interceptors_.on_acknowledged(topic, failure(bytes, error));
  }
}

}  // namespace barnabas::tools
