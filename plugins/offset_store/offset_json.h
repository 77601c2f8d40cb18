// A committed offset as JSON, for stores whose values people read: {"epoch":5,"offset":42,"leader_epoch":3,"metadata":"…","commit_ms":…}.
// Topic and partition are in the key. Any thread.
//
// What says nothing is left out: leader_epoch -1, expire_ms -1, an id of zeros. Metadata that is no UTF-8 is "metadata_latin1": a
// character an octet.
#pragma once

#include "offset_store/owned_write.h"

#include <string_view>

namespace barnabas::offset_store {

std::string to_json(const OwnedOffset& offset, std::int32_t epoch);
// False: this is not what to_json() makes. Unknown members are skipped.
bool from_json(std::string_view json, OwnedOffset& offset);

}  // namespace barnabas::offset_store
