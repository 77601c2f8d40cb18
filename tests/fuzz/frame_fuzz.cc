// Octets from a stranger, in pieces: session framing, request headers, and whatever they reach behind them. Frames that are whole are
// answered or end the connection, one that is not ends it in time, and the connection after it is served.
//
// The first octet says how the rest is cut: it is one piece, or a list of pieces, each with its length before it, with or without time
// between them.
//
// frame_fuzz --seeds DIRECTORY writes requests of every API as inputs.
#include <cstring>
#include <fstream>

#include <barnabas/sdk/split_mix.h>

#include "fuzz/any_request.h"
#include "fuzz/pieces.h"
#include "fuzz/require.h"
#include "fuzz/stranger.h"

namespace {

using namespace barnabas;
using fuzz::require;

constexpr std::int64_t kRequestNs = 60'000'000'000;  // longer than a request may take to come
constexpr std::int64_t kSecondNs = 1'000'000'000;

// Whether not even the first frame is whole.
bool begins_unfinished(const std::vector<std::uint8_t>& octets) {
  if (octets.size() < 4) return !octets.empty();
  const std::uint32_t length = std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 | std::uint32_t{octets[2]} << 8 | octets[3];
  return length > octets.size() - 4;
}

void write_seeds(const std::string& directory) {
  sdk::SplitMix dice(1);
  const fuzz::Memory nothing;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> choices(200);
    for (std::uint8_t& choice : choices) choice = static_cast<std::uint8_t>(dice.next());
    fuzz::Pieces pieces(choices.data(), choices.size());
    const fuzz::AnyRequest request = fuzz::any_request(pieces, i, nothing);
    if (request.frame.empty()) continue;
    const std::vector<std::uint8_t> frame = fuzz::with_length(request.frame);
    std::ofstream seed(directory + "/request-" + std::to_string(i), std::ios::binary);
    seed.put(0);
    seed.write(reinterpret_cast<const char*>(frame.data()), static_cast<std::streamsize>(frame.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  fuzz::replay(*count, *arguments, LLVMFuzzerTestOneInput);
  if (*count == 3 && std::strcmp((*arguments)[1], "--seeds") == 0) {
    write_seeds((*arguments)[2]);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::Stranger stranger("frame");
  fuzz::Pieces input(data, size);
  const std::uint8_t how = input.octet();
  stranger.begin(data, size);
  std::vector<std::uint8_t> sent;
  const auto send = [&](sdk::Bytes piece) {
    sent.insert(sent.end(), piece.begin(), piece.end());
    stranger.send({piece.begin(), piece.end()});
  };
  if (how % 2 == 0) {
    send(input.rest());
  } else {
    for (int pieces = 0; input.more() && pieces < 50; ++pieces) {
      send(input.piece());
      stranger.pass(how & 2 ? 10'000 : 0);
    }
  }
  stranger.pass(100'000);
  if (how % 16 == 4 && !stranger.closed() && begins_unfinished(sent))
    require(stranger.wait_for(SIZE_MAX, kRequestNs), "a frame that does not end is waited for longer than it may");
  stranger.end();

  // The next one is served.
  if (how % 8 != 6) return 0;
  static constexpr std::uint8_t kApiVersions[] = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff};
  stranger.connect();
  stranger.send({std::begin(kApiVersions), std::end(kApiVersions)});
  require(stranger.wait_for(1, kSecondNs) && stranger.answers().size() == 1, "after it, another is not served");
  stranger.end();
  return 0;
}
