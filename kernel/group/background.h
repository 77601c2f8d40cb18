// Work for a coordinator that may take long: it is done elsewhere, and its outcome comes back later. The broker implements it on a thread
// of its own.
//
// Owned or immutable values go in. `done` is called once, on the coordinator's thread, later, never from inside the call; also when nobody
// waits for it any more. What was begun first need not end first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/uuid.h"

namespace barnabas::catalog {
class Image;
}

namespace barnabas::group {

// What an assignor is asked about: sdk::AssignorGroup, owned, with its rules of order.
struct AssignorInput {
  struct Topic {
    std::string name;
    Uuid id;
    std::int32_t partition_count = 0;
    std::vector<std::vector<std::string>> racks;  // of the replicas of each partition; empty: not known
  };
  struct Partition {
    std::int32_t topic = 0;  // index in topics
    std::int32_t partition = 0;

    friend auto operator<=>(const Partition&, const Partition&) = default;
  };
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::string rack;                  // empty: it did not say
    std::vector<std::int32_t> topics;  // indices of those it is subscribed to, ascending, each once
    std::vector<Partition> owned;      // ascending
    std::int32_t generation = -1;
  };

  std::vector<Topic> topics;    // by name, ascending
  std::vector<Member> members;  // by id, ascending
};

// Of each member of the input, at its place.
using AssignorOutput = std::vector<std::vector<AssignorInput::Partition>>;

// The names of the topics that each regular expression matches, at its place, ascending.
using RegexMatches = std::vector<std::vector<std::string>>;

class Background {
 public:
  virtual ~Background() = default;

  // Runs the assignor of that name, one of GroupSettings::consumer_assignors. What it says is checked by the coordinator.
  virtual void assign(std::string assignor, AssignorInput group, std::function<void(Result<AssignorOutput>)> done) = 0;
  // Looks for the topics of the image that match each of the regular expressions as a whole.
  virtual void match(std::shared_ptr<const catalog::Image> image, std::vector<std::string> regexes,
                     std::function<void(RegexMatches)> done) = 0;

  // At once: whether it is a regular expression of RE2's syntax; nothing: it is, else why not.
  virtual std::optional<std::string> refusal_of(std::string_view regex) const = 0;
};

}  // namespace barnabas::group
