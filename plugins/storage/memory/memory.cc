#include "memory_storage.h"

namespace barnabas::memory {

BARNABAS_PLUGIN(Storage, MemoryStorage, "memory", "1.0.0", "Partitions in the memory of this process, gone when it ends.")

}  // namespace barnabas::memory
