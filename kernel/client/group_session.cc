#include "kernel/client/group_session.h"

#include "kernel/client/classic_session.h"
#include "kernel/client/consumer_session.h"

namespace barnabas::client {

std::unique_ptr<GroupSession> make_group_session(base::Loop& loop, SessionSettings settings, GroupSession::Owner& owner) {
  if (settings.protocol == GroupProtocol::kConsumer) return std::make_unique<ConsumerSession>(loop, std::move(settings), owner);
  return std::make_unique<ClassicSession>(loop, std::move(settings), owner);
}

}  // namespace barnabas::client
