// A broker that is forgotten: nobody waits for it any more, and its id is free.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::controller {

UnregisterBrokerReply decide(const UnregisterBrokerRequest& request, Draft& draft) {
  if (draft.around.keeps_sessions)
    return refuse(request, {ErrorCode::kUnsupportedVersion, "In this cluster a broker is registered as long as its session lives."});
  const catalog::Broker* broker = draft.image().broker(request.id);
  if (broker == nullptr)
    return refuse(request, {ErrorCode::kBrokerIdNotRegistered, fmt::format("Broker ID {} is not currently registered", request.id)});
  wire::UnregisterBrokerRecord record;
  record.broker_id = request.id;
  record.broker_epoch = broker->epoch;
  const bool is_whole = update_leaders(draft, {request.id, {}, {}}, [&](const catalog::Partition& p) {
    return std::find(p.isr.begin(), p.isr.end(), request.id) != p.isr.end() ||
           std::find(p.elr.begin(), p.elr.end(), request.id) != p.elr.end();
  });
  if (!is_whole) return {};
  draft.add(record);
  draft.around.sessions.forget(request.id);
  return {};
}

}  // namespace barnabas::controller
