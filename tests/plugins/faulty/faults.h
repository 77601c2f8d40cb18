// Faults that every kind can have, by the name that an option gives: throwing, throwing no exception, blocking. For test plugins.
#pragma once

#include <chrono>
#include <future>
#include <stdexcept>
#include <string_view>

namespace barnabas::faulty {

inline bool is(std::string_view how, std::string_view fault) { return how == fault; }

inline void misbehave(std::string_view how) {
  if (how == "throws") throw std::runtime_error("a fault on purpose");
  if (how == "throws a number") throw 42;
  if (how == "blocks") std::promise<void>().get_future().wait_for(std::chrono::seconds(3));
  if (how == "leaks") {
    auto* leaked = new char[1 << 16];  // on purpose
    leaked[0] = 1;
  }
}

}  // namespace barnabas::faulty
