// A server that keeps offsets, seen through a client library that blocks. WorkerStore calls it from one thread of its own, one call at a
// time; only interrupt() comes from another thread.
//
// Every call ends within the deadlines that the server was configured with. One whose reply was lost closes the connection, and what was
// asked ends with kUnknown; whoever reconnects makes sure that the lost call, should the server still carry it out, comes before
// what is written from then on, or not at all.
#pragma once

#include "offset_store/owned_write.h"

#include <span>

namespace barnabas::offset_store {

class Server {
 public:
  virtual ~Server() = default;

  // "MariaDB at 127.0.0.1:3306", for messages.
  virtual std::string name() const = 0;
  // Connects, looks at what is there, makes and migrates it. kUnavailable: away, another attempt may succeed. Anything else is for an
  // operator to mend, and says how.
  virtual sdk::Status connect(const std::string& cluster) = 0;
  // Whether there is a connection that, as far as this side can see, lives.
  virtual bool is_connected() = 0;
  virtual void disconnect() = 0;

  // REQUIRES of the rest: is_connected().
  virtual sdk::OffsetStoreAbilities abilities() = 0;
  virtual std::string place() = 0;  // see place.h
  virtual sdk::Status take_over(std::int32_t home, std::int32_t epoch, Content& content) = 0;
  virtual void resign(std::int32_t home) = 0;
  // Carries the writes out, those of a group in order, and sets the outcome of each. Behind one that fails with anything but kInvalid or
  // kExhausted, none of its group is reported as done.
  virtual void write(std::span<OwnedWrite* const> writes) = 0;

  // Makes the call under way, if any, and those after it fail soon. [any thread]
  virtual void interrupt() noexcept = 0;
};

}  // namespace barnabas::offset_store
