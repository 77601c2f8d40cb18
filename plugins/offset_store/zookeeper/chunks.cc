#include "offset_store/zookeeper/chunks.h"

#include "offset_store/zookeeper/zookeeper_server.h"

#include <algorithm>
#include <charconv>

namespace barnabas::offsets_zookeeper {
namespace {

using offset_store::OwnedWrite;

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> parts;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    parts.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return parts;
}

std::int32_t epoch_of_chunk(const std::string& chunk) {
  std::int32_t epoch = INT32_MAX;
  std::from_chars(chunk.data(), chunk.data() + chunk.size(), epoch);
  return epoch;
}

}  // namespace

sdk::Status ZookeeperServer::read_chunks(std::int32_t number, std::string_view names, std::string& value) {
  for (const std::string& each : split(names)) {
    const std::string path = path_of(number) + kChunks + "/" + each;
    const Call chunk = keeper_.get(path);
    if (const int code = keeper_.wait(chunk); code != ZOK) return sdk::Status::unavailable(failure(code, "reading " + path).message());
    value += chunk->data;
  }
  return {};
}

sdk::Status ZookeeperServer::remove_orphans(std::int32_t number, const Home& home) {
  const std::string folder = path_of(number) + kChunks;
  const Call found = keeper_.children(folder);
  const int code = keeper_.wait(found);
  if (code == ZNONODE) return {};
  if (code != ZOK) return sdk::Status::unavailable(failure(code, "reading " + folder).message());
  std::unordered_set<std::string> named;
  for (const auto& [path, data] : home.chunked)
    for (std::string& each : split(std::string_view(data).substr(1))) named.insert(std::move(each));
  std::vector<Call> calls;
  for (const std::string& each : found->children)
    // What a later epoch has made is not ours to judge: we may have been paused since we took over.
    if (!named.contains(each) && epoch_of_chunk(each) <= home.epoch)
      calls.push_back(keeper_.multi({{Operation::Kind::kDelete, folder + "/" + each, ""}}));
  for (const Call& call : calls) keeper_.wait(call);  // one that stays is removed another time
  return {};
}

sdk::Status ZookeeperServer::make_chunks(std::int32_t number, Home& home, const Writes& writes, Large& large) {
  const std::string folder = path_of(number) + kChunks;
  for (const OwnedWrite* write : writes) {
    for (const auto& record : write->records) {
      if (!record.has_value || record.value.size() <= kWholeBytes) continue;
      if (sdk::Status status = make(folder, ""); !status) return sdk::Status::unavailable(status.message());
      std::string& names = large.emplace(&record, std::string(1, kChunked)).first->second;
      for (std::size_t at = 0; at < record.value.size(); at += kChunkBytes) {
        // The version tells take-overs of one epoch apart.
        const std::string own = std::to_string(home.epoch) + "-" + std::to_string(home.version) + "-" + std::to_string(++home.chunks_made);
        const int code = keeper_.wait(keeper_.create(folder + "/" + own, record.value.substr(at, kChunkBytes)));
        if (code != ZOK) return sdk::Status::unavailable(failure(code, "writing " + folder).message());
        names += (at == 0 ? "" : ",") + own;
      }
    }
  }
  return {};
}

// Chunks that a record does not name any more. Nobody waits for this.
void ZookeeperServer::remove_replaced(std::int32_t number, Home& home, const std::vector<Operation>& operations) {
  for (const Operation& each : operations) {
    const auto found = home.chunked.find(each.path);
    const bool is_chunked =
        each.kind != Operation::Kind::kDelete && each.data.starts_with(kChunked) && each.path.find("/record:") != std::string::npos;
    if (found != home.chunked.end()) {
      for (const std::string& chunk : split(std::string_view(found->second).substr(1)))
        keeper_.multi({{Operation::Kind::kDelete, path_of(number) + kChunks + "/" + chunk, ""}});
      home.chunked.erase(found);
    }
    if (is_chunked) home.chunked.emplace(each.path, each.data);
  }
}

}  // namespace barnabas::offsets_zookeeper
