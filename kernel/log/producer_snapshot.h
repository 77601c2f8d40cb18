// A producer snapshot: what a partition knew of its producers at one offset, as Kafka's file NNNNNNNNNNNNNNNNNNNN.snapshot holds it.
//
// int16 version 1, uint32 CRC-32C of all octets after it, int32 count, then 46 octets per producer: int64 id, int16 epoch, int32 last
// sequence, int64 last offset, int32 offset delta, int64 timestamp, int32 coordinator epoch, int64 first offset of the open transaction
// (-1: none). Of the five batches that a producer may repeat only the last one is kept. Pure functions. [any thread]
#pragma once

#include "kernel/log/producer_state.h"

#include <optional>
#include <string>
#include <vector>

namespace barnabas::log {

std::vector<std::uint8_t> encode_snapshot(const Producers& producers);
// kCorrupt: not to be used; the sentence says why.
Result<Producers> decode_snapshot(sdk::Bytes octets);

std::string snapshot_name(std::int64_t offset);
std::optional<std::int64_t> snapshot_offset(std::string_view name);

}  // namespace barnabas::log
