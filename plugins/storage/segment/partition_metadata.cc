#include "partition_metadata.h"

#include "kernel/base/uuid.h"

namespace barnabas::segment {
namespace {

constexpr std::size_t kIdLength = 22;

}  // namespace

Result<sdk::Uuid> parse_partition_metadata(std::string_view text) {
  constexpr std::string_view kVersion = "version: 0\n";
  constexpr std::string_view kTopicId = "topic_id: ";
  const std::string_view whole = text;
  const auto wrong = [&] {
    return Status::corrupt("partition.metadata says '" + std::string(whole.substr(0, 80)) +
                           "', not 'version: 0' and 'topic_id: ' with an id of 22 characters");
  };
  if (!text.starts_with(kVersion)) return wrong();
  text.remove_prefix(kVersion.size());
  if (!text.starts_with(kTopicId)) return wrong();
  text.remove_prefix(kTopicId.size());
  while (text.ends_with('\n')) text.remove_suffix(1);
  const auto id = base::parse_uuid(text);
  if (!id) return wrong();
  return *id;
}

bool is_torn(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  const std::string some = print_partition_metadata(sdk::Uuid{});
  const std::string_view fixed = std::string_view(some).substr(0, some.size() - kIdLength);
  return text.size() < some.size() && text.substr(0, fixed.size()) == fixed.substr(0, text.size());
}

std::string print_partition_metadata(const sdk::Uuid& topic_id) { return "version: 0\ntopic_id: " + base::to_string(topic_id); }

}  // namespace barnabas::segment
