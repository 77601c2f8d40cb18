#include "fuzz/any_request.h"

#include <deque>
#include <string>

#include "fuzz/any_batch.h"
#include "kernel/wire/golden.h"
#include "kernel/wire/messages/headers.h"

namespace barnabas::fuzz {
namespace {

using sdk::Bytes;
using wire::Field;
using wire::Kind;

constexpr std::int64_t kEdges[] = {0,     1,     2,       3,         -1,        -2,       10,        127,       128,
                                   32767, 32768, 1 << 20, INT32_MAX, INT32_MIN, 1u << 31, INT64_MAX, INT64_MIN, 9999};
constexpr std::int64_t kWaits[] = {0, 0, 0, 1, 1, 5, 20, 100, -1};              // short, so that no request waits long by its own wish
constexpr std::int64_t kCounts[] = {1, 2, 3, 0, -1, -5, INT32_MAX, 1'000'000};  // few, or more than anybody may have

const std::string kLongTopic(250, 'x');
const std::string kLongGroup(300, 'g');
const std::string_view kTopics[] = {"t", "u", "v.w", "v_w", "__consumer_offsets", "__cluster_metadata",
                                    "",  ".", "..",  "a/b", kLongTopic,           {"\0", 1}};
const std::string_view kGroups[] = {"g", "h", "c", "", kLongGroup};
const std::string_view kConfigs[] = {
    "retention.ms",     "cleanup.policy",     "max.message.bytes",          "compression.type", "segment.bytes",
    "no.such.key",      "offset.store",       "min.insync.replicas",        "flush.ms",         "message.timestamp.type",
    "metadata.version", "session.timeout.ms", "consumer.session.timeout.ms"};
const std::string_view kWords[] = {
    "consumer",       "range",         "uniform", "roundrobin", "-1", "1000",   "compact", "delete", "zstd",    "gzip", "PLAINTEXT",
    "member",         "t.*",           "[",       "(a+)+$",     ".*", "client", "Stable",  "Empty",  "classic", "1",    "User:ANONYMOUS",
    "internal_topic", "LogAppendTime", "\xff\xfe"};

std::span<const std::string_view> vocabulary(std::string_view field) {
  const auto has = [&](std::string_view part) { return field.find(part) != std::string_view::npos; };
  if (has("topic") || field == "name" || field == "resource_name") return kTopics;
  if (has("group") || field == "key" || field == "coordinator_keys") return kGroups;
  if (has("config")) return kConfigs;
  return kWords;
}

class Values {
 public:
  Values(Pieces& choices, const Memory& memory, std::span<const std::int16_t> keys, int depth)
      : choices_(choices), memory_(memory), keys_(keys), depth_(depth) {}

  void number(const Field& field, void* to) {
    if (field.kind == Kind::kUuid) return id(field, to);
    const std::uint64_t value = number_for(field.name);
    if (field.kind == Kind::kBool) {
      *static_cast<bool*>(to) = value % 2 == 1;
      return;
    }
    std::memcpy(to, &value, wire::size_of(field.kind));
    if (std::string_view(field.name) == "acks" && static_cast<std::int16_t>(value) == 0) wants_answer = false;
  }
  std::string_view text(const Field& field) {
    const std::uint8_t choice = choices_.octet();
    const auto own = vocabulary(field.name);
    if (choice < 128) return own[choice % own.size()];
    if (choice < 192) {
      const std::string* told = memory_.text(field.name, choice);
      return told == nullptr ? own[choice % own.size()] : std::string_view(*told);
    }
    if (choice < 250) return kWords[choice % std::size(kWords)];
    return choices_.text();
  }
  Bytes octets(const Field& field) {
    if (field.kind == Kind::kRecords) return keep(any_batch(choices_, memory_));
    if (std::string_view(field.name) == "request_data" && depth_ == 0)
      return keep(any_request(choices_, 7, memory_, keys_, depth_ + 1).frame);
    const std::uint8_t choice = choices_.octet();
    if (choice < 128) return keep(any_subscription(choices_));
    return choice < 160 ? Bytes() : choices_.piece();
  }
  bool null(const Field&) { return choices_.octet() % 8 == 7; }
  std::size_t elements() {
    const std::uint8_t choice = choices_.octet();
    return choice % 8 == 7 ? 0 : choice % 8 == 6 ? 4 : 1 + choice % 2;
  }
  bool tagged(const Field&) { return choices_.octet() % 2 == 1; }

  bool wants_answer = true;

 private:
  Bytes keep(std::vector<std::uint8_t> octets) { return Bytes(kept_.emplace_back(std::move(octets))); }

