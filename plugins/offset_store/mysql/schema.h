// The tables of the mysql offset store: made, migrated step by step, and never mistaken for somebody else's. One thread.
//
//   PREFIXschema   product, version: what made the tables, and how far they are migrated
//   PREFIXhomes    cluster, home -> epoch: the fence
//   PREFIXoffsets  cluster, home, group, topic, partition -> the committed offset
//   PREFIXrecords  cluster, home, group, key -> the coordinator's other records
//
// Names are octets (VARBINARY): upper case, blanks at the end and what is no UTF-8 stay apart.
#pragma once

#include "offset_store/mysql/session.h"

namespace barnabas::offsets_mysql {

inline constexpr std::int64_t kSchemaVersion = 2;

// Refuses foreign and newer tables with kUnsupported; then makes and migrates what is missing.
sdk::Status prepare_schema(Session& session, const std::string& prefix);

}  // namespace barnabas::offsets_mysql
