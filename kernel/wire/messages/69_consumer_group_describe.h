// ConsumerGroupDescribe: Asks for the state and members of consumer groups of the new protocol.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ConsumerGroupDescribeRequest {
  static constexpr Schema kSchema = request(69).versions(0, 1).flexible(0);

  std::span<const std::string_view> group_ids;
  bool include_authorized_operations = false;

  WIRE_FIELDS(ConsumerGroupDescribeRequest) {
    WIRE(group_ids, since(0));
    WIRE(include_authorized_operations, since(0));
  }
};

// Describes each group with the current and target assignments.
struct ConsumerGroupDescribeResponse {
  static constexpr Schema kSchema = response(69).versions(0, 1).flexible(0);

  struct TopicPartitions {
    Uuid topic_id;
    std::string_view topic_name;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartitions) {
      WIRE(topic_id, since(0));
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct Assignment {
    std::span<TopicPartitions> topic_partitions;

    WIRE_FIELDS(Assignment) { WIRE(topic_partitions, since(0)); }
  };

  struct Member {
    std::string_view member_id;
    Nullable<std::string_view> instance_id;
    Nullable<std::string_view> rack_id;
    std::int32_t member_epoch = 0;
    std::string_view client_id;
    std::string_view client_host;
    std::span<const std::string_view> subscribed_topic_names;
    Nullable<std::string_view> subscribed_topic_regex;
    Assignment assignment;
    Assignment target_assignment;
    std::int8_t member_type = -1;

    WIRE_FIELDS(Member) {
      WIRE(member_id, since(0));
      WIRE(instance_id, since(0).nullable());
      WIRE(rack_id, since(0).nullable());
      WIRE(member_epoch, since(0));
      WIRE(client_id, since(0));
      WIRE(client_host, since(0));
      WIRE(subscribed_topic_names, since(0));
      WIRE(subscribed_topic_regex, since(0).nullable());
      WIRE(assignment, since(0));
      WIRE(target_assignment, since(0));
      WIRE(member_type, since(1).ignorable());
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::string_view group_id;
    std::string_view group_state;
    std::int32_t group_epoch = 0;
    std::int32_t assignment_epoch = 0;
    std::string_view assignor_name;
    std::span<Member> members;
    std::int32_t authorized_operations = -2147483648;

    WIRE_FIELDS(DescribedGroup) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(group_id, since(0));
      WIRE(group_state, since(0));
      WIRE(group_epoch, since(0));
      WIRE(assignment_epoch, since(0));
      WIRE(assignor_name, since(0));
      WIRE(members, since(0));
      WIRE(authorized_operations, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribedGroup> groups;

  WIRE_FIELDS(ConsumerGroupDescribeResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(groups, since(0));
  }
};

}  // namespace barnabas::wire
