// Kind `assignor`: decides which member of a group reads which partition. The coordinator of KIP-848 groups runs it in the broker, the
// leader of a classic group in a client.
//
// It is a function: the same group gives the same assignment, and what it knows of the past is what members say they own.
//
// Threads: one object may be asked from several threads, one at a time.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

struct AssignorRacks {
  const Text* data = nullptr;
  std::size_t size = 0;
};

struct AssignorTopic {
  Text name;
  Uuid id;  // zero: not known
  std::int32_t partition_count = 0;
  const AssignorRacks* racks = nullptr;  // of the replicas of each partition; null: not known
};

struct AssignorPartition {
  std::int32_t topic = 0;  // index in the group's topics
  std::int32_t partition = 0;
};

struct AssignorMember {
  Text id;
  Text instance_id;
  bool is_static = false;                // it has an instance id
  Text rack;                             // empty: it did not say
  const std::int32_t* topics = nullptr;  // indices of those it is subscribed to, ascending, each once
  std::size_t topic_count = 0;
  // What it had. Two members may both say that they own a partition: then the one of the higher generation does.
  const AssignorPartition* owned = nullptr;  // ascending; may name partitions of topics it is no longer subscribed to
  std::size_t owned_count = 0;
  std::int32_t generation = -1;  // in which it got them; -1: not known
};

struct AssignorGroup {
  const AssignorTopic* topics = nullptr;  // by name, ascending
  std::size_t topic_count = 0;
  const AssignorMember* members = nullptr;  // by id, ascending
  std::size_t member_count = 0;
};

// Where the answer goes: each partition at most once, to a member that is subscribed to its topic, in any order. Anything else is refused
// by the caller, by name.
class AssignorSink {
 public:
  virtual void assign(std::size_t member, AssignorPartition partition) noexcept = 0;

 protected:
  ~AssignorSink() = default;
};

class Assignor : public Object {
 public:
  static constexpr Text kName = "assignor";
  static constexpr std::int32_t kRevision = 1;

  // Views are valid until it returns. An error leaves the group as it was.
  virtual Status assign(const AssignorGroup& group, AssignorSink& sink) noexcept = 0;

  // An author's class has: using Options; a constructor (Host&, const Options&); assign(), which may throw.
  template <class T, class Id>
  class Guarded;

 protected:
  ~Assignor() = default;
};

template <class T, class Id>
class Assignor::Guarded final : public Assignor {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status assign(const AssignorGroup& group, AssignorSink& sink) noexcept override {
    return detail::guarded(Id::text(), "assign", [&] { return author_.assign(group, sink); });
  }
  void* find([[maybe_unused]] Text interface_id) noexcept override {
    if constexpr (requires { author_.find(interface_id); }) return author_.find(interface_id);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
