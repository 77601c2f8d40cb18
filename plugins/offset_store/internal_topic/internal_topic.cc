#include "topic_store.h"

using barnabas::offsets_topic::TopicStore;
BARNABAS_PLUGIN(OffsetStore, TopicStore, "internal_topic", "1.0.0",
                "Committed offsets and groups in __consumer_offsets, as Kafka keeps them.")
