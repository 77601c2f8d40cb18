// Any octets as any message in any version. The first two choose the message, the third the version, the rest are its body; 0xffff reads a
// whole request frame instead, as from a stranger.
//
// What is decoded must be encodable, and what is then decoded again must be the same, by the compiled codec and by the table codec.
// A run begins with every row of the golden vectors: wire_fuzz --seeds DIRECTORY writes them as a corpus.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/decode_frame.h"
#include "kernel/wire/registry.h"
#include "kernel/wire/table.h"

namespace {

using namespace barnabas;
using wire::Buffer;
using wire::Bytes;
using wire::Message;

void require(bool truth) {
  if (!truth) std::abort();
}

// Decodes and encodes again; false when the octets are refused.
bool round_trip(const Message& message, Bytes& octets, int version, Buffer& encoded, std::string& text) {
  base::Arena arena;
  void* object = arena.allocate(message.body->size, message.body->alignment);
  const std::size_t size = octets.size;
  const Status status = wire::decode(message, octets, version, arena, object);
  if (!status.ok()) {
    require(!status.message().empty());
    return false;
  }
  require(octets.size <= size);
  require(arena.reserved_bytes() < 100'000 + 200 * size);
  require(wire::encode(message, object, version, encoded).ok());
  text = wire::to_json(message, object, version);
  return true;
}

void check(const Message& message, int version, Bytes octets) {
  Message by_table = message;
  by_table.fast_decode = nullptr;
  by_table.fast_encode = nullptr;

  Bytes rest = octets;
  Bytes table_rest = octets;
  Buffer once, once_by_table;
  std::string text, table_text;
  const bool ok = round_trip(message, rest, version, once, text);
  require(ok == round_trip(by_table, table_rest, version, once_by_table, table_text));
  if (!ok) return;
  require(rest.size == table_rest.size && text == table_text && once.bytes() == once_by_table.bytes());

  Bytes again = once.bytes();
  Buffer twice;
  std::string text_again;
  require(round_trip(message, again, version, twice, text_again));
  require(again.empty() && twice.bytes() == once.bytes() && text_again == text);
}

void write_seeds(const std::string& directory) {
  std::size_t count = 0;
  for (const char* file : {"wire-vectors.tsv", "wire-vectors-tagged.tsv", "stored-records.tsv"}) {
    std::ifstream in(std::string(BARNABAS_SOURCE_DIR "/tests/golden/wire/") + file);
    for (std::string line; std::getline(in, line);) {
      const std::size_t tab = line.find('\t');
      const Message* message = wire::find_message(std::string_view(line).substr(0, tab));
      if (message == nullptr) continue;
      std::size_t index = 0;
      while (wire::all_messages()[index] != message) ++index;
      std::string seed{static_cast<char>(index >> 8), static_cast<char>(index & 0xff)};
      seed += static_cast<char>(std::atoi(line.c_str() + tab + 1) - message->schema.known.first);
      for (std::size_t i = line.find('\t', tab + 1) + 1; i + 1 < line.size() && line[i] != '\t'; i += 2)
        seed += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
      std::ofstream(directory + "/seed-" + std::to_string(count++), std::ios::binary) << seed;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count == 3 && std::strcmp((*arguments)[1], "--seeds") == 0) {
    write_seeds((*arguments)[2]);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::size_t choice = static_cast<std::size_t>(data[0]) << 8 | data[1];
  if (choice == 0xffff) {
    static_cast<void>(wire::describe_request({data + 2, size - 2}).ok());
    return 0;
  }
  const Message& message = *wire::all_messages()[choice % wire::all_messages().size()];
  const wire::Range known = message.schema.known;
  check(message, known.first + data[2] % (known.last - known.first + 1), {data + 3, size - 3});
  return 0;
}
