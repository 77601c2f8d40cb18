// A tree as Kafka's metadata records: the whole of it, or what has changed between two readings. Pure. [any thread]
//
// A topic is told when it has an id and is not being deleted. A partition whose state is not there yet, because whoever made the topic did
// not come that far, is told without a leader and with epochs of -1: the change that gives it one makes them 0, as those of a new partition
// are, and its state's node.
//
// Znodes know no metadata.version. The one that is told is the last whose records say nothing that znodes have no place for: directories of
// replicas came behind it. What is finalized in /feature is told as well; what this program adds to it is not written there, because Apache
// Kafka 3.9 stops where a feature is finalized that it does not have.
#pragma once

#include <set>

#include "kernel/record/framed.h"
#include "tree.h"

namespace barnabas::metadata_zookeeper {

inline constexpr std::int16_t kMetadataLevel = 16;  // 3.7-IV1
inline constexpr int kRegisterBrokerVersion = 2;    // of the records at that level
inline constexpr int kPartitionVersion = 0;

void add_all(const Tree& tree, record::FramedRecords& records);
void add_difference(const Tree& before, const Tree& after, record::FramedRecords& records);
// What a node that does not lead is told of it: configurations, and what is registered as one of `brokers`.
void add_followed_difference(const Tree& before, const Tree& after, const std::set<std::int32_t>& brokers, record::FramedRecords& records);
void add_broker(std::int32_t id, const Tree::Broker& broker, record::FramedRecords& records);

}  // namespace barnabas::metadata_zookeeper
