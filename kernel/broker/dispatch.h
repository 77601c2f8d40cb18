// From a request's first octets to its handler: one table says which of Kafka's APIs and versions this broker serves, and ApiVersions lists
// just that. What is our own stands in another table and is not listed.
#pragma once

#include <cstdint>
#include <span>

#include "kernel/broker/call.h"

namespace barnabas::broker {

struct Api {
  std::int16_t key = 0;
  std::int16_t min_version = 0;
  std::int16_t max_version = 0;
  void (*handle)(Call& call) = nullptr;
  // What ApiVersions says in the place of min_version, where old clients need it.
  std::int16_t listed_min_version = 0;
  bool for_controller = false;  // only it decides: on another broker the request is forwarded
  bool of_quorum = false;       // only where the metadata is in a quorum of Kafka's: elsewhere it is neither listed nor served
};

// Kafka's for clients, in order of keys.
std::span<const Api> served_apis();
// Kafka's between brokers and controllers, in order of keys. Listed on listeners for controllers, served on all.
std::span<const Api> quorum_apis();

// Reads the header of `frame` (without its length) into `call` and runs the handler. Closes the connection when the header means nothing or
// the API or its version is not served, except that ApiVersions of an unknown version is told which ones there are.
void dispatch(Call& call, sdk::MutableBytes frame);

}  // namespace barnabas::broker
