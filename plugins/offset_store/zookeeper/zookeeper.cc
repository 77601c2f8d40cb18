// The plugin `zookeeper`: options, and the border.
#include "offset_store/worker_store.h"
#include "offset_store/zookeeper/zookeeper_server.h"

namespace barnabas::offsets_zookeeper {
namespace {

class ZookeeperStore final : public offset_store::WorkerStore {
 public:
  struct Options {
    sdk::Text servers = "127.0.0.1:2181";
    sdk::Text auth = "";
    sdk::Millis session_timeout{6000};
    sdk::Millis answer_timeout{5000};
    sdk::Millis stop_timeout{10'000};
    BARNABAS_OPTIONS(f) {
      f("servers", &Options::servers,
        "HOST:PORT of each server, with commas between, and at the end perhaps a path (chroot) that is there");
      f("auth", &Options::auth, "USER:PASSWORD of scheme digest; the nodes are then this user's alone", sdk::secret());
      f("session_timeout", &Options::session_timeout, "after how long a silence a session is over", sdk::range(100, 600'000));
      f("answer_timeout", &Options::answer_timeout, "how long an answer may take before the session is given up",
        sdk::range(1, offset_store::kLongestMs));
      f("stop_timeout", &Options::stop_timeout, "how long writes under way may take when the broker stops",
        sdk::range(0, offset_store::kLongestMs));
    }
  };

  ZookeeperStore(sdk::Host& host, const Options& options)
      : WorkerStore(host,
                    std::make_unique<ZookeeperServer>(host, Address{std::string(options.servers), std::string(options.auth),
                                                                    options.session_timeout.value, options.answer_timeout.value}),
                    {.stop_ms = options.stop_timeout.value}) {}
};

}  // namespace
}  // namespace barnabas::offsets_zookeeper

BARNABAS_PLUGIN(OffsetStore, barnabas::offsets_zookeeper::ZookeeperStore, "zookeeper", "1.0.0",
                "Keeps offsets and groups in ZooKeeper, offsets also where Kafka's old consumers kept them.")
