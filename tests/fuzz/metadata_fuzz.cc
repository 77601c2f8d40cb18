// Whatever lies in a metadata directory, a start ends in metadata that goes on, or in a refusal that changes nothing it need not: what was
// told is told again after the next start, with what was proposed meanwhile behind it. What it tells makes an image or is refused, and the
// records that such an image is made into make one too.
//
// The first octet says whether checksums are made to fit; then comes a list of files: which one, and its octets with their length before
// them.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/simulated_disk.h>

#include "fuzz/pieces.h"
#include "fuzz/require.h"
#include "fuzz/seal.h"
#include "kernel/catalog/image_builder.h"
#include "kraft_store.h"

namespace {

using namespace barnabas;
using barnabas::testing::Ending;
using fuzz::require;

constexpr const char* kNames[] = {"__cluster_metadata-0/00000000000000000000.log",
                                  "__cluster_metadata-0/00000000000000000005.log",
                                  "__cluster_metadata-0/00000000000000000005-0000000001.checkpoint",
                                  "__cluster_metadata-0/00000000000000000000-0000000000.checkpoint",
                                  "bootstrap.checkpoint",
                                  "__cluster_metadata-0/quorum-state",
                                  "__cluster_metadata-0/00000000000000000000.index",
                                  "__cluster_metadata-0/00000000000000000000.timeindex",
                                  "__cluster_metadata-0/leader-epoch-checkpoint",
                                  "__cluster_metadata-0/partition.metadata",
                                  "__cluster_metadata-0/00000000000000000007-0000000001.checkpoint.part",
                                  "meta.properties"};
constexpr std::size_t kWithBatches = 5;  // of these names, the first ones
constexpr std::string_view kIdentity = "version=1\nnode.id=1\ncluster.id=c\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAg\n";
const std::string kNoOp("\x01\x14\x00\x00", 4);  // a framed NoOpRecord

class Machine {
 public:
  void put(const std::string& name, std::vector<std::uint8_t> octets) { disk_.put("/data/" + name, std::move(octets)); }

  // The records that are told; nothing: the start was refused.
  bool start() {
    store_ = std::make_unique<kraft::KraftStore>(host_, options());
    listener_ = barnabas::testing::MetadataRecorder();
    Ending started;
    const sdk::Status status = store_->start({1, ""}, listener_, started);
    if (status.ok()) host_.run();
    require(status.ok() ? started.count == 1 : started.count == 0, "a start ends never or twice");
    if (status.ok() && started.ok()) return true;
    require(!(status.ok() ? started.message : std::string(status.message())).empty(), "a refusal does not say why");
    return false;
  }
  void propose() {
    const sdk::Bytes record(kNoOp);
    Ending ending;
    require(store_->propose({listener_.leader.term, -1, &record, 1}, ending).ok(), "a proposal is refused");
    host_.run();
    require(ending.ok(), "a proposal fails");
  }
  void stop() {
    Ending stopped;
    require(store_->stop(stopped).ok(), "a stop is refused");
    host_.run();
    require(stopped.ok(), "a stop fails");
    store_.reset();
  }
  const std::vector<std::string>& records() const { return listener_.records; }

 private:
  static kraft::KraftOptions options() {
    kraft::KraftOptions options;
    options.dir = "/data";
    return options;
  }

  barnabas::testing::SimulatedDisk disk_;
  barnabas::testing::ManualHost host_{disk_};
  barnabas::testing::MetadataRecorder listener_;
  std::unique_ptr<kraft::KraftStore> store_;
};

void make_image(const std::vector<std::string>& records) {
  catalog::ImageBuilder builder;
  for (const std::string& record : records)
    if (const Status status = builder.apply(sdk::Bytes(record)); !status.ok())
      return require(!status.message().empty(), "a refusal does not say why");
  catalog::ImageBuilder again;
  const Status status = catalog::each_record(*builder.build(), [&](sdk::Bytes record) { return again.apply(record); });
  require(status.ok(), "the records of an image make none");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Machine machine;
  machine.put("meta.properties", {kIdentity.begin(), kIdentity.end()});
  fuzz::Pieces input(data, size);
  const bool sealed = input.octet() % 4 != 0;
  while (input.more()) {
    const std::size_t which = input.octet() % std::size(kNames);
    const sdk::Bytes octets = input.piece();
    std::vector<std::uint8_t> content(octets.begin(), octets.end());
    if (sealed && which < kWithBatches) fuzz::seal_each(content);
    machine.put(kNames[which], std::move(content));
  }
  if (!machine.start()) return 0;
  make_image(machine.records());
  machine.propose();
  std::vector<std::string> told = machine.records();
  machine.stop();
  require(machine.start(), "what was stopped does not start");
  require(machine.records() == told, "after a stop other records are told");
  machine.stop();
  return 0;
}
