#include "offset_store/mysql/session.h"
#include "offset_store/testing_load.h"

#include <barnabas/testing/offset_store_conformance.h>

#include <gmock/gmock.h>

#include <memory>

namespace barnabas::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Service& mariadb() {
  static Service service("mariadb");
  return service;
}

offsets_mysql::Session root(const Service& service, const std::string& database = "barnabas") {
  return offsets_mysql::Session({"127.0.0.1", static_cast<std::uint32_t>(service.port()), "", "root", "", database, 5, 30});
}
void sql(const Service& service, const std::vector<std::string>& statements) {
  offsets_mysql::Session session = root(service);
  ASSERT_TRUE(session.open());
  for (const std::string& statement : statements) {
    const sdk::Status status = session.command(statement);
    EXPECT_TRUE(status) << statement << ": " << std::string(status.message());
  }
}

// A database of its own on a server.
class MysqlWorld final : public ServerWorld {
 public:
  explicit MysqlWorld(Service& service = mariadb(), int port = 0)
      : ServerWorld({{"port", std::to_string(port == 0 ? service.port() : port)},
                     {"user", "root"},
                     {"database", "d" + std::to_string(++count_)},
                     {"answer_timeout", "2000"},
                     {"connect_timeout", "2000"}}),
        database("d" + std::to_string(count_)) {
    sql(service, {"CREATE OR REPLACE DATABASE " + database});
  }

  const std::string database;

 private:
  static inline int count_ = 0;
};

std::string line(const Service& service, const std::string& database, const std::string& statement) {
  offsets_mysql::Session session = root(service, database);
  EXPECT_TRUE(session.open());
  std::string found;
  const sdk::Status status = session.run(statement, {}, [&](const offsets_mysql::Row& row) { found = row.text(0); });
  EXPECT_TRUE(status) << std::string(status.message());
  return found;
}

TEST(Mysql, CommitsComeThroughFaults) {
  Service service("mariadb");
  CuttingProxy proxy(service.port());
  MysqlWorld world(service, proxy.port());
  commit_through_faults(world, service, proxy, "COMMIT", 2);
}

TEST(Mysql, AWrongPasswordIsForTheOperator) {
  MysqlWorld world;
  world.set("password", "wrong");
  const Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("Access denied for user 'root'"), HasSubstr("look at user and password")));
  EXPECT_THAT(started.message, ::testing::Not(HasSubstr("wrong")));
}

TEST(Mysql, AnUnknownDatabaseIsForTheOperator) {
  MysqlWorld world;
  world.set("database", "nowhere");
  const Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("nowhere"), HasSubstr("create the database")));
}

TEST(Mysql, AUserWhoMayOnlyReadIsForTheOperator) {
  MysqlWorld world;
  sql(mariadb(), {"CREATE OR REPLACE USER reader IDENTIFIED BY 'r'", "GRANT SELECT ON " + world.database + ".* TO reader"});
  world.set("user", "reader");
  world.set("password", "r");
  const Ending unmade = world.start();
  EXPECT_EQ(unmade.code, sdk::Code::kUnsupported);
  EXPECT_THAT(unmade.message, AllOf(HasSubstr("CREATE"), HasSubstr("GRANT SELECT, INSERT, UPDATE, DELETE")));
  MysqlWorld other;  // made by somebody who may
  EXPECT_TRUE(other.start().ok());
  sql(mariadb(), {"GRANT SELECT ON " + other.database + ".* TO reader"});
  other.set("user", "reader");
  other.set("password", "r");
  const Ending made = other.start();
  EXPECT_EQ(made.code, sdk::Code::kUnsupported);
  EXPECT_THAT(made.message, AllOf(HasSubstr("INSERT"), HasSubstr("GRANT SELECT, INSERT, UPDATE, DELETE")));
  // Once there are tables, nobody has to be allowed to make some.
  sql(mariadb(), {"GRANT SELECT, INSERT, UPDATE, DELETE ON " + other.database + ".* TO reader"});
  EXPECT_TRUE(other.start().ok());
}

