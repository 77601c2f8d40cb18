#include "offset_store/zookeeper/node_name.h"

namespace barnabas::offsets_zookeeper {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

}  // namespace

std::string node_name(std::string_view octets) {
  if (octets.empty()) return "%";
  std::string name;
  for (char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (is_plain(c) || (c == '.' && !name.empty())) {
      name.push_back(c);
    } else {
      name.append({'%', kHex[octet >> 4], kHex[octet & 15]});
    }
  }
  return name;
}

std::string octets_of(std::string_view name) {
  std::string octets;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '%') {
      octets.push_back(name[i]);
    } else if (i + 2 < name.size()) {
      octets.push_back(static_cast<char>(kHex.find(name[i + 1]) << 4 | kHex.find(name[i + 2])));
      i += 2;
    }
  }
  return octets;
}

}  // namespace barnabas::offsets_zookeeper
