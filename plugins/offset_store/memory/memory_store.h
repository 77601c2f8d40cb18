// Offsets and groups that live as long as the process: for tests and for brokers that keep nothing.
//
// What was written for a home stays after resign(): nobody else has it. [executor of the host]
#pragma once

#include <barnabas/sdk/offset_store.h>

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace barnabas::offsets_memory {

class MemoryStore {
 public:
  using Options = sdk::NoOptions;

  MemoryStore(sdk::Host& host, const Options&) : host_(host) {}

  sdk::Status start(const sdk::OffsetStoreStart& start, sdk::Completion& completion);
  sdk::Status stop(sdk::Completion& completion);
  sdk::OffsetStoreAbilities abilities() { return {}; }
  sdk::Status take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion);
  void resign(std::int32_t) {}
  sdk::Status write(const sdk::GroupWrite& write, sdk::Completion& completion);

 private:
  struct Offset {
    sdk::CommittedOffset plain;  // without its texts: the topic is in the key, and the metadata below
    std::string metadata;
  };
  struct Group {
    std::map<std::pair<std::string, std::int32_t>, Offset> offsets;
    std::map<std::string, std::string> records;
  };
  struct Home {
    std::int32_t epoch = -1;
    std::unordered_map<std::string, Group> groups;
  };

  static void tell(const Home& home, sdk::OffsetLoad& load);
  void finish(sdk::Completion& completion);

  sdk::Host& host_;
  std::unordered_map<std::int32_t, Home> homes_;
};

}  // namespace barnabas::offsets_memory