TEST(Mysql, AForeignSchemaIsRefusedByName) {
  MysqlWorld world;
  const std::string in = world.database + ".";
  sql(mariadb(), {"CREATE TABLE " + in + "barnabas_offsets (id INT PRIMARY KEY)"});
  Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("'barnabas_offsets'"), HasSubstr(world.database), HasSubstr("table_prefix")));
  EXPECT_EQ(
      line(mariadb(), world.database, "SELECT GROUP_CONCAT(table_name) FROM information_schema.tables WHERE table_schema = DATABASE()"),
      "barnabas_offsets")
      << "something was made beside what is somebody else's";
  // Another prefix lives beside it.
  world.set("table_prefix", "ours_");
  EXPECT_TRUE(world.start().ok());
  // Columns that are gone, and a table of versions of another product.
  sql(mariadb(), {"ALTER TABLE " + in + "ours_records DROP COLUMN epoch"});
  started = world.start();
  EXPECT_THAT(started.message, AllOf(HasSubstr("'ours_records'"), HasSubstr("no column 'epoch'")));
  sql(mariadb(), {"CREATE TABLE " + in + "third_schema (version INT)"});
  world.set("table_prefix", "third_");
  started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, HasSubstr("'third_schema'"));
}

TEST(Mysql, ANewerSchemaIsRefusedAndAnOlderOneMigrated) {
  MysqlWorld world;
  ASSERT_TRUE(world.start().ok());
  const std::string in = world.database + ".";
  sql(mariadb(), {"UPDATE " + in + "barnabas_schema SET version = 99"});
  const Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("version 99"), HasSubstr("newer Barnabas")));
  // As version 1 left it.
  sql(mariadb(), {"UPDATE " + in + "barnabas_schema SET version = 1", "DROP TABLE " + in + "barnabas_records",
                  "INSERT INTO " + in + "barnabas_homes VALUES ('cluster', 7, 3)"});
  EXPECT_TRUE(world.start().ok());
  EXPECT_EQ(line(mariadb(), world.database, "SELECT CAST(version AS CHAR) FROM barnabas_schema WHERE product = 'barnabas offset_store'"),
            "2");
  EXPECT_EQ(line(mariadb(), world.database, "SELECT CAST(epoch AS CHAR) FROM barnabas_homes"), "3");
}

// Whatever leads to it, and whoever has made it.
TEST(Mysql, APlaceHasOneNameForAllWhoFindIt) {
  MysqlWorld world;
  std::string place;
  {
    TestCoordinator first(world);
    place = place_of(first.store());
    EXPECT_EQ(place.size(), 24u);
  }
  // Tables of a version that named no place get a name.
  sql(mariadb(), {"DELETE FROM " + world.database + ".barnabas_schema WHERE product LIKE 'place:%'"});
  TestCoordinator renamed(world);
  EXPECT_NE(place_of(renamed.store()), place);
  place = place_of(renamed.store());
  world.set("answer_timeout", "3000");
  TestCoordinator second(world);
  EXPECT_EQ(place_of(second.store()), place);
  MysqlWorld other;
  TestCoordinator elsewhere(other);
  EXPECT_NE(place_of(elsewhere.store()), place);
}

TEST(Mysql, SeveralMayMakeTheTablesAtOnce) {
  MysqlWorld world;
  std::vector<std::pair<sdk::OffsetStore*, Ending>> stores(8);
  for (auto& [store, started] : stores) {
    store = &world.open();
    EXPECT_TRUE(store->start({sdk::Text("cluster"), 1, 50}, started));
  }
  for (auto& [store, started] : stores) {
    EXPECT_TRUE(world.run_until([&, &ending = started] { return ending.count != 0; }));
    EXPECT_TRUE(started.ok()) << started.message;
    world.close(*store);
  }
}

TEST(Mysql, AServerThatIsAwayIsNoErrorAtStart) {
  Service service("mariadb");
  MysqlWorld world(service);
  service.kill();
  TestCoordinator coordinator(world);  // expects a start without error
  Told told;
  EXPECT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kUnavailable);
  service.start();
  EXPECT_EQ(world.persist([&] { return coordinator.take_over(7, 1, told); }), sdk::Code::kOk);
  EXPECT_EQ(coordinator.store().abilities().durability, sdk::Durability::kPowerLoss);
  EXPECT_THAT(world.host.warnings(), ::testing::Contains(HasSubstr("MariaDB at 127.0.0.1:" + std::to_string(service.port()))));
}

