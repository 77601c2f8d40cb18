// The machine as configuration files see it: environment variables, files, the host's name.
#pragma once

#include "kernel/config/surroundings.h"

namespace barnabas::tools {

class RealSurroundings final : public config::Surroundings {
 public:
  std::optional<std::string> environment(const std::string& name) override;
  Result<std::string> read_file(const std::string& path) override;
  std::string host_name() override;
};

}  // namespace barnabas::tools
