// DeleteAcls: without an authorizer there are no rules to take away.
#include "kernel/wire/messages/31_delete_acls.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {

void delete_acls(Call& call) {
  wire::DeleteAclsRequest request;
  if (!call.read(request)) return;
  wire::DeleteAclsResponse response;
  const auto results = call.arena.array<ElementOf<&wire::DeleteAclsResponse::filter_results>>(request.filters.size());
  for (auto& result : results) {
    result.error_code = wire::ErrorCode::kSecurityDisabled;
    result.error_message = std::string_view("No Authorizer is configured.");
  }
  response.filter_results = results;
  call.answer(response);
}

}  // namespace barnabas::broker
