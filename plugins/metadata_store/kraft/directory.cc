#include "directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/base/uuid.h"
#include "kernel/record/transaction_joiner.h"
#include "snapshot_file.h"

namespace barnabas::kraft {
namespace {

constexpr char kPropertiesName[] = "meta.properties";

class Records final : public sdk::MetadataRecords {
 public:
  Records(const sdk::Bytes* records, std::size_t count) : records_(records), count_(count) {}
  bool next(sdk::Bytes& record) noexcept override {
    if (next_ == count_) return false;
    record = records_[next_++];
    return true;
  }

 private:
  const sdk::Bytes* records_;
  std::size_t count_;
  std::size_t next_ = 0;
};

Uuid random_directory_id(sdk::Random& random) {
  for (;;) {
    Uuid id = base::make_uuid(random.next(), random.next());
    id.octets[6] = static_cast<std::uint8_t>((id.octets[6] & 0x0f) | 0x40);
    id.octets[8] = static_cast<std::uint8_t>((id.octets[8] & 0x3f) | 0x80);
    if (base::to_string(id).front() != '-') return id;
  }
}

Status check_same(const std::string& directory, const record::MetaProperties& properties, std::string_view cluster_id,
                  std::int32_t node_id) {
  if (properties.version == 0)
    return Status::invalid(fmt::format(
        "{} belongs to a cluster that has its metadata in a ZooKeeper (meta.properties of version 0): use another directory", directory));
  if (!properties.cluster_id.empty() && properties.cluster_id != cluster_id)
    return Status::invalid(fmt::format("{} belongs to cluster {}, not to {}: use another directory, or that cluster's id", directory,
                                       properties.cluster_id, cluster_id));
  if (properties.node_id != node_id)
    return Status::invalid(
        fmt::format("{} belongs to node {}, not to {}: use another directory, or that node's id", directory, properties.node_id, node_id));
  return {};
}

// The node's own entry: kept where it is, completed where something is missing, made where there is nothing.
record::MetaProperties own_properties(sdk::Host& host, const std::optional<record::MetaProperties>& before,
                                      const sdk::MetadataFormat& format) {
  record::MetaProperties properties = before.value_or(record::MetaProperties());
  properties.version = 1;
  properties.cluster_id = std::string(format.cluster_id);
  properties.node_id = format.node_id;
  if (!properties.directory_id) properties.directory_id = random_directory_id(host.random());
  return properties;
}

}  // namespace

std::string log_directory(const std::string& directory) { return directory + "/__cluster_metadata-0"; }

Result<DirectoryIdentity> read_identity(sdk::Disk& disk, const std::string& directory) {
  DirectoryIdentity identity;
  const auto names = list_files(disk, log_directory(directory));
  if (!names) return names.status().copy();
  const bool has_log = std::any_of(names->begin(), names->end(), [](const std::string& name) { return name.ends_with(".log"); });
  const auto text = read_file(disk, directory + "/" + kPropertiesName);
  if (!text && text.status().code() == sdk::Code::kNotFound && !has_log) return identity;
  if (!text && text.status().code() == sdk::Code::kNotFound)
    return Status::corrupt(fmt::format("{} holds a metadata log and has no {}, which says whose it is: restore {}/{} from a copy",
                                       directory, kPropertiesName, directory, kPropertiesName));
  if (!text) return text.status().copy();
  auto properties = record::parse_meta_properties({reinterpret_cast<const char*>(text->data()), text->size()});
  if (!properties) return Status::corrupt(fmt::format("{}/{}: {}", directory, kPropertiesName, message_of(properties.status())));
  identity.properties = *std::move(properties);
  const auto bootstrap = file_exists(disk, directory + "/" + kBootstrapName);
  if (!bootstrap) return bootstrap.status().copy();
  identity.formatted = *bootstrap || has_log;
  return identity;
}

Status format_directory(sdk::Host& host, const std::string& directory, const sdk::MetadataFormat& format) {
  sdk::Disk& disk = host.disk();
  const auto identity = read_identity(disk, directory);
  if (!identity) return identity.status().copy();
  if (identity->properties) BARNABAS_TRY(check_same(directory, *identity->properties, std::string_view(format.cluster_id), format.node_id));
  if (identity->formatted) return Status::error(sdk::Code::kExists, fmt::format("{} is already formatted", directory));
  const record::MetaProperties properties = own_properties(host, identity->properties, format);
  const std::int64_t now = host.clock().wall_ms();

  BARNABAS_TRY(make_durable_directory(disk, directory));
  if (format.kraft_version >= 1) {
    const auto facts = facts_of_voter({format.node_id, *properties.directory_id}, std::string_view(format.controller_listener));
    if (!facts) return facts.status().copy();
    BARNABAS_TRY(make_durable_directory(disk, log_directory(directory)));
    Records none(nullptr, 0);
    BARNABAS_TRY(write_snapshot(disk, log_directory(directory), snapshot_name({0, 0}), {{0, 0}, now, now}, *facts, none));
  }
  Records records(format.records, format.record_count);
  BARNABAS_TRY(write_snapshot(disk, directory, kBootstrapName, {{0, 0}, now, 0}, {}, records));
  // Last: a directory that was formatted in half is formatted again.
  const std::string text = record::print_meta_properties(properties, now);
  if (identity->properties && *identity->properties == properties) return {};
  return replace_file(disk, directory, kPropertiesName, sdk::Bytes(text));
}

Result<std::vector<std::string>> read_bootstrap(sdk::Disk& disk, const std::string& directory) {
  std::vector<std::string> records;
  QuorumFacts facts;
  Status status = read_snapshot(disk, directory + "/" + kBootstrapName, facts,
                                [&](sdk::Bytes record) { records.emplace_back(record.begin(), record.end()); });
  if (!status && status.code() != sdk::Code::kNotFound) return status;
  // They are written into the log as one transaction.
  if (std::any_of(records.begin(), records.end(), [](const std::string& record) { return record::bounds_transaction(sdk::Bytes(record)); }))
    return sdk::Status::corrupt(fmt::format(
        "{}/{} has a record that begins or ends a transaction, which no formatting writes; it is damaged", directory, kBootstrapName));
  return records;
}

}  // namespace barnabas::kraft
