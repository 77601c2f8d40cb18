#include "quorum_state.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

namespace barnabas::kraft {
namespace json = boost::json;

namespace {

Status broken(std::string_view what) {
  return Status::corrupt(fmt::format(
      "quorum-state {}: it is one line of JSON like {{\"leaderId\":1,\"leaderEpoch\":2,\"votedId\":-1,…,\"data_version\":0}}", what));
}

Result<std::int64_t> integer(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return broken(fmt::format("has no number '{}'", name));
  return value->as_int64();
}

template <class T>
Status read(const json::object& object, std::string_view name, T& to) {
  const auto value = integer(object, name);
  if (!value) return value.status().copy();
  if (!std::in_range<T>(*value)) return broken(fmt::format("has a '{}' that is too large", name));
  to = static_cast<T>(*value);
  return {};
}

}  // namespace

Result<QuorumState> parse_quorum_state(std::string_view text) {
  json::error_code error;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_object()) return broken("is not readable");
  const json::object& object = parsed.as_object();
  QuorumState state;
  BARNABAS_TRY(read(object, "data_version", state.version));
  if (state.version < 0 || state.version > 1)
    return Status::unsupported(fmt::format("quorum-state has version {}: 0 and 1 are known", state.version));
  BARNABAS_TRY(read(object, "leaderId", state.leader_id));
  BARNABAS_TRY(read(object, "leaderEpoch", state.epoch));
  BARNABAS_TRY(read(object, "votedId", state.voted_id));
  // A field of the other version says nothing, as with Kafka.
  if (const json::value* directory = object.if_contains("votedDirectoryId");
      state.version == 1 && directory != nullptr && directory->is_string()) {
    const auto id = base::parse_uuid(std::string_view(directory->as_string()));
    if (!id) return broken("has a votedDirectoryId that is no id");
    state.voted_directory = *id;
  }
  if (const json::value* voters = object.if_contains("currentVoters"); state.version == 0 && voters != nullptr && voters->is_array()) {
    for (const json::value& voter : voters->as_array()) {
      if (!voter.is_object()) return broken("has a voter that is no object");
      BARNABAS_TRY(read(voter.as_object(), "voterId", state.voters.emplace_back()));
    }
  }
  return state;
}

std::string print_quorum_state(const QuorumState& state) {
  if (state.version == 1)
    return fmt::format(R"({{"leaderId":{},"leaderEpoch":{},"votedId":{},"votedDirectoryId":"{}","data_version":1}})", state.leader_id,
                       state.epoch, state.voted_id, base::to_string(state.voted_directory));
  std::string voters;
  for (const std::int32_t id : state.voters) voters += fmt::format(R"({}{{"voterId":{}}})", voters.empty() ? "" : ",", id);
  return fmt::format(
      R"({{"clusterId":"","leaderId":{},"leaderEpoch":{},"votedId":{},"appliedOffset":0,"currentVoters":[{}],"data_version":0}})",
      state.leader_id, state.epoch, state.voted_id, voters);
}

}  // namespace barnabas::kraft
