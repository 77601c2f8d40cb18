// The plugin `redis`: options, and the border.
#include "offset_store/redis/redis_server.h"
#include "offset_store/worker_store.h"

#include <stdexcept>

namespace barnabas::offsets_redis {
namespace {

constexpr std::int64_t kHighestPort = 65535;

class RedisStore final : public offset_store::WorkerStore {
 public:
  struct Options {
    sdk::Text host = "127.0.0.1";
    std::int32_t port = 6379;
    sdk::Text socket = "";
    sdk::Text user = "";
    sdk::Text password = "";
    std::int32_t database = 0;
    sdk::Text prefix = "barnabas:";
    sdk::Millis connect_timeout{2000};
    sdk::Millis answer_timeout{5000};
    sdk::Millis stop_timeout{10'000};
    BARNABAS_OPTIONS(f) {
      f("host", &Options::host, "where the server is");
      f("port", &Options::port, "", sdk::range(1, kHighestPort));
      f("socket", &Options::socket, "the path of the server's socket, in the place of host and port");
      f("user", &Options::user, "of the server's ACL; empty: its default user");
      f("password", &Options::password, "", sdk::secret());
      f("database", &Options::database, "the number of the database", sdk::range(0, INT32_MAX));
      f("prefix", &Options::prefix, "what the names of the keys begin with; no braces");
      f("connect_timeout", &Options::connect_timeout, "how long connecting may take", sdk::range(1, offset_store::kLongestMs));
      f("answer_timeout", &Options::answer_timeout, "how long an answer may take before the connection is given up",
        sdk::range(1, offset_store::kLongestMs));
      f("stop_timeout", &Options::stop_timeout, "how long writes under way may take when the broker stops",
        sdk::range(0, offset_store::kLongestMs));
    }
  };

  RedisStore(sdk::Host& host, const Options& options) : WorkerStore(host, server(host, options), {.stop_ms = options.stop_timeout.value}) {}

 private:
  static std::unique_ptr<offset_store::Server> server(sdk::Host& host, const Options& options) {
    const std::string prefix(options.prefix);
    // Braces in a key say what of it is hashed: that is the home's to say.
    if (prefix.find_first_of("{}") != std::string::npos) throw std::invalid_argument("prefix has no braces");
    return std::make_unique<RedisServer>(
        host,
        Address{std::string(options.host), options.port, std::string(options.socket), std::string(options.user),
                std::string(options.password), options.database, options.connect_timeout.value, options.answer_timeout.value},
        prefix);
  }
};

}  // namespace
}  // namespace barnabas::offsets_redis

BARNABAS_PLUGIN(OffsetStore, barnabas::offsets_redis::RedisStore, "redis", "1.0.0",
                "Keeps offsets and groups in Redis, one script a write.")
