// The offset stores of a deployment, as a move of a group from one into another needs them. The broker implements it.
//
// Stores are counted from 0, in the order of the deployment, and may have several names. Used by the loop of the coordinator only; `done`
// is called once, later, never from inside the call.
#pragma once

#include <barnabas/sdk/offset_store.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/journal.h"

namespace barnabas::group {

class Stores {
 public:
  virtual std::size_t count() const = 0;
  virtual std::string_view name(std::size_t store) const = 0;  // the first one
  virtual std::vector<std::string_view> names() const = 0;     // of all
  virtual std::size_t find(std::string_view name) const = 0;   // count(): there is none
  // Where the writes of the group go; count(): into a store that the deployment does not have.
  virtual std::size_t store_of(std::string_view group) const = 0;
  // Whether what is stored of the group is known here: kNone, or what its clients are told.
  virtual ErrorCode readiness(std::string_view group, std::int32_t home) const = 0;
  // Whether the store has told what it has of the home, and takes writes for it.
  virtual bool is_loaded(std::size_t store, std::int32_t home) const = 0;
  // What is written to one is in the other, whatever their settings say.
  virtual bool same_place(std::size_t a, std::size_t b) const = 0;
  virtual sdk::OffsetStoreAbilities abilities(std::size_t store) = 0;

  // As Journal::write(), but into this store.
  virtual void write_to(std::size_t store, GroupChange change, std::function<void(ErrorCode)> done) = 0;
  // Notes durably, in the cluster's metadata, that the group is in `store`; Journal::write() goes there once store_of() says so, which may
  // be later than `done`. Refused with NOT_COORDINATOR when the home is not led in that epoch any more. REQUEST_TIMED_OUT: it may or may
  // not have been noted. It may be asked for again. After any other error nothing was noted.
  virtual void choose(std::string_view group, std::int32_t home, std::int32_t epoch, std::size_t store,
                      std::function<void(ErrorCode, std::string message)> done) = 0;

 protected:
  ~Stores() = default;
};

struct MoveRequest {
  std::string group;
  std::string to;  // the name of a store
  std::int32_t timeout_ms = 30'000;
  bool validate_only = false;  // nothing is moved: is the group there, does the store answer?
};
struct MoveReply {
  ErrorCode error = ErrorCode::kNone;
  std::string message;
  std::string from;
  std::string to;
  sdk::Durability from_durability = sdk::Durability::kProcess;
  sdk::Durability to_durability = sdk::Durability::kProcess;
  // What was moved, or would be.
  std::size_t offsets = 0;
  std::size_t records = 0;
  std::size_t bytes = 0;
};

}  // namespace barnabas::group