  std::uint64_t number_for(std::string_view field) {
    const std::uint8_t choice = choices_.octet();
    const auto of = [&](auto& table) { return static_cast<std::uint64_t>(table[choice % std::size(table)]); };
    if (field.ends_with("_ms")) return of(kWaits);
    if (field == "num_partitions" || field == "count" || field == "replication_factor") return of(kCounts);
    if (choice < 96) return choice % 4;
    if (choice < 160)
      if (const std::uint64_t* told = memory_.number(field, choice)) return *told;
    if (choice < 240) return of(kEdges);
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | choices_.octet();
    return value;
  }
  void id(const Field& field, void* to) {
    Uuid value;
    const std::uint8_t choice = choices_.octet();
    const Uuid* told = memory_.id(field.name, choice);
    if (told == nullptr) told = memory_.id("topic_id", choice);
    if (choice < 192 && told != nullptr) {
      value = *told;
    } else if (choice >= 224) {
      for (std::uint8_t& octet : value.octets) octet = choices_.octet();
    }
    std::memcpy(to, &value, sizeof value);
  }

  Pieces& choices_;
  const Memory& memory_;
  std::span<const std::int16_t> keys_;
  int depth_;
  std::deque<std::vector<std::uint8_t>> kept_;
};

const wire::ApiInfo& any_api(Pieces& choices, std::span<const std::int16_t> keys) {
  const std::size_t choice = choices.number();
  if (!keys.empty()) return *wire::find_api(keys[choice % keys.size()]);
  const auto all = wire::all_apis();
  const auto own = wire::own_apis();
  const std::size_t which = choice % (all.size() + own.size());
  return which < all.size() ? all[which] : own[which - all.size()];
}

}  // namespace

AnyRequest any_request(Pieces& choices, std::int32_t correlation_id, const Memory& memory, std::span<const std::int16_t> keys, int depth) {
  const wire::ApiInfo& api = any_api(choices, keys);
  const int versions = api.known.last - api.known.first + 1;
  AnyRequest made{api.key, api.known.first + (versions > 0 ? choices.octet() % versions : 0), {}, true};
  const auto key = static_cast<std::int16_t>(api.key);
  const wire::Message* message = wire::find_message(wire::Family::kRequest, key);
  if (versions <= 0 || message == nullptr) return made;

  wire::RequestHeader header;
  header.request_api_key = key;
  header.request_api_version = static_cast<std::int16_t>(made.version);
  header.correlation_id = correlation_id;
  header.client_id = std::string_view("fuzzer");
  wire::Buffer buffer;
  if (!wire::encode(header, wire::request_header_version(api.key, made.version), buffer).ok()) return made;
  base::Arena arena;
  void* object = wire::golden::make(*message, arena);
  Values values(choices, memory, keys, depth);
  wire::golden::Filler(arena, made.version, values).fill(*message->body, object);
  if (!wire::encode(*message, object, made.version, buffer).ok()) return made;
  made.frame.assign(buffer.bytes().begin(), buffer.bytes().end());
  made.wants_answer = values.wants_answer;
  return made;
}

void damage(std::vector<std::uint8_t>& octets, Pieces& choices) {
  if (octets.empty()) return;
  const std::size_t at = choices.number() % octets.size();
  const auto from = octets.begin() + static_cast<std::ptrdiff_t>(at);
  switch (choices.octet() % 8) {
    case 0:
      octets.resize(at);
      break;
    case 1:
      octets[at] = choices.octet();
      break;
    case 2:
      octets[at] ^= static_cast<std::uint8_t>(1 << choices.octet() % 8);
      break;
    case 3:
      octets.insert(from, 1 + choices.octet() % 16u, choices.octet());
      break;
    case 4:
      octets.erase(from, from + static_cast<std::ptrdiff_t>(std::min<std::size_t>(octets.size() - at, 1 + choices.octet() % 8u)));
      break;
    case 5: {  // a length that lies
      const auto lie = static_cast<std::uint32_t>(kEdges[choices.octet() % std::size(kEdges)]);
      for (std::size_t i = 0; i < 4 && at + i < octets.size(); ++i) octets[at + i] = static_cast<std::uint8_t>(lie >> (24 - 8 * i));
      break;
    }
    case 6:  // a varint that does not end
      for (std::size_t i = 0; i < 1 + choices.octet() % 10u && at + i < octets.size(); ++i) octets[at + i] = 0xff;
      break;
    default: {  // more behind the end
      const sdk::Bytes more = choices.piece();
      octets.insert(octets.end(), more.begin(), more.end());
      octets.push_back(0);
    }
  }
}

std::vector<std::uint8_t> with_length(const std::vector<std::uint8_t>& frame) {
  std::vector<std::uint8_t> octets(4 + frame.size());
  for (int i = 0; i < 4; ++i) octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(frame.size() >> (24 - 8 * i));
  std::copy(frame.begin(), frame.end(), octets.begin() + 4);
  return octets;
}

bool learn(Memory& memory, const AnyRequest& request, sdk::Bytes reply) {
  const wire::Message* message = wire::find_message(wire::Family::kResponse, static_cast<int>(request.key));
  if (message == nullptr) return false;
  base::Arena arena;
  wire::ResponseHeader header;
  if (!wire::decode_front(reply, wire::response_header_version(request.key, request.version), arena, header).ok()) return false;
  void* object = wire::golden::make(*message, arena);
  if (!wire::decode(*message, reply, request.version, arena, object).ok() || !reply.empty()) return false;
  memory.learn(*message->body, object, request.version);
  return true;
}

}  // namespace barnabas::fuzz
