// Needs a function that nobody has.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "unresolved", BARNABAS_STAMP) "\"settings\":[]}")
namespace barnabas {
int a_function_that_nobody_has();
}
namespace {
barnabas::sdk::Status create(barnabas::sdk::Host&, barnabas::sdk::SettingList, void*&) noexcept {
  return barnabas::a_function_that_nobody_has() == 0 ? barnabas::sdk::Status() : barnabas::sdk::Status::internal("no");
}
}  // namespace
RAW_ENTRY(barnabas::sdk::kEntryMagic, raw_manifest, &create, &destroy_nothing)
