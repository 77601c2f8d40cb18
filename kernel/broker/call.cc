#include "kernel/broker/call.h"

#include "kernel/base/give_back.h"
#include "kernel/broker/shard.h"
#include "kernel/wire/api.h"

namespace barnabas::broker {
namespace {

constexpr std::size_t kMostKeptBytes = 1 << 20;  // of memory for the next answer

// One large answer must not take its memory from all that come later.
void give_back_if_large(wire::Buffer& buffer) {
  if (static_cast<std::size_t>(buffer.limit() - buffer.bytes().data) > kMostKeptBytes) buffer = wire::Buffer();
}

// What was encoded, with the leases where their octets belong.
void gather(const wire::Buffer& buffer, std::span<const sdk::Lease> leases, base::Output& output) {
  const sdk::Bytes all = buffer.bytes();
  std::size_t at = 0;
  for (const wire::Buffer::Cut& cut : buffer.cuts()) {
    output.copy({all.data + at, cut.position - at});
    at = cut.position;
    output.add(leases[cut.external]);
  }
  output.copy({all.data + at, all.size - at});
}

}  // namespace

bool Call::keep_body() {
  if (!hold(body.size)) return false;
  kept_.assign(body.data, body.data + body.size);
  body = {kept_.data(), kept_.size()};
  return true;
}

void Call::drop_body() {
  exit_.give_back(*this, kept_.size());
  base::give_back(kept_);
  body = {};
}

wire::Buffer& Call::begin_answer() {
  wire::Buffer& buffer = shard.answer_buffer;
  buffer.clear();
  frame_ = buffer.begin_frame();
  buffer.append_int32(correlation_id);
  if (wire::response_header_version(static_cast<wire::ApiKey>(api_key), api_version) >= 1) buffer.append_octet(0);  // no tagged fields
  return buffer;
}

void Call::answer_encoded(const std::shared_ptr<const wire::Buffer::Block>& body) {
  using Shared = std::shared_ptr<const wire::Buffer::Block>;
  wire::Buffer& buffer = begin_answer();
  sdk::Lease lease;
  lease.regions[0].memory = *body;
  lease.regions[0].size = body->size;
  lease.region_count = 1;
  lease.size = body->size;
  lease.owner = new Shared(body);
  lease.release = [](void* owner, void*) noexcept { delete static_cast<Shared*>(owner); };
  wire::Buffer::Cut cut;
  cut.size = body->size;
  cut.external = 0;
  buffer.append_cut(cut);
  finish_answer({}, {&lease, 1});
}

void Call::finish_answer(Status encoded, std::span<const sdk::Lease> leases) {
  wire::Buffer& buffer = shard.answer_buffer;
  if (!encoded.ok()) {
    give_back_if_large(buffer);
    // A response that its own version cannot carry: the client would wait for ever.
    for (const sdk::Lease& lease : leases)
      if (lease.release != nullptr) lease.release(lease.owner, lease.token);
    return close(message_of(encoded));
  }
  buffer.end_frame(frame_);
  // The call may be over when answered() returns; the shard stays.
  base::Output& kept = shard.answer_output;
  base::Output output = std::move(kept);
  gather(buffer, leases, output);
  give_back_if_large(buffer);
  exit_.answered(*this, std::move(output));
  if (output.empty()) kept = std::move(output);  // with the memory of an earlier one
}

void Call::answer_with(sdk::Bytes response) {
  const auto length = static_cast<std::uint32_t>(response.size);
  std::vector<std::uint8_t> frame{static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
                                  static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
  frame.insert(frame.end(), response.begin(), response.end());
  base::Output output;
  output.add(std::move(frame));
  exit_.answered(*this, std::move(output));
}

}  // namespace barnabas::broker
