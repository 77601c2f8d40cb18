// A client's end of a connection to a broker on this machine, for saying anything at all. Blocks, with a limit. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace barnabas::fuzz {

class WirePeer {
 public:
  enum class Came : std::uint8_t { kAnswer, kClosed, kNothing };

  explicit WirePeer(std::uint16_t port);  // ended() when nobody takes the connection
  ~WirePeer();
  WirePeer(const WirePeer&) = delete;
  WirePeer& operator=(const WirePeer&) = delete;

  bool ended() const { return socket_ < 0; }
  // What the broker does not take any more is dropped.
  void send(const std::uint8_t* data, std::size_t size);
  void send(const std::vector<std::uint8_t>& octets) { send(octets.data(), octets.size()); }
  // No more will come from here.
  void finish();
  // Ends the connection in the middle, with a reset.
  void reset();
  // The next frame, without its length.
  Came receive(std::vector<std::uint8_t>& answer, int limit_ms);

 private:
  bool fill(std::size_t count, int limit_ms, Came& otherwise);
  void end();

  int socket_ = -1;
  std::vector<std::uint8_t> pending_;
};

std::int32_t correlation_of(const std::vector<std::uint8_t>& answer);  // -1: too short to have one

}  // namespace barnabas::fuzz
