#include "offset_store/mysql/schema.h"

#include <map>
#include <optional>
#include <set>

namespace barnabas::offsets_mysql {
namespace {

constexpr std::string_view kProduct = "barnabas offset_store";
// Begins the product of the line that names the place: tables that are older and programs that are older need not know of it.
constexpr std::string_view kPlace = "place:";
constexpr int kLockSeconds = 10;

// Each step may be interrupted and is then done again, so it must not mind what is there already.
struct Step {
  std::int64_t version;
  const char* table;
  const char* columns;
};
constexpr const char* kSchemaColumns = "product VARBINARY(32) NOT NULL, version INT NOT NULL, PRIMARY KEY (product)";
constexpr Step kSteps[] = {
    {1, "homes", "cluster VARBINARY(64) NOT NULL, home INT NOT NULL, epoch INT NOT NULL, PRIMARY KEY (cluster, home)"},
    {1, "offsets",
     "cluster VARBINARY(64) NOT NULL, home INT NOT NULL, group_key VARBINARY(512) NOT NULL, topic VARBINARY(255) NOT NULL, "
     "part INT NOT NULL, committed BIGINT NOT NULL, leader_epoch INT NOT NULL, metadata MEDIUMBLOB NOT NULL, topic_id BINARY(16) NOT NULL, "
     "commit_ms BIGINT NOT NULL, expire_ms BIGINT NOT NULL, epoch INT NOT NULL, group_name MEDIUMBLOB NULL, "
     "PRIMARY KEY (cluster, home, group_key, topic, part)"},
    {2, "records",
     "cluster VARBINARY(64) NOT NULL, home INT NOT NULL, group_key VARBINARY(512) NOT NULL, record_key VARBINARY(512) NOT NULL, "
     "value LONGBLOB NOT NULL, epoch INT NOT NULL, group_name MEDIUMBLOB NULL, record_name MEDIUMBLOB NULL, "
     "PRIMARY KEY (cluster, home, group_key, record_key)"},
};

// The names of the columns in the text of a CREATE TABLE.
std::set<std::string> column_names(std::string_view columns) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < columns.size() && columns.substr(at, 11) != "PRIMARY KEY"; at = columns.find(", ", at) + 2)
    names.emplace(columns.substr(at, columns.find(' ', at) - at));
  return names;
}

class Preparation {
 public:
  Preparation(Session& session, const std::string& prefix, const std::string& fresh_place)
      : session_(session), prefix_(prefix), fresh_place_(fresh_place) {}

  sdk::Status run() {
    sdk::Status seen = look();
    if (!seen && seen.code() != sdk::Code::kUnsupported) return seen;
    if (seen && version_ == kSchemaVersion && !place_.empty() && check_columns()) return {};
    return judge_alone();
  }

  const std::string& place() const { return place_; }

 private:
  std::string table(std::string_view name) const { return "`" + prefix_ + std::string(name) + "`"; }
  std::string named(std::string_view name) const {
    return "the table '" + prefix_ + std::string(name) + "' in the database '" + session_.address().database + "' of MariaDB at " +
           session_.address().server();
  }
  sdk::Status foreign(std::string_view name, const std::string& why) const {
    return sdk::Status::unsupported(named(name) + " was not made by this offset store: " + why +
                                    "; choose another table_prefix or another database");
  }

