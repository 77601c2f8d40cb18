// The tables of the mysql offset store: made, migrated step by step, and never mistaken for somebody else's. One thread.
//
//   PREFIXschema   product, version: what made the tables, and how far they are migrated; and a line that names the place
//   PREFIXhomes    cluster, home -> epoch: the fence
//   PREFIXoffsets  cluster, home, group, topic, partition -> the committed offset
//   PREFIXrecords  cluster, home, group, key -> the coordinator's other records
//
// Names are octets (VARBINARY): upper case, blanks at the end and what is no UTF-8 stay apart.
#pragma once

#include "offset_store/mysql/session.h"

namespace barnabas::offsets_mysql {

inline constexpr std::int64_t kSchemaVersion = 2;

// Refuses foreign and newer tables with kUnsupported; then makes and migrates what is missing. `place` is the name of these tables, which
// is `fresh_place` when they have had none.
sdk::Status prepare_schema(Session& session, const std::string& prefix, const std::string& fresh_place, std::string& place);

}  // namespace barnabas::offsets_mysql
