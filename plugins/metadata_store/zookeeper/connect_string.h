// The servers of an ensemble and the path of a cluster on it, as Kafka's zookeeper.connect has them: "zk1:2181,zk2:2181/kafka". Pure.
// [any thread]
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace barnabas::metadata_zookeeper {

// As the C library takes it: a port for every server (2181, unless it is said), no blanks, no path that is none. kInvalid: it is no such
// text; the sentence names the part that is wrong.
Result<std::string> connect_string(std::string_view text);

}  // namespace barnabas::metadata_zookeeper
