#include "memory_store.h"

using barnabas::metadata_memory::MemoryStore;
BARNABAS_PLUGIN(MetadataStore, MemoryStore, "memory", "1.0.0", "Metadata that lives as long as the process.")
