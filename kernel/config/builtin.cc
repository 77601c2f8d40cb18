// What `barnabas server start` runs without a file. A test holds it equal to conf/single.yaml.
#include "kernel/config/load.h"

namespace barnabas::config {

std::string_view builtin_text() {
  return R"(# One broker, no service beside it: what `barnabas server start` runs when it is given no file.
node: {id: 1}

# Only this machine can connect. To let others in, give a reachable address and, until there is TLS, say allow_insecure: true.
listeners:
  - {name: PLAINTEXT, address: 127.0.0.1:9092}

# Partitions as Kafka's own files. `flush: os` leaves it to the operating system when records reach the disk, as Kafka does;
# `flush: ack` has them there before a producer hears that they were accepted.
storage: {use: segment, config: {dirs: [./data], flush: os}}

# Topics and configurations in Kafka's own metadata log, with this node as its only voter.
metadata: {use: kraft}

# Any of Kafka's broker keys, by its own name.
kafka:
  num.partitions: 1
)";
}

}  // namespace barnabas::config
