// Any octets as the name of a node, and back: what is not a letter, a digit, "_", "-" or a "." that does not stand first becomes %XX;
// nothing at all becomes "%". Kafka's usual names stay as they are. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace barnabas::offsets_zookeeper {

std::string node_name(std::string_view octets);
std::string octets_of(std::string_view name);

}  // namespace barnabas::offsets_zookeeper
