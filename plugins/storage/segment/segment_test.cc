#include <barnabas/testing/storage_conformance.h>
#include <barnabas/testing/storage_durability.h>

namespace barnabas::testing {
constexpr sdk::Text kDirs[] = {"/one", "/two"};
}

BARNABAS_STORAGE_CONFORMANCE(segment, {{"dirs", {}, {barnabas::testing::kDirs, 2}}, {"max_open_files", "16", {}}})
BARNABAS_STORAGE_DURABILITY(segment, {{"dirs", {}, {barnabas::testing::kDirs, 1}}, {"max_open_files", "16", {}}})
