// Any octets as what members of a group say to each other: subscriptions and assignments, which a broker and other members must not trust.
// What is read can be written, and then means the same.
#include "kernel/client/consumer_protocol.h"
#include "kernel/group/records.h"

#include "fuzz/require.h"

using namespace barnabas;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sdk::Bytes octets(data, size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(group::subscribed_topics(text));
  if (auto subscription = client::decode_subscription(octets); subscription.ok()) {
    const std::string written = client::encode_subscription(*subscription);
    const auto again = client::decode_subscription(written);
    require(again.ok() && *again == *subscription, "a subscription is another one when it was written");
    const auto topics = group::subscribed_topics(written);
    require(topics && topics->size() == subscription->topics.size(), "the coordinator reads other topics than members do");
  } else {
    require(!subscription.status().message().empty(), "a refusal does not say why");
  }
  if (auto assignment = client::decode_assignment(octets); assignment.ok()) {
    const auto again = client::decode_assignment(client::encode_assignment(*assignment));
    require(again.ok() && *again == *assignment, "an assignment is another one when it was written");
  } else {
    require(!assignment.status().message().empty(), "a refusal does not say why");
  }
  return 0;
}
