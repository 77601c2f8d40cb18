// A whole broker in the simulated world, and a stranger's connection to it. The broker lives on for thousands of inputs, so that they meet
// what others left behind, and is then made anew.
//
// What happens depends on all inputs of the broker's life. They are kept in a file while it lives, build/fuzz/lives/NAME.PID, which
// outlives a crash: NAME_fuzz --replay FILE runs them again. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fuzz/memory.h"
#include "sim/sim_broker.h"

namespace barnabas::fuzz {

class Stranger {
 public:
  explicit Stranger(std::string name);
  ~Stranger();

  // One input begins, on a connection of its own.
  void begin(const std::uint8_t* data, std::size_t size);
  // Another connection of the same input.
  void connect();
  void send(std::vector<std::uint8_t> octets);
  // True as soon as the broker has closed the connection or sent so many answers on it in all; false when so much virtual time has passed.
  bool wait_for(std::size_t answers, std::int64_t limit_ns);
  void pass(std::int64_t ns);
  // Of this connection: the broker ended it; its answers, each without its length.
  bool closed() const;
  const std::vector<std::vector<std::uint8_t>>& answers() const;
  // The input is over: the connection ends.
  void end();

  // What this life's broker has told.
  Memory& memory() { return *memory_; }

 private:
  struct Connection;
  class Handler;
  class LifeFile;
  struct World;

  void renew();

  const std::string name_;
  std::unique_ptr<LifeFile> life_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Memory> memory_;
  std::shared_ptr<Connection> connection_;
  std::size_t inputs_ = 0;
};

// For LLVMFuzzerInitialize: with the arguments `--replay FILE` runs every input of a life and ends the process.
void replay(int count, char** arguments, int (*run)(const std::uint8_t* data, std::size_t size));

}  // namespace barnabas::fuzz
