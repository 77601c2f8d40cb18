// Requests to a whole broker: any API in any version, with values that mean something or nothing, some of them damaged, several on one
// connection. Each is answered with what its version allows, or ends the connection; none is left waiting.
//
// The input is a list of choices: fuzz/any_request.h.
#include "fuzz/any_request.h"
#include "fuzz/require.h"
#include "fuzz/stranger.h"

namespace {

using namespace barnabas;
using fuzz::require;

constexpr std::int64_t kLimitNs = 300'000'000'000;  // far more than the longest wait that is asked for

std::int32_t correlation_of(const std::vector<std::uint8_t>& answer) {
  require(answer.size() >= 4, "an answer has no correlation id");
  return static_cast<std::int32_t>(std::uint32_t{answer[0]} << 24 | std::uint32_t{answer[1]} << 16 | std::uint32_t{answer[2]} << 8 |
                                   answer[3]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  fuzz::replay(*count, *arguments, LLVMFuzzerTestOneInput);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::Stranger stranger("request");
  stranger.begin(data, size);
  fuzz::Pieces choices(data, size);
  for (int requests = 0; choices.more() && requests < 10 && !stranger.closed(); ++requests) {
    const std::uint8_t how = choices.octet();
    fuzz::AnyRequest request = fuzz::any_request(choices, requests, stranger.memory());
    if (request.frame.empty()) continue;
    const bool damaged = how % 4 == 3;
    if (damaged) fuzz::damage(request.frame, choices);
    const std::size_t before = stranger.answers().size();
    stranger.send(fuzz::with_length(request.frame));
    if (damaged || !request.wants_answer) {
      // It may be any other request, also one that waits for ever: nothing is known of it but that it does no harm.
      stranger.pass(1'000'000);
      if (damaged) break;
      continue;
    }
    require(stranger.wait_for(before + 1, kLimitNs), "a request is neither answered nor ends its connection");
    if (stranger.closed()) break;
    require(stranger.answers().size() == before + 1, "one request has several answers");
    require(correlation_of(stranger.answers().back()) == requests, "an answer is that of another request");
    require(fuzz::learn(stranger.memory(), request, sdk::Bytes(stranger.answers().back())), "an answer is none of its version");
  }
  stranger.end();
  return 0;
}
