// What several writes together change in the tables, the newest for each key: at most one line a key, so one statement of many lines a
// table. Views of the writes' own texts: valid as long as those. One thread.
#pragma once

#include "offset_store/mysql/session.h"
#include "offset_store/owned_write.h"

#include <map>
#include <memory>
#include <tuple>

namespace barnabas::offsets_mysql {

// Keys of the tables are at most this long; of longer names they keep the beginning and a SHA-256, and the whole name stands beside it.
inline constexpr std::size_t kKeyBytes = 512;
inline constexpr std::size_t kTopicBytes = 255;
std::string table_key(std::string_view name);

class Changes {
 public:
  Changes(std::string_view cluster, std::string_view prefix) : cluster_(cluster), prefix_(prefix) {}

  void add(const offset_store::OwnedWrite& write);
  // The statements; the caller commits.
  sdk::Status apply(Session& session);

 private:
  struct Group {
    std::string_view name;
    std::string key;
  };
  struct Line {
    const offset_store::OwnedOffset* offset = nullptr;  // null: forgotten
    std::int32_t epoch = 0;
  };
  struct RecordLine {
    const offset_store::OwnedRecord* record = nullptr;
    std::int32_t epoch = 0;
  };
  using Home = std::int32_t;
  using OffsetKey = std::tuple<Home, const Group*, std::string_view, std::int32_t>;
  using RecordKey = std::tuple<Home, const Group*, std::string>;

  const Group* group(std::string_view name);
  sdk::Status store_offsets(Session& session);
  sdk::Status forget_offsets(Session& session);
  sdk::Status store_records(Session& session);
  sdk::Status forget_records(Session& session);

  std::string_view cluster_;
  std::string_view prefix_;
  std::map<std::string_view, std::unique_ptr<Group>> groups_;
  std::map<OffsetKey, Line> offsets_;
  std::map<RecordKey, RecordLine> records_;
};

}  // namespace barnabas::offsets_mysql
