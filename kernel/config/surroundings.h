// What a configuration may ask of the machine while it is read. The program gives the real one, tests a made one.
//
// One thread at a time.
#pragma once

#include "kernel/base/result.h"

#include <optional>
#include <string>

namespace barnabas::config {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  virtual std::optional<std::string> environment(const std::string& name) = 0;
  // A failure is a sentence that names the path.
  virtual Result<std::string> read_file(const std::string& path) = 0;
  // The name under which other machines know this one: what a listener on all interfaces is advertised as.
  virtual std::string host_name() = 0;
};

}  // namespace barnabas::config
