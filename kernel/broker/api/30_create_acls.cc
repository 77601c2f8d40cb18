// CreateAcls: there is no authorizer that could follow a rule, so none is taken.
#include "kernel/wire/messages/30_create_acls.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {

void create_acls(Call& call) {
  wire::CreateAclsRequest request;
  if (!call.read(request)) return;
  wire::CreateAclsResponse response;
  const auto results = call.arena.array<ElementOf<&wire::CreateAclsResponse::results>>(request.creations.size());
  for (auto& result : results) {
    result.error_code = wire::ErrorCode::kSecurityDisabled;
    result.error_message = std::string_view("No Authorizer is configured.");
  }
  response.results = results;
  call.answer(response);
}

}  // namespace barnabas::broker
