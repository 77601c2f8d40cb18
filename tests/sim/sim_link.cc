#include "sim/sim_env.h"
#include "sim/sim_loop.h"
#include "sim/sim_network.h"
#include "sim/sim_stream.h"

#include <algorithm>

namespace barnabas::sim {

namespace {

constexpr std::int64_t kRetryNs = 200'000'000;
constexpr std::uint64_t kTinyBytes = 16;

std::uint64_t digest(std::span<const std::uint8_t> octets) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t octet : octets) hash = (hash ^ octet) * 0x100000001b3;
  return hash;
}

}  // namespace

SimLink::SimLink(SimWorld& world, SimEnv& client, SimEnv& server) : world_(world), names_{client.name(), server.name()} {}

void SimLink::send_octets(std::size_t end, std::vector<std::uint8_t> octets) {
  const SimRules& rules = world_.rules();
  for (std::size_t begin = 0; begin < octets.size();) {
    std::size_t size = octets.size() - begin;
    if (rules.chunk_bytes_max != 0) {
      // One chunk in eight is tiny: lengths and headers come in parts too.
      const std::uint64_t most = world_.below(8) == 0 ? kTinyBytes : rules.chunk_bytes_max;
      size = std::min<std::size_t>(size, 1 + world_.below(most));
    }
    if (world_.below(1'000'000) < rules.resets_per_million) {
      send_reset(end);
      send_reset(1 - end);
      return;
    }
    const auto first = octets.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<std::uint8_t> chunk(first, first + static_cast<std::ptrdiff_t>(size));
    begin += size;
    std::string what = std::to_string(size) + " octets " + std::to_string(digest(chunk));
    deliver(end, std::move(what), [chunk = std::move(chunk)](SimStream& to) { to.on_octets(chunk); });
  }
}

void SimLink::send_reset(std::size_t end) {
  directions_[end].under_way.clear();
  deliver(end, "reset", [](SimStream& to) { to.on_end(true); });
}

void SimLink::give_room(std::size_t end, std::uint64_t count) {
  if (count != 0) deliver(end, "room", [count](SimStream& to) { to.on_room(count); });
}

SimStream* SimLink::open_end(std::size_t end) const {
  SimStream* stream = ends_[end];
  return stream == nullptr || stream->closed() ? nullptr : stream;
}

void SimLink::deliver(std::size_t from, std::string what, Call call) {
  if (SimStream* sender = ends_[from]; sender != nullptr && sender->loop().env().is_down()) return;
  SimStream* to = open_end(1 - from);
  if (to == nullptr) {
    // Nobody is there any more. Who sends octets there learns it.
    if (SimStream* sender = open_end(from); sender != nullptr && what.find("octets") != std::string::npos) {
      deliver(1 - from, "reset by nobody", [](SimStream& back) { back.on_end(true); });
    }
    return;
  }
  Direction& direction = directions_[from];
  direction.under_way.push_back({std::move(what), std::move(call)});
  direction.last_arrival_ns = std::max(direction.last_arrival_ns, world_.now_ns() + world_.network().latency_ns(names_[0], names_[1]));
  wait_for_arrival(from, to->loop(), direction.last_arrival_ns);
}

void SimLink::wait_for_arrival(std::size_t from, SimLoop& loop, std::int64_t time_ns) {
  world_.at(time_ns, loop, [link = shared_from_this(), from] { link->arrive(from); });
}

// One arrival per item that was sent; a reset that cleared the way leaves arrivals with nothing to bring.
void SimLink::arrive(std::size_t from) {
  Direction& direction = directions_[from];
  if (direction.under_way.empty()) return;
  SimStream* to = open_end(1 - from);
  if (to == nullptr) {
    const bool octets = direction.under_way.front().what.find("octets") != std::string::npos;
    direction.under_way.clear();
    SimStream* sender = open_end(from);
    if (octets && sender != nullptr) deliver(1 - from, "reset by nobody", [](SimStream& back) { back.on_end(true); });
    return;
  }
  if (world_.network().is_cut(names_[from], names_[1 - from])) return wait_for_arrival(from, to->loop(), world_.now_ns() + kRetryNs);
  const Item item = std::move(direction.under_way.front());
  direction.under_way.pop_front();
  if (to->loop().env().is_down()) return;
  world_.note(names_[from] + " > " + to->loop().name() + " " + item.what);
  world_.run_on(to->loop(), [&] { item.call(*to); });  // not always the loop that it was at when this was sent
}

}  // namespace barnabas::sim
