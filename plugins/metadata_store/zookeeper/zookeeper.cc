#include "zookeeper_store.h"

using barnabas::metadata_zookeeper::ZookeeperStore;
BARNABAS_PLUGIN(MetadataStore, ZookeeperStore, "zookeeper", "1.0.0", "Metadata in a ZooKeeper ensemble, with Kafka's own znodes.")
