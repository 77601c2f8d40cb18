// One change of a tree of znodes, alone or as a part of a multi-operation. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::zookeeper {

struct Operation {
  enum class Kind : std::uint8_t { kCreate, kSet, kDelete, kCheck };

  Kind kind;
  std::string path;
  std::string data = {};
  std::int32_t version = -1;  // that the node must have; -1: any
  bool is_ephemeral = false;  // kCreate: gone with the session
  bool is_numbered = false;   // kCreate: ten digits follow the path
  bool has_data = true;       // kCreate: otherwise null, which is not the same as nothing
};
using Operations = std::vector<Operation>;

inline constexpr std::size_t kOperationBytes = 80;  // about what stands around a path and its data in a request
inline std::size_t size_of(const Operation& operation) { return operation.path.size() + operation.data.size() + kOperationBytes; }

}  // namespace barnabas::zookeeper
