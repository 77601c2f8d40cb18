// How a command says why it ends: `constexpr Failure failed{"barnabas consume: "};` … `return failed("no such topic");`
#pragma once

#include <cstdio>
#include <string_view>

namespace barnabas::tools {

class Failure {
 public:
  enum class Stream { kError, kOutput };  // kOutput: where Kafka's own tool says it on standard output

  constexpr explicit Failure(std::string_view beginning, Stream stream = Stream::kError) : beginning_(beginning), stream_(stream) {}

  // Prints the message as one line; the exit code.
  int operator()(std::string_view message) const {
    std::fprintf(stream_ == Stream::kError ? stderr : stdout, "%.*s%.*s\n", static_cast<int>(beginning_.size()), beginning_.data(),
                 static_cast<int>(message.size()), message.data());
    return 1;
  }

 private:
  std::string_view beginning_;
  Stream stream_;
};

}  // namespace barnabas::tools
