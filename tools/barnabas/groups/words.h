// What our brokers tell of a group beyond Kafka's requests, in plain words. Pure.
#pragma once

#include <string>

#include "kernel/wire/messages/20000_describe_group_history.h"
#include "kernel/wire/messages/20001_move_group_offsets.h"

namespace barnabas::tools {

// The rebalances, newest last, each with the causes that began it and came on top.
std::string history_words(const wire::DescribeGroupHistoryResponse::DescribedGroup& group);

// REQUIRES: no error. `is_dry_run`: nothing was moved yet.
std::string move_words(const std::string& group, const wire::MoveGroupOffsetsResponse& moved, bool is_dry_run);

}  // namespace barnabas::tools
