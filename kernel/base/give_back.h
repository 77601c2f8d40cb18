// Gives back the memory that a vector holds. `vector = {}` would not: it assigns a list of nothing and keeps the room. [any thread]
#pragma once

#include <vector>

namespace barnabas::base {

template <class T>
void give_back(std::vector<T>& vector) noexcept {
  std::vector<T>().swap(vector);
}

}  // namespace barnabas::base
