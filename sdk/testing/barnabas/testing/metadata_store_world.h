// The place that a metadata store under test keeps things in, and the faults of that place.
//
// One thread calls; a store may have threads of its own, whose completions come through the world.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace barnabas::testing {

// Content that a store must refuse.
struct SpoiltContent {
  std::string what;   // in words, for whoever reads of the failure
  std::string named;  // what the refusal must contain, such as a path
};

// Where a store keeps things, empty when made: a directory, a server with a place of its own, nothing at all. The faults answer false where
// the place does not know such a thing; the rules about them are then skipped.
class MetadataStoreWorld {
 public:
  virtual ~MetadataStoreWorld() = default;
  // A new object, not started, for the node of that id. The world keeps it.
  virtual sdk::MetadataStore& open(std::int32_t node_id) = 0;
  // Destroys it; without stop() before, as the end of a process would.
  virtual void close(sdk::MetadataStore& store) = 0;
  // Turns the executor of the stores until `ended`; false when that takes unreasonably long.
  virtual bool run_until(const std::function<bool()>& ended) = 0;
  // Turns it until nothing is under way; on a real engine, for as long as news of it usually takes.
  virtual void settle() = 0;
  // Whether several nodes share the content, and one of them leads.
  virtual bool is_shared() const { return false; }
  // Whether another object finds what one left.
  virtual bool is_durable() const { return true; }

  // The engine ends the session of the node, as it does when it was not heard of for too long.
  virtual bool expire([[maybe_unused]] sdk::MetadataStore& store) { return false; }
  // Another node is given the leadership. What the old leader sends still arrives, but it hears nothing any more before heal().
  // REQUIRES: another node is started.
  virtual bool depose([[maybe_unused]] sdk::MetadataStore& leader) { return false; }
  // What the node sends arrives, and the answers do not, before heal().
  virtual bool lose_answers([[maybe_unused]] sdk::MetadataStore& store) { return false; }
  // Nothing goes through, in either direction, before heal().
  virtual bool cut([[maybe_unused]] sdk::MetadataStore& store) { return false; }
  virtual void heal([[maybe_unused]] sdk::MetadataStore& store) {}
  // The next write fails, and the store cannot go on. mend() makes the place usable again, for another object.
  virtual bool break_next_write() { return false; }
  virtual void mend() {}
  // Makes of the content of a stopped node 1 the nth kind of something that must be refused; nothing when there are no more kinds.
  virtual std::optional<SpoiltContent> spoil([[maybe_unused]] int nth) { return std::nullopt; }
  // All that is stored, as one text to compare.
  virtual std::string content() { return {}; }

  std::string cluster_id;  // of the cluster that was begun here; empty: none yet
};

}  // namespace barnabas::testing
