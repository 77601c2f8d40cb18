// The plugin `mysql`: options, and the border.
#include "offset_store/mysql/mysql_server.h"
#include "offset_store/worker_store.h"

#include <algorithm>
#include <stdexcept>

namespace barnabas::offsets_mysql {
namespace {

constexpr std::int64_t kHighestPort = 65535;

unsigned whole_seconds(sdk::Millis time) { return static_cast<unsigned>(std::max<std::int64_t>(1, (time.value + 999) / 1000)); }

class MysqlStore final : public offset_store::WorkerStore {
 public:
  struct Options {
    sdk::Text host = "127.0.0.1";
    std::int32_t port = 3306;
    sdk::Text socket = "";
    sdk::Text user;
    sdk::Text password = "";
    sdk::Text database;
    sdk::Text table_prefix = "barnabas_";
    sdk::Millis connect_timeout{2000};
    sdk::Millis answer_timeout{5000};
    sdk::Millis stop_timeout{10'000};
    BARNABAS_OPTIONS(f) {
      f("host", &Options::host, "where the server is");
      f("port", &Options::port, "", sdk::range(1, kHighestPort));
      f("socket", &Options::socket, "the path of the server's socket, in the place of host and port");
      f("user", &Options::user, "", sdk::required());
      f("password", &Options::password, "", sdk::secret());
      f("database", &Options::database, "must exist; the tables are made in it", sdk::required());
      f("table_prefix", &Options::table_prefix, "what the names of the tables begin with: a-z, A-Z, 0-9, _, at most 40 of them");
      f("connect_timeout", &Options::connect_timeout, "how long connecting may take, in whole seconds",
        sdk::range(1000, offset_store::kLongestMs));
      f("answer_timeout", &Options::answer_timeout, "how long an answer may take before the connection is given up, in whole seconds",
        sdk::range(2000, offset_store::kLongestMs));
      f("stop_timeout", &Options::stop_timeout, "how long writes under way may take when the broker stops",
        sdk::range(0, offset_store::kLongestMs));
    }
  };

  MysqlStore(sdk::Host& host, const Options& options) : WorkerStore(host, server(host, options), {.stop_ms = options.stop_timeout.value}) {}

 private:
  static std::unique_ptr<offset_store::Server> server(sdk::Host& host, const Options& options) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    constexpr std::size_t kLongestPrefix = 40;
    if (options.table_prefix.size > kLongestPrefix || !std::all_of(options.table_prefix.begin(), options.table_prefix.end(), fits))
      throw std::invalid_argument("table_prefix has at most 40 characters, of a-z, A-Z, 0-9 and _");
    Address address{std::string(options.host),
                    static_cast<std::uint32_t>(options.port),
                    std::string(options.socket),
                    std::string(options.user),
                    std::string(options.password),
                    std::string(options.database),
                    whole_seconds(options.connect_timeout),
                    whole_seconds(options.answer_timeout)};
    return std::make_unique<MysqlServer>(host, std::move(address), std::string(options.table_prefix));
  }
};

}  // namespace
}  // namespace barnabas::offsets_mysql

BARNABAS_PLUGIN(OffsetStore, barnabas::offsets_mysql::MysqlStore, "mysql", "1.0.0",
                "Keeps offsets and groups in MariaDB or MySQL, in tables that it makes itself.")
