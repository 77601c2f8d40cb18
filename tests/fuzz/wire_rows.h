// What every version of an API must say about a request that is well formed and wrong (rows M09 to M16 of the list of bad input:
// README.md): broken batches in every version of Produce, places that are not there in every version of Fetch, names that are none in every
// version of CreateTopics and of the requests of groups. Asked of a running broker; blocks.
#pragma once

#include <cstdint>

namespace barnabas::fuzz {

struct Tally {
  int passed = 0;
  int failed = 0;
};

// Makes the topic `table` there. Prints what is otherwise.
Tally ask_every_row(std::uint16_t port);

// The rows M17 to M20 alike: more topics and partitions than may be, blobs of members that lie or are large, batches that grow a
// thousandfold, and readers that ask for much and read nothing. Makes the topic `large`.
Tally ask_too_much(std::uint16_t port);

}  // namespace barnabas::fuzz
