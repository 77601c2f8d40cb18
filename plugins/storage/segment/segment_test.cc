#include <barnabas/testing/storage_conformance.h>

namespace barnabas::testing {
constexpr sdk::Text kDirs[] = {"/one", "/two"};
}

BARNABAS_STORAGE_CONFORMANCE(segment, {{"dirs", {}, {barnabas::testing::kDirs, 2}}, {"max_open_files", "16", {}}})
