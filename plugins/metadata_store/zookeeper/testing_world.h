// A chroot of a real ZooKeeper as the place of a metadata store under test; each node reaches it through a proxy of its own. One thread.
#pragma once

#include <barnabas/testing/metadata_store_world.h>

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "offset_store/testing_loop.h"
#include "offset_store/testing_proxy.h"
#include "offset_store/testing_service.h"
#include "shared/zookeeper/keeper.h"
#include "zookeeper_store.h"

namespace barnabas::metadata_zookeeper {

using zookeeper::Keeper;

inline testing::Service& zookeeper_service() {
  static testing::Service service("zookeeper");
  return service;
}

class ZookeeperWorld final : public testing::MetadataStoreWorld {
 public:
  static constexpr std::int64_t kSessionMs = 1000;

  explicit ZookeeperWorld(testing::Service& service = zookeeper_service())
      : service_(service), chroot("/c" + std::to_string(++count_)), admin({at(service.port()), "", 30'000, 60'000}) {
    EXPECT_TRUE(admin.open());
    EXPECT_EQ(admin.wait(admin.create(chroot, "")), ZOK);
  }

  sdk::MetadataStore& open(std::int32_t) override {
    Node& node = nodes_.emplace_back(service_.port());
    node.connect = connect.empty() ? at(node.proxy.port()) + chroot : connect;
    ZookeeperOptions options;
    options.connect = node.connect;
    options.auth = auth;
    options.session_timeout.value = session_ms;
    options.connection_timeout.value = 5000;
    node.store = std::make_unique<Store>(host, options);
    return *node.store;
  }
  void close(sdk::MetadataStore& store) override {
    nodes_.remove_if([&](const Node& node) { return node.store.get() == &store; });
    settle();
  }
  bool run_until(const std::function<bool()>& ended) override { return host.run_until(ended); }
  void settle() override {
    host.run_until([] { return false; }, std::chrono::milliseconds(300));
  }
  bool is_shared() const override { return true; }

  bool expire(sdk::MetadataStore& store) override {
    testing::CuttingProxy& proxy = proxy_of(store);
    proxy.hold(true);
    for (int turn = 0; turn < 100 && !text("/controller").empty(); ++turn) settle();
    proxy.cut();
    proxy.hold(false);
    return true;
  }
  bool depose(sdk::MetadataStore& leader) override {
    proxy_of(leader).hold_answers();
    EXPECT_EQ(admin.wait(admin.multi({{zookeeper::Operation::Kind::kDelete, chroot + "/controller"}})), ZOK);
    return true;
  }
  bool lose_answers(sdk::MetadataStore& store) override {
    proxy_of(store).hold_answers();
    return true;
  }
  bool cut(sdk::MetadataStore& store) override {
    proxy_of(store).hold(true);
    return true;
  }
  void heal(sdk::MetadataStore& store) override {
    proxy_of(store).cut();
    proxy_of(store).hold(false);
  }

  std::optional<testing::SpoiltContent> spoil(int nth) override {
    const auto damage = [&](const std::string& path, const std::string& data) {
      EXPECT_EQ(admin.wait(admin.set(chroot + path, data)), ZOK) << path;
      return testing::SpoiltContent{"damage at " + path, path};
    };
    switch (nth) {
      case 0:
        return damage("/brokers/topics/orders", "{\"partitions\":");
      case 1:
        return damage("/brokers/topics/orders/partitions/1/state", "");
      case 2:
        return damage("/config/topics/numbers", "{\"version\":1,\"config\":{\"a\":1}}");
      case 3:
        return damage("/cluster/id", "{}");
      case 4:
        return damage("/controller_epoch", "one");
      case 5:
        EXPECT_EQ(admin.wait(admin.create(chroot + "/migration", "{}")), ZOK);
        return testing::SpoiltContent{"a cluster that is being moved to KRaft", "KRaft"};
      case 6:
        put("/controller", R"({"version":2,"brokerid":3000,"timestamp":"1700000000000","kraftControllerEpoch":0})");
        return testing::SpoiltContent{"a KRaft controller in office", "KRaft"};
      case 7:
        put("/controller", "1");
        return testing::SpoiltContent{"damage at /controller", "/controller"};
      case 8:
        put("/brokers/ids/2", kForeignBroker);
        return testing::SpoiltContent{"a live broker of Apache Kafka", "broker 2 is registered (h:9092) and is none of Barnabas"};
      case 9:
        put("/brokers/ids/2", "{");
        return testing::SpoiltContent{"damage at /brokers/ids/2", "/brokers/ids/2"};
      case 10:
        put("/latest_producer_id_block", "{}");
        return testing::SpoiltContent{"damage at /latest_producer_id_block", "/latest_producer_id_block"};
      case 11:
        put("/feature", "x");
        return testing::SpoiltContent{"damage at /feature", "/feature"};
      default:
        return std::nullopt;
    }
  }
  std::string content() override { return content_below(chroot); }

  // As Apache Kafka 3.9 registers one.
  static constexpr const char* kForeignBroker =
      R"({"features":{},"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://h:9092"],"jmx_port":-1,"port":9092,"host":"h","version":5,"timestamp":"1700000000000"})";

  // The node says this from now on, and lives until it is taken away.
  void put(const std::string& path, const std::string& data) {
    int code = admin.wait(admin.create(chroot + path, data));
    if (code == ZNODEEXISTS) code = admin.wait(admin.set(chroot + path, data));
    EXPECT_EQ(code, ZOK) << path;
  }
  // The data of a node below the chroot; empty where there is none.
  std::string text(const std::string& path) {
    const zookeeper::Call call = admin.get(chroot + path);
    return admin.wait(call) == ZOK ? call->data : "";
  }
  static std::string at(int port) { return "127.0.0.1:" + std::to_string(port); }

 private:
  // The class as the kernel has it: behind its interface.
  struct Id {
    static constexpr sdk::Text text() { return "zookeeper"; }
  };
  using Store = sdk::MetadataStore::Guarded<ZookeeperStore, Id>;
  struct Node {
    explicit Node(int port) : proxy(port) {}
    testing::CuttingProxy proxy;
    std::string connect;
    std::unique_ptr<Store> store;
  };

  testing::CuttingProxy& proxy_of(sdk::MetadataStore& store) {
    return std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& node) { return node.store.get() == &store; })->proxy;
  }
  std::string content_below(const std::string& path) {
    const zookeeper::Call data = admin.get(path);
    const zookeeper::Call children = admin.children(path);
    EXPECT_EQ(admin.wait(data), ZOK);
    EXPECT_EQ(admin.wait(children), ZOK);
    std::string all = path + " " + std::to_string(data->version) + " " + data->data + "\n";
    std::sort(children->children.begin(), children->children.end());
    for (const std::string& child : children->children) all += content_below(path + "/" + child);
    return all;
  }

  testing::Service& service_;
  static inline int count_ = 0;

 public:
  const std::string chroot;
  // Of the nodes that are opened from now on.
  std::int64_t session_ms = kSessionMs;
  std::string auth;
  std::string connect;  // empty: where the world is
  testing::LoopHost host;
  Keeper admin;

 private:
  std::list<Node> nodes_;  // behind the host, on which they run
};

}  // namespace barnabas::metadata_zookeeper
