#include "tools/barnabas/kafka_errors.h"

#include <cctype>

namespace barnabas::tools {
namespace {

struct Words {
  wire::ErrorCode error;
  std::string_view exception;  // empty: it follows from the name of the error
  std::string_view sentence;
};

constexpr Words kWords[] = {
    {wire::ErrorCode::kUnknownServerError, "UnknownServerException", ""},
    {wire::ErrorCode::kUnknownTopicOrPartition, "", "This server does not host this topic-partition."},
    {wire::ErrorCode::kRequestTimedOut, "TimeoutException", ""},
    {wire::ErrorCode::kOffsetMetadataTooLarge, "OffsetMetadataTooLarge", ""},
    {wire::ErrorCode::kCoordinatorNotAvailable, "", "The coordinator is not available."},
    {wire::ErrorCode::kInvalidGroupId, "", "The configured groupId is invalid."},
    {wire::ErrorCode::kUnknownMemberId, "", "The coordinator is not aware of this member."},
    {wire::ErrorCode::kTopicAuthorizationFailed, "TopicAuthorizationException", "Topic authorization failed."},
    {wire::ErrorCode::kGroupAuthorizationFailed, "GroupAuthorizationException", "Group authorization failed."},
    {wire::ErrorCode::kClusterAuthorizationFailed, "ClusterAuthorizationException", "Cluster authorization failed."},
    {wire::ErrorCode::kNonEmptyGroup, "GroupNotEmptyException", "The group is not empty."},
    {wire::ErrorCode::kGroupIdNotFound, "", "The group id does not exist."},
    {wire::ErrorCode::kGroupSubscribedToTopic, "",
     "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it."},
};

const Words* words_of(wire::ErrorCode error) {
  for (const Words& words : kWords)
    if (words.error == error) return &words;
  return nullptr;
}

// GROUP_ID_NOT_FOUND: GroupIdNotFoundException.
std::string exception_of(std::string_view name) {
  std::string exception;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') exception += begins ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    begins = c == '_';
  }
  return exception.ends_with("Exception") ? exception : exception + "Exception";
}

}  // namespace

std::string_view kafka_sentence(wire::ErrorCode error) {
  const Words* words = words_of(error);
  return words == nullptr || words->sentence.empty() ? wire::error_message(error) : words->sentence;
}

std::string kafka_exception(wire::ErrorCode error, std::optional<std::string_view> message) {
  const Words* words = words_of(error);
  std::string text = "org.apache.kafka.common.errors.";
  text += words == nullptr || words->exception.empty() ? exception_of(wire::error_name(error)) : std::string(words->exception);
  text += ": ";
  text += message && !message->empty() ? *message : kafka_sentence(error);
  return text;
}

Status kafka_status(wire::ErrorCode error, std::optional<std::string_view> message) {
  const std::string text = kafka_exception(error, message);
  return error == wire::ErrorCode::kGroupIdNotFound ? Status::not_found(text) : Status::unavailable(text);
}

}  // namespace barnabas::tools
