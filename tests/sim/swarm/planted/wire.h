// Brokers that say what is not so: bugs as clients would see them, planted where the answers come in. On the world's one thread.
#pragma once

#include <memory>

#include "sim/swarm/mischief.h"

namespace barnabas::sim {

// For a moment after its start it knows no topics.
std::unique_ptr<Mischief> broker_without_topics_at_first();
// It takes a batch as often as it is sent.
std::unique_ptr<Mischief> broker_without_sequences();
// For a moment after its start the high watermark is lower than it was.
std::unique_ptr<Mischief> broker_with_an_old_high_watermark();
// Now and then a fetch begins behind the reader's position, or before it, as when a session was mistaken for another one.
std::unique_ptr<Mischief> broker_that_skips();
std::unique_ptr<Mischief> broker_that_repeats();
// For a moment after its start committed offsets are older ones, or none at all.
std::unique_ptr<Mischief> broker_with_old_commits();
std::unique_ptr<Mischief> broker_without_commits();
// What could not be written is acknowledged.
std::unique_ptr<Mischief> broker_that_acknowledges_failures();

}  // namespace barnabas::sim
