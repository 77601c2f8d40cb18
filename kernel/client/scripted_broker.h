// A broker for tests of who asks it about groups: it serves the APIs that it has an answer for, each in one version.
#pragma once

#include "kernel/peer/scripted_server.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/18_api_versions.h"

#include <functional>
#include <map>
#include <vector>

namespace barnabas::client {

// The whole answer to `request`, in a version whose header has tagged fields.
template <class Response>
peer::Octets scripted_answer(sdk::Bytes request, const Response& response, std::int16_t version, bool tags = true) {
  wire::Buffer body;
  if (!wire::encode(response, version, body).ok()) return {};
  peer::Octets content(request.begin() + 4, request.begin() + 8);  // the correlation id
  if (tags) content.push_back(0);
  const sdk::Bytes octets = body.bytes();
  content.insert(content.end(), octets.begin(), octets.end());
  return peer::framed(content);
}

class ScriptedBroker {
 public:
  struct Api {
    std::int16_t version = 0;
    std::function<peer::Octets(sdk::Bytes request)> answer;  // empty: none yet
  };

  explicit ScriptedBroker(std::map<std::int16_t, Api> apis) : apis_(std::move(apis)) {}

  peer::Octets operator()(sdk::Bytes request) const {
    const auto key = static_cast<std::int16_t>(request[0] << 8 | request[1]);
    if (const auto api = apis_.find(key); api != apis_.end()) return api->second.answer(request);
    std::vector<wire::ApiVersionsResponse::ApiVersion> versions;
    for (const auto& [served, api] : apis_) {
      auto& one = versions.emplace_back();
      one.api_key = served;
      one.min_version = one.max_version = api.version;
    }
    wire::ApiVersionsResponse response;
    response.api_keys = versions;
    return scripted_answer(request, response, 3, false);
  }

 private:
  std::map<std::int16_t, Api> apis_;
};

}  // namespace barnabas::client
