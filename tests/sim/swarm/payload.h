// What a record of the simulation carries: octets that no other record has, so that who reads them knows which one it is, and that none of
// them has changed. Pure.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::sim {

// Place (of history.h), producer and number of a record in one word; 0 is none.
using RecordId = std::uint64_t;

constexpr RecordId record_id(std::size_t place, std::size_t producer, std::uint32_t number) {
  return static_cast<RecordId>(place + 1) << 40 | static_cast<RecordId>(producer & 0xff) << 32 | number;
}
constexpr std::size_t place_of(RecordId id) { return static_cast<std::size_t>(id >> 40) - 1; }
constexpr std::size_t producer_of(RecordId id) { return static_cast<std::size_t>(id >> 32) & 0xff; }
constexpr std::uint32_t number_of(RecordId id) { return static_cast<std::uint32_t>(id); }

inline std::string to_text(RecordId id) {
  return id == 0 ? "nothing" : "record " + std::to_string(number_of(id)) + " of producer " + std::to_string(producer_of(id));
}

std::vector<std::uint8_t> payload_of(RecordId id);
// 0: these octets are no record's.
RecordId id_of_payload(sdk::Bytes payload);

}  // namespace barnabas::sim
