// A part of a batch as a batch of its own. Pure.
#pragma once

#include <cstdint>

#include "kernel/record/batch_builder.h"
#include "kernel/record/codecs.h"

namespace barnabas::tools {

// Puts `count` records of the v2 batch, from the one at index `from` on, into a batch that was just started. Offsets count from 0 again.
Status copy_part(sdk::Bytes batch, const record::Codecs& codecs, std::int32_t from, std::int32_t count, record::BatchBuilder& into);

}  // namespace barnabas::tools
