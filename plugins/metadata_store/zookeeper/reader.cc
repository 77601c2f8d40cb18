#include "reader.h"

#include "told.h"

namespace barnabas::metadata_zookeeper {

Status Reader::read(sdk::MetadataListener& listener) noexcept {
  return sdk::detail::guarded("zookeeper", "read", [&] { return read_all(listener); });
}

Status Reader::read_all(sdk::MetadataListener& listener) {
  if (!address_) return address_.status().copy();
  Ensemble ensemble(*address_, nullptr);
  BARNABAS_TRY(ensemble.connect());
  auto id = ensemble.cluster_id();
  if (!id) return std::move(id).status();
  if (id->empty()) return Status::not_found(ensemble.name() + " has no cluster");
  const auto office = ensemble.office(-1);
  if (!office) return office.status().copy();
  auto tree = ensemble.read(Watch::kNo);
  if (!tree) return std::move(tree).status();
  record::FramedRecords records;
  add_all(*tree, records);
  BARNABAS_TRY(records.status().copy());
  const std::vector<sdk::Bytes> views = records.views();
  const sdk::MetadataPosition end{static_cast<std::int64_t>(views.size()), office->epoch};
  listener.on_snapshot_begin(end);
  listener.on_batch({views.data(), views.size(), end, clock_.wall_ms()});
  listener.on_snapshot_end();
  listener.on_leader({office->leader, office->epoch, false, 0});
  return {};
}

}  // namespace barnabas::metadata_zookeeper