TEST(Mysql, AnAnswerLostWhileTablesAreMadeIsNoErrorAtStart) {
  CuttingProxy proxy(mariadb().port());
  MysqlWorld world(mariadb(), proxy.port());
  proxy.lose_answer_to("\3COMMIT");  // as a statement: READ COMMITTED comes first
  const Ending started = world.start();
  EXPECT_TRUE(started.ok()) << started.message;
  EXPECT_EQ(proxy.lost(), 1);
  TestCoordinator coordinator(world);
  Told told;
  EXPECT_EQ(world.persist([&] { return coordinator.take_over(7, 1, told); }), sdk::Code::kOk);
}

TEST(Mysql, AFullDiskIsToldAndNothingIsHalfDone) {
  Service service("mariadb",
                  {"--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M;ibdata2:8M", "--innodb-undo-tablespaces=0"});
  MysqlWorld world(service);
  TestCoordinator coordinator(world);
  Told stored;
  ASSERT_EQ(coordinator.take_over(7, 1, stored), sdk::Code::kOk);
  Ending* last = nullptr;
  for (int i = 0; i < 100; ++i) {
    TestWrite next{"anna",
                   {{.topic = "orders", .partition = i, .offset = i}},
                   {},
                   {{record_key(5, "anna", std::to_string(i)), std::string(400'000, 'x')}}};
    last = &coordinator.begin_write(next, 7, 1);
    if (coordinator.await(*last) != sdk::Code::kOk) break;
    stored.apply(next);
  }
  EXPECT_EQ(last->code, sdk::Code::kUnavailable);
  EXPECT_THAT(last->message, HasSubstr("is full"));
  EXPECT_EQ(
      line(service, world.database, "SELECT CONCAT((SELECT COUNT(*) FROM barnabas_offsets), ' ', (SELECT COUNT(*) FROM barnabas_records))"),
      std::to_string(stored.offsets.size()) + " " + std::to_string(stored.records.size()));
  EXPECT_FALSE(stored.offsets.empty());
}

TEST(Mysql, AServerThatOnlyReadsIsLoggedOnceAndSoIsItsEnd) {
  Service service("mariadb");
  MysqlWorld world(service);
  sql(service, {"CREATE USER writer IDENTIFIED BY 'w'", "GRANT ALL ON " + world.database + ".* TO writer"});
  world.set("user", "writer");  // root may write all the same
  world.set("password", "w");
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  world.host.new_lines();
  const auto commits = [&] { return coordinator.write({"anna", {{.topic = "orders", .offset = 1}}, {}, {}}, 7, 1); };
  sql(service, {"SET GLOBAL read_only = 1"});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(commits(), sdk::Code::kUnavailable);
  EXPECT_THAT(world.host.new_lines(), ElementsAre(AllOf(HasSubstr("--read-only"), HasSubstr("is this a replica?"))));
  sql(service, {"SET GLOBAL read_only = 0"});
  EXPECT_EQ(world.persist(commits), sdk::Code::kOk);
  EXPECT_THAT(world.host.new_lines(), ElementsAre("MariaDB at 127.0.0.1:" + std::to_string(service.port()) + " is back"));
}

// As at a start: what is gone is made again, and the coordinator, which thinks that it keeps something, is asked to look.
TEST(Mysql, ADatabaseThatWasDroppedIsMadeAgain) {
  MysqlWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const TestWrite write{"anna", {{.topic = "orders", .offset = 1}}, {}, {}};
  ASSERT_EQ(coordinator.write(write, 7, 1), sdk::Code::kOk);
  world.host.new_lines();
  sql(mariadb(), {"DROP DATABASE " + world.database});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(coordinator.write(write, 7, 1), sdk::Code::kUnavailable);
  EXPECT_THAT(world.host.new_lines(), ::testing::Contains(HasSubstr("create the database")));
  sql(mariadb(), {"CREATE DATABASE " + world.database});
  Ending* ending = nullptr;
  for (int i = 0; i < 1000 && (ending == nullptr || ending->code == sdk::Code::kUnavailable); ++i) {
    world.host.run_until([] { return false; }, std::chrono::milliseconds(20));
    ending = &coordinator.begin_write(write, 7, 1);
    coordinator.await(*ending);
  }
  EXPECT_EQ(ending->code, sdk::Code::kUnknown);
  EXPECT_THAT(ending->message, HasSubstr("must be taken over again"));
  ASSERT_EQ(coordinator.take_over(7, 1, told = {}), sdk::Code::kOk);
  EXPECT_EQ(told, Told());
  EXPECT_EQ(world.persist([&] { return coordinator.write(write, 7, 1); }), sdk::Code::kOk);
}

TEST(Mysql, ATableThatWasRenamedIsNamedAndNotMadeAgain) {
  MysqlWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const TestWrite write{"anna", {{.topic = "orders", .offset = 1}}, {}, {}};
  ASSERT_EQ(coordinator.write(write, 7, 1), sdk::Code::kOk);
  const std::string in = world.database + ".";
  sql(mariadb(), {"RENAME TABLE " + in + "barnabas_offsets TO " + in + "elsewhere"});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(coordinator.write(write, 7, 1), sdk::Code::kUnavailable);
  EXPECT_THAT(world.host.warnings(), ::testing::Contains(AllOf(HasSubstr("'barnabas_offsets'"), HasSubstr("is gone"))));
  sql(mariadb(), {"RENAME TABLE " + in + "elsewhere TO " + in + "barnabas_offsets"});
  EXPECT_EQ(world.persist([&] { return coordinator.write(write, 7, 1); }), sdk::Code::kOk);
  Told expected;
  expected.apply(write);
  EXPECT_EQ(coordinator.take_over(7, 2, told = {}), sdk::Code::kOk);
  EXPECT_EQ(told, expected);
}

// A coordinator that is stopped between its first statement and its COMMIT holds its homes for some seconds, not for the server's eight
// hours.
TEST(Mysql, ATransactionThatStandsStillIsEnded) {
  MysqlWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  offsets_mysql::Session stopped = root(mariadb(), world.database);
  ASSERT_TRUE(stopped.open());
  ASSERT_TRUE(stopped.command("SET SESSION autocommit = 0, idle_transaction_timeout = 5"));
  ASSERT_TRUE(stopped.command("UPDATE barnabas_homes SET epoch = epoch"));
  Ending& refused = coordinator.begin_write({"anna", {{.topic = "orders", .offset = 1}}, {}, {}}, 7, 1);
  EXPECT_EQ(coordinator.await(refused), sdk::Code::kUnavailable);
  EXPECT_THAT(refused.message, HasSubstr("Lock wait timeout"));
  EXPECT_EQ(world.persist([&] { return coordinator.take_over(7, 2, told); }), sdk::Code::kOk);
}

// Writes that go to the server together have each an outcome of their own.
TEST(Mysql, OneBadWriteDoesNotHurtItsNeighbours) {
  MysqlWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 3, told), sdk::Code::kOk);
  ASSERT_EQ(coordinator.take_over(8, 3, told), sdk::Code::kOk);
  std::vector<std::pair<Ending*, sdk::Code>> endings;
  for (int i = 0; i < 60; ++i) {
    const std::string group = "group-" + std::to_string(i);
    const bool is_bad = i % 10 == 3;
    const bool is_late = i % 10 == 5;
    const bool is_unknown = i % 10 == 7;
    TestWrite write{group, {{.topic = is_bad ? std::string(300, 't') : "orders", .offset = i}}, {}, {}};
    endings.emplace_back(&coordinator.begin_write(write,
                                                  is_unknown   ? 9
                                                  : i % 2 == 0 ? 8
                                                               : 7,
                                                  is_late ? 2 : 3),
                         is_bad       ? sdk::Code::kInvalid
                         : is_late    ? sdk::Code::kFenced
                         : is_unknown ? sdk::Code::kUnavailable
                                      : sdk::Code::kOk);
  }
  for (auto& [ending, code] : endings) EXPECT_EQ(coordinator.await(*ending), code) << ending->message;
}

}  // namespace
}  // namespace barnabas::testing

BARNABAS_OFFSET_STORE_CONFORMANCE(mysql, [] { return std::make_unique<MysqlWorld>(); })