  // Which of our tables there are, and the version that they claim.
  sdk::Status look() {
    columns_.clear();
    version_ = 0;
    place_.clear();
    std::string sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name IN (?";
    std::vector<std::string> names{prefix_ + "schema"};
    for (const Step& step : kSteps) {
      names.push_back(prefix_ + step.table);
      sql += ", ?";
    }
    const std::vector<Value> values(names.begin(), names.end());
    sdk::Status status =
        session_.run(sql + ")", values, [&](const Row& row) { columns_[row.text(0).substr(prefix_.size())].insert(row.text(1)); });
    if (!status || !columns_.contains("schema")) return status;
    if (columns_["schema"] != column_names(kSchemaColumns)) return foreign("schema", "its columns are others");
    return session_.run("SELECT product, version FROM " + table("schema") + " ORDER BY product", {}, [&](const Row& row) {
      const std::string product = row.text(0);
      if (product == kProduct) version_ = row.number(1);
      if (product.starts_with(kPlace) && place_.empty()) place_ = product.substr(kPlace.size());
    });
  }

  sdk::Status refuse_foreign() const {
    if (version_ > kSchemaVersion)
      return sdk::Status::unsupported(named("schema") + " has version " + std::to_string(version_) +
                                      ", made by a newer Barnabas; this one knows " + std::to_string(kSchemaVersion) + " and older");
    for (const Step& step : kSteps)
      if (!columns_.contains("schema") && columns_.contains(step.table))
        return foreign(step.table, "no table '" + prefix_ + "schema' goes with it");
    return {};
  }

  // Several brokers, and several loops of one, may start at once: a lock by name lets one of them at a time make tables, or call them
  // foreign. Who looks beside one that makes them sees half of them.
  sdk::Status judge_alone() {
    const std::string lock = session_.address().database.substr(0, 20) + "." + prefix_.substr(0, 40);
    const Value name{std::string_view(lock)};
    bool locked = false;
    sdk::Status status = session_.run("SELECT GET_LOCK(?, " + std::to_string(kLockSeconds) + ")", {&name, 1},
                                      [&](const Row& row) { locked = !row.is_null(0) && row.number(0) == 1; });
    if (!status) return status;
    if (!locked) return sdk::Status::unavailable("another broker has been making the tables of the offset store for too long");
    status = judge();
    sdk::Status unlocked = session_.run("SELECT RELEASE_LOCK(?)", {&name, 1});
    return status ? std::move(unlocked) : std::move(status);
  }

  sdk::Status judge() {
    if (sdk::Status status = look(); !status) return status;
    if (sdk::Status status = refuse_foreign(); !status) return status;
    if (version_ < kSchemaVersion) {
      if (sdk::Status status = migrate(); !status) return status;
      if (sdk::Status status = look(); !status) return status;
    }
    if (sdk::Status status = check_columns(); !status) return status;
    return place_.empty() ? name_place() : sdk::Status();
  }

  sdk::Status migrate() {
    // The table of the version comes first: tables without it would look like somebody else's after a crash in between.
    if (!columns_.contains("schema"))
      if (sdk::Status status = create("schema", kSchemaColumns); !status) return status;
    for (const Step& step : kSteps) {
      if (step.version <= version_) continue;
      if (sdk::Status status = create(step.table, step.columns); !status) return status;
    }
    const std::vector<Value> values{Value(kProduct), Value(kSchemaVersion)};
    if (sdk::Status status = session_.run(
            "INSERT INTO " + table("schema") + " (product, version) VALUES (?, ?) ON DUPLICATE KEY UPDATE version = VALUES(version)",
            values);
        !status)
      return status;
    sdk::Status status = session_.commit();
    // Kept or not: whoever connects next looks, and does again what is missing.
    return status ? std::move(status) : sdk::Status::unavailable(status.message());
  }

  sdk::Status name_place() {
    const std::string product = std::string(kPlace) + fresh_place_;
    const Value name{std::string_view(product)};
    sdk::Status status = session_.run("INSERT INTO " + table("schema") + " (product, version) VALUES (?, 1)", {&name, 1});
    if (status) status = session_.commit();
    if (status) place_ = fresh_place_;
    return status || status.code() != sdk::Code::kUnknown ? std::move(status) : sdk::Status::unavailable(status.message());
  }

  sdk::Status create(std::string_view name, const char* columns) {
    return session_.command("CREATE TABLE IF NOT EXISTS " + table(name) + " (" + columns + ") ENGINE=InnoDB ROW_FORMAT=DYNAMIC");
  }

  sdk::Status check_columns() {
    for (const Step& step : kSteps) {
      const auto& found = columns_[step.table];
      if (found.empty())
        return sdk::Status::unsupported(named(step.table) + " is gone, or its user may not see it, and the table '" + prefix_ +
                                        "schema' is not; bring it back, or drop all of them to begin with new ones");
      for (const std::string& column : column_names(step.columns))
        if (!found.contains(column)) return foreign(step.table, "it has no column '" + column + "'");
    }
    return {};
  }

  Session& session_;
  const std::string& prefix_;
  const std::string& fresh_place_;
  std::map<std::string, std::set<std::string>> columns_;  // by table, without the prefix
  std::int64_t version_ = 0;
  std::string place_;
};

// Asks for every right that writing will need, and changes nothing.
sdk::Status check_rights(Session& session, const std::string& prefix) {
  for (const char* name : {"homes", "offsets", "records"}) {
    const std::string table = "`" + prefix + name + "`";
    for (const std::string& sql :
         {"INSERT INTO " + table + " SELECT * FROM " + table + " WHERE cluster = ''",
          "UPDATE " + table + " SET epoch = epoch WHERE cluster = ''", "DELETE FROM " + table + " WHERE cluster = ''"})
      if (sdk::Status status = session.command(sql); !status) return status;
  }
  session.rollback();
  return {};
}

}  // namespace

sdk::Status prepare_schema(Session& session, const std::string& prefix, const std::string& fresh_place, std::string& place) {
  Preparation preparation(session, prefix, fresh_place);
  if (sdk::Status status = preparation.run(); !status) return status;
  place = preparation.place();
  return check_rights(session, prefix);
}

}  // namespace barnabas::offsets_mysql
