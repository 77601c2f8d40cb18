#include "kraft_store.h"

using barnabas::kraft::KraftStore;
BARNABAS_PLUGIN(MetadataStore, KraftStore, "kraft", "1.0.0", "Kafka's __cluster_metadata log with this node as its only voter.")
