// DescribeAcls: without an authorizer there are no rules, which Apache Kafka says in the same way.
#include "kernel/wire/messages/29_describe_acls.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {

void describe_acls(Call& call) {
  wire::DescribeAclsRequest request;
  if (!call.read(request)) return;
  wire::DescribeAclsResponse response;
  response.error_code = wire::ErrorCode::kSecurityDisabled;
  response.error_message = std::string_view("No Authorizer is configured on the broker");
  call.answer(response);
}

}  // namespace barnabas::broker
