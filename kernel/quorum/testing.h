// For tests of who follows a controller: a controller that answers what the test says, in the simulated world.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/catalog/metadata_topic.h"
#include "kernel/peer/scripted_server.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/20002_choose_offset_store.h"
#include "kernel/wire/messages/59_fetch_snapshot.h"
#include "kernel/wire/messages/headers.h"

namespace barnabas::quorum::testing {

using peer::operator+;
using wire::ErrorCode;

inline constexpr std::int16_t kFetchVersion = 17;

template <class M>
peer::Octets encoded(const M& message, int version) {
  wire::Buffer buffer;
  EXPECT_TRUE(wire::encode(message, version, buffer).ok());
  const sdk::Bytes octets = buffer.bytes();
  return {octets.begin(), octets.end()};
}

class ScriptedController {
 public:
  ScriptedController(sim::SimWorld& world, const std::string& host)
      : server(world, {host, 9093}, [this](sdk::Bytes request) { return answer(request); }) {}

  struct Says {
    ErrorCode all = ErrorCode::kNone;
    ErrorCode error = ErrorCode::kNone;
    std::int32_t leader = 1;
    std::int32_t epoch = 5;
    std::int64_t high_watermark = 0;
    std::vector<std::uint8_t> records = {};
    sdk::MetadataPosition diverging = {0, -1};        // where its log ends in the last epoch that both have
    std::pair<std::int32_t, std::string> named = {};  // id and host of another one
    sdk::MetadataPosition snapshot = {};              // whoever has less is given it first
    bool names_it_to_all = false;                     // whoever has more, too
    std::vector<std::uint8_t> snapshot_octets = {};
  } says;

  peer::ScriptedServer server;
  std::vector<std::int64_t> asked;                   // offsets
  ErrorCode says_to_choice = ErrorCode::kNone;       // of an offset store
  std::size_t requests_of(std::int16_t key) const {  // those that it hung up on, too
    return static_cast<std::size_t>(
        std::ranges::count_if(server.requests, [key](const auto& one) { return static_cast<std::int16_t>(one[0] << 8 | one[1]) == key; }));
  }

 private:
  peer::Octets answer(sdk::Bytes request) {
    const auto key = static_cast<std::int16_t>(request[0] << 8 | request[1]);
    const auto version = static_cast<std::int16_t>(request[2] << 8 | request[3]);
    const peer::Octets correlation(request.begin() + 4, request.begin() + 8);
    if (key == 18) {
      wire::ApiVersionsResponse::ApiVersion fetch;
      fetch.api_key = 1;
      fetch.min_version = 4;
      fetch.max_version = kFetchVersion;
      wire::ApiVersionsResponse response;
      response.api_keys = {&fetch, 1};
      return peer::framed(correlation + encoded(response, version));
    }
    if (key == wire::FetchSnapshotRequest::kSchema.key) return peer::framed(correlation + peer::Octets{0} + encoded_snapshot(version));
    if (key == wire::ChooseOffsetStoreRequest::kSchema.key) {
      wire::ChooseOffsetStoreResponse response;
      response.error_code = says_to_choice;
      return peer::framed(correlation + peer::Octets{0} + encoded(response, version));
    }
    base::Arena arena;
    wire::RequestHeader header;
    sdk::Bytes rest = request;
    EXPECT_TRUE(wire::decode_front(rest, 2, arena, header).ok());
    wire::FetchRequest fetch;
    EXPECT_TRUE(wire::decode(rest, version, arena, fetch).ok());
    asked.push_back(fetch.topics[0].partitions[0].fetch_offset);
    return peer::framed(correlation + peer::Octets{0} + encoded_answer(fetch.topics[0].partitions[0].fetch_offset));
  }
  peer::Octets encoded_answer(std::int64_t offset) {
    wire::FetchResponse::PartitionData partition;
    partition.error_code = says.error;
    partition.current_leader.leader_id = says.leader;
    partition.current_leader.leader_epoch = says.epoch;
    partition.high_watermark = says.high_watermark;
    partition.diverging_epoch.epoch = says.diverging.term;
    partition.diverging_epoch.end_offset = says.diverging.offset;
    const bool has_less = offset < says.snapshot.offset;
    if (has_less || says.names_it_to_all) {
      partition.snapshot_id.end_offset = says.snapshot.offset;
      partition.snapshot_id.epoch = says.snapshot.term;
    }
    partition.records = wire::Records(!has_less && offset < says.high_watermark ? sdk::Bytes(says.records) : sdk::Bytes());
    wire::FetchResponse::FetchableTopicResponse topic;
    topic.topic_id = catalog::kMetadataTopicId;
    topic.partitions = {&partition, 1};
    wire::FetchResponse::NodeEndpoint node;
    node.node_id = says.named.first;
    node.host = says.named.second;
    node.port = 9093;
    wire::FetchResponse response;
    response.error_code = says.all;
    response.responses = {&topic, 1};
    if (!says.named.second.empty()) response.node_endpoints = {&node, 1};
    return encoded(response, kFetchVersion);
  }
  peer::Octets encoded_snapshot(std::int16_t version) {
    wire::FetchSnapshotResponse::PartitionSnapshot partition;
    partition.snapshot_id = {says.snapshot.offset, says.snapshot.term};
    partition.size = static_cast<std::int64_t>(says.snapshot_octets.size());
    partition.unaligned_records = wire::Records(sdk::Bytes(says.snapshot_octets));
    wire::FetchSnapshotResponse::TopicSnapshot topic;
    topic.name = catalog::kMetadataTopic;
    topic.partitions = {&partition, 1};
    wire::FetchSnapshotResponse response;
    response.topics = {&topic, 1};
    return encoded(response, version);
  }
};

}  // namespace barnabas::quorum::testing
