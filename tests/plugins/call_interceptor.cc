// call_interceptor FOLDER ID VALUE: loads an interceptor as the broker would, hands it one record and prints what became of its value.
#include <barnabas/sdk/interceptor.h>
#include <barnabas/testing/manual_host.h>

#include "kernel/host/registry.h"

#include <cstdio>
#include <string>

namespace {

struct Edit final : barnabas::sdk::RecordEdit {
  void set_key(barnabas::sdk::Bytes) noexcept override {}
  void set_value(barnabas::sdk::Bytes to) noexcept override { value.assign(reinterpret_cast<const char*>(to.data), to.size); }
  void clear_value() noexcept override {}
  void add_header(barnabas::sdk::Text, barnabas::sdk::Bytes) noexcept override {}
  void reject(barnabas::sdk::Text) noexcept override {}
  std::string value;
};

int fail(const barnabas::Status& status) {
  std::printf("%s\n", std::string(barnabas::message_of(status)).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  barnabas::host::Registry registry;
  registry.scan(argv[1], true);
  for (const auto& refusal : registry.refusals()) std::printf("refused: %s %s\n", refusal.path.c_str(), refusal.reason.c_str());
  barnabas::testing::ManualHost host;
  auto made = registry.create<barnabas::sdk::Interceptor>(argv[2], host, {});
  if (!made) return fail(made.status());
  barnabas::sdk::RecordView record;
  record.has_value = argc > 3;
  if (record.has_value) record.value = std::string_view(argv[3]);
  Edit edit;
  const barnabas::Status status = (*made)->on_append({}, {}, record, edit);
  if (!status.ok()) return fail(status);
  std::printf("%s\n", edit.value.c_str());
  return 0;
}
