// ApiVersions: what this broker serves, so that client and broker can agree on versions. The first thing that most clients say.
#include "kernel/wire/messages/18_api_versions.h"

#include <algorithm>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/dispatch.h"
#include "kernel/catalog/features.h"

namespace barnabas::broker {
namespace {

using wire::ApiVersionsRequest;
using wire::ApiVersionsResponse;
using ApiAnswer = ElementOf<&ApiVersionsResponse::api_keys>;
using Supported = ElementOf<&ApiVersionsResponse::supported_features>;
using Finalized = ElementOf<&ApiVersionsResponse::finalized_features>;

constexpr std::int16_t kApiVersionsKey = 18;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// KIP-511: letters, digits, '-' and '.', and neither end is one of the latter.
bool is_software_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

void add_apis(Call& call, ApiVersionsResponse& response) {
  const auto served = served_apis();
  std::vector<Api> apis(served.begin(), served.end());
  if (call.client.listener == call.shard.broker.settings.controller_listener)
    apis.insert(apis.end(), quorum_apis().begin(), quorum_apis().end());
  if (call.shard.broker.controller.keeps_sessions()) std::erase_if(apis, [](const Api& api) { return api.of_quorum; });
  const auto answers = call.arena.array<ApiAnswer>(apis.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].api_key = apis[i].key;
    answers[i].min_version = apis[i].listed_min_version;
    answers[i].max_version = apis[i].max_version;
  }
  response.api_keys = answers;
}

void add_features(Call& call, ApiVersionsResponse& response) {
  const catalog::Image& image = *call.shard.view.image;
  const auto& levels = image.features();
  const auto finalized = call.arena.array<Finalized>(levels.size());
  std::size_t count = 0;
  for (const auto& [name, level] : levels) {
    finalized[count].name = call.arena.copy(name);
    finalized[count].max_version_level = finalized[count].min_version_level = level;
    ++count;
  }
  response.finalized_features = finalized;
  response.finalized_features_epoch = image.position();

  const auto ranges = catalog::supported_features();
  const auto supported = call.arena.array<Supported>(ranges.size());
  count = 0;
  for (const auto& range : ranges) {
    if (range.min_level == 0 && call.api_version < 4) continue;  // older clients refuse a range that begins at 0
    supported[count].name = range.name;
    supported[count].min_version = range.min_level;
    supported[count].max_version = range.max_level;
    ++count;
  }
  response.supported_features = supported.first(count);
}

}  // namespace

void refuse_api_versions(Call& call) {
  // In version 0, which every client can read, with the one API that it needs to ask again.
  call.api_version = 0;
  ApiVersionsResponse response;
  response.error_code = wire::ErrorCode::kUnsupportedVersion;
  const auto own = call.arena.array<ApiAnswer>(1);
  for (const Api& api : served_apis())
    if (api.key == kApiVersionsKey) own[0].api_key = api.key, own[0].min_version = api.min_version, own[0].max_version = api.max_version;
  response.api_keys = own;
  call.answer(response);
}

void api_versions(Call& call) {
  ApiVersionsRequest request;
  if (!call.read(request)) return;
  ApiVersionsResponse response;
  if (call.api_version >= 3 && !(is_software_name(request.client_software_name) && is_software_name(request.client_software_version))) {
    response.error_code = wire::ErrorCode::kInvalidRequest;
    return call.answer(response);
  }
  add_apis(call, response);
  add_features(call, response);
  call.answer(response);
}

}  // namespace barnabas::broker
