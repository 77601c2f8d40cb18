// Broker keys about ZooKeeper.
#include "kernel/config/kafka_key_tables.h"

namespace barnabas::config {

// clang-format off
constexpr KafkaKey kZookeeperBrokerKeys[] = {
    {"zookeeper.clientCnxnSocket", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Client socket class (Netty for TLS)."},
    {"zookeeper.connect", KafkaType::kString, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Host:port list with optional chroot."},
    {"zookeeper.connection.timeout.ms", KafkaType::kInt, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Connect wait, default session timeout."},
    {"zookeeper.max.in.flight.requests", KafkaType::kInt, "10", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Unanswered requests to ZooKeeper."},
    {"zookeeper.metadata.migration.enable", KafkaType::kBoolean, "false", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Run ZooKeeper to KRaft migration."},
    {"zookeeper.metadata.migration.min.batch.size", KafkaType::kInt, "200", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Records per migration batch."},
    {"zookeeper.session.timeout.ms", KafkaType::kInt, "18000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Session timeout."},
    {"zookeeper.set.acl", KafkaType::kBoolean, "false", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Set secure znode ACLs."},
    {"zookeeper.ssl.cipher.suites", KafkaType::kList, kNullDefault, "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "TLS cipher suites."},
    {"zookeeper.ssl.client.enable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "TLS to ZooKeeper."},
    {"zookeeper.ssl.crl.enable", KafkaType::kBoolean, "false", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "Check revocation lists."},
    {"zookeeper.ssl.enabled.protocols", KafkaType::kList, kNullDefault, "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "TLS versions."},
    {"zookeeper.ssl.endpoint.identification.algorithm", KafkaType::kString, "HTTPS", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "Host name check."},
    {"zookeeper.ssl.keystore.location", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Client keystore file."},
    {"zookeeper.ssl.keystore.password", KafkaType::kPassword, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Client keystore password."},
    {"zookeeper.ssl.keystore.type", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Client keystore type."},
    {"zookeeper.ssl.ocsp.enable", KafkaType::kBoolean, "false", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "Use OCSP."},
    {"zookeeper.ssl.protocol", KafkaType::kString, "TLSv1.2", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "TLS protocol."},
    {"zookeeper.ssl.truststore.location", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Truststore file."},
    {"zookeeper.ssl.truststore.password", KafkaType::kPassword, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Truststore password."},
    {"zookeeper.ssl.truststore.type", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Truststore type."},
};
// clang-format on

std::span<const KafkaKey> zookeeper_broker_keys() { return kZookeeperBrokerKeys; }

}  // namespace barnabas::config
