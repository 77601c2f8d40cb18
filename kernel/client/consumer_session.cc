#include "kernel/client/consumer_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "kernel/base/uuid.h"
#include "kernel/client/group_coordinator.h"
#include "kernel/client/group_topics.h"
#include "kernel/wire/messages/68_consumer_group_heartbeat.h"

namespace barnabas::client {
namespace {

using wire::ErrorCode;
using Request = wire::ConsumerGroupHeartbeatRequest;

std::string new_member_id(sdk::Random& random) { return base::to_string(base::make_uuid(random.next(), random.next())); }

// A heartbeat with all that it views.
struct Kept {
  std::string member_id;
  std::vector<std::string> topics;
  IdPartitions owned;
  std::vector<std::string_view> names;
  std::vector<Request::TopicPartitions> partitions;
  Request request;
};

}  // namespace

ConsumerSession::ConsumerSession(base::Loop& loop, SessionSettings settings, Owner& owner)
    : loop_(loop),
      settings_(std::move(settings)),
      owner_(owner),
      member_(settings_.member, new_member_id(loop.random())),
      client_(loop, settings_.client),
      timer_(loop, [this] { drive(); }) {}

void ConsumerSession::subscribe(std::vector<std::string> topics) {
  std::sort(topics.begin(), topics.end());
  if (topics == topics_) return;
  topics_ = std::move(topics);
  member_.subscription_changed();
  member_.join(now_ms());
  drive();
}

void ConsumerSession::gave_up() {
  if (!std::exchange(is_giving_up_, false)) return;
  if (std::exchange(is_losing_, false))
    member_.lost();
  else if (member_.is_reconciling())
    hand_over();
  drive();
}

void ConsumerSession::polled() {
  member_.polled(now_ms());
  drive();
}

void ConsumerSession::leave(std::function<void()> then) {
  left_ = std::move(then);
  member_.leave();
  drive();
  if (member_.is_away() && left_) std::exchange(left_, nullptr)();
}

void ConsumerSession::drive() {
  drive_again_ = true;
  if (driving_) return;
  driving_ = true;
  while (std::exchange(drive_again_, false))
    for (ConsumerStep step = member_.next(now_ms()); step != ConsumerStep::kNothing; step = member_.next(now_ms())) perform(step);
  driving_ = false;
  if (const auto why = member_.failure(); why && !ended_)
    end(Status::invalid(fmt::format("{}: the group's coordinator refused this member: {} ({})", settings_.member.group_id,
                                    said_.empty() ? wire::error_message(*why) : said_, wire::error_name(*why))));
  const std::int64_t wake_ms = member_.wake_ms();
  timer_.cancel();
  if (wake_ms != std::numeric_limits<std::int64_t>::max())
    timer_.start(std::max<std::int64_t>(wake_ms - now_ms(), 0) * 1'000'000 + 1'000'000);
}

void ConsumerSession::perform(ConsumerStep step) {
  switch (step) {
    case ConsumerStep::kNothing:
      return;
    case ConsumerStep::kFindCoordinator:
      return find_coordinator();
    case ConsumerStep::kHeartbeat:
      return heartbeat();
    case ConsumerStep::kReconcile:
      ++reconciliation_;
      return reconcile();
    case ConsumerStep::kLose:
      is_giving_up_ = is_losing_ = true;
      return owner_.on_give_up({}, true);
    case ConsumerStep::kLeave:
      return send_leave();
  }
}

void ConsumerSession::end(const Status& why) {
  ended_ = true;
  owner_.on_ended(why);
}

void ConsumerSession::find_coordinator() {
  client::find_coordinator(client_, settings_.member.group_id, [this](ErrorCode error, FoundCoordinator found) {
    if (error == ErrorCode::kNone) {
      coordinator_ = found.node_id;
      client_.know_broker(coordinator_, std::move(found.address));
    }
    member_.found(now_ms(), error);
    drive();
  });
}

void ConsumerSession::heartbeat() {
  const ConsumerMember::Beat& beat = member_.beat();
  auto kept = std::make_shared<Kept>(Kept{member_.member_id(), topics_, member_.owned(), {}, {}, {}});
  Request& request = kept->request;
  request.group_id = settings_.member.group_id;
  request.member_id = kept->member_id;
  request.member_epoch = beat.epoch;
  if (settings_.member.instance_id) request.instance_id = std::string_view(*settings_.member.instance_id);
  if (beat.says_all) {
    if (settings_.rack) request.rack_id = std::string_view(*settings_.rack);
    if (settings_.remote_assignor) request.server_assignor = std::string_view(*settings_.remote_assignor);
    request.rebalance_timeout_ms = settings_.member.rebalance_timeout_ms;
  }
  if (beat.says_topics) {
    kept->names.assign(kept->topics.begin(), kept->topics.end());
    request.subscribed_topic_names = std::span<const std::string_view>(kept->names);
  }
  if (beat.says_owned) {
    for (const auto& [id, partitions] : kept->owned) {
      auto& topic = kept->partitions.emplace_back();
      topic.topic_id = id;
      topic.partitions = partitions;
    }
    request.topic_partitions = std::span(kept->partitions);
  }
  client_.call<wire::ConsumerGroupHeartbeatResponse>(
      coordinator(), request, [this, kept](Result<Reply<wire::ConsumerGroupHeartbeatResponse>> reply) {
        ConsumerAnswer answer;
        answer.error = reply ? reply->response.error_code : ErrorCode::kNetworkException;
        // A broker that has no such groups is not asked again.
        if (!reply && reply.status().code() == Code::kUnsupported) {
          answer.error = ErrorCode::kUnsupportedVersion;
          said_ = message_of(reply.status());
        }
        if (reply) {
          const wire::ConsumerGroupHeartbeatResponse& response = reply->response;
          said_ = response.error_message.value_or("");
          answer.epoch = response.member_epoch;
          answer.heartbeat_interval_ms = response.heartbeat_interval_ms;
          if (response.assignment) {
            answer.assignment.emplace();
            for (const auto& topic : response.assignment->topic_partitions)
              (*answer.assignment)[topic.topic_id].assign(topic.partitions.begin(), topic.partitions.end());
          }
        }
        member_.beaten(now_ms(), std::move(answer));
        drive();
      });
}

void ConsumerSession::send_leave() {
  auto member_id = std::make_shared<std::string>(member_.member_id());
  Request request;
  request.group_id = settings_.member.group_id;
  request.member_id = *member_id;
  request.member_epoch = member_.leave_epoch();
  if (settings_.member.instance_id) request.instance_id = std::string_view(*settings_.member.instance_id);
  client_.call<wire::ConsumerGroupHeartbeatResponse>(coordinator(), request,
                                                     [this, member_id](Result<Reply<wire::ConsumerGroupHeartbeatResponse>>) {
                                                       member_.left();
                                                       drive();
                                                       if (left_) std::exchange(left_, nullptr)();
                                                     });
}

bool ConsumerSession::names_are_known() const {
  const auto known = [&](const auto& one) { return names_.contains(one.first); };
  return std::all_of(member_.target().begin(), member_.target().end(), known);
}

TopicPartitions ConsumerSession::named(const IdPartitions& partitions) const {
  TopicPartitions by_name;
  for (const auto& [id, numbers] : partitions)
    if (const auto found = names_.find(id); found != names_.end()) by_name[found->second] = numbers;
  return by_name;
}

void ConsumerSession::reconcile() {
  if (!names_are_known())
    return read_topics(client_, topics_, [this, number = reconciliation_](Result<std::vector<GroupTopic>> topics) {
      if (topics)
        for (const GroupTopic& topic : *topics) names_[topic.id] = topic.name;
      // The membership may be over since, and others may have what it was given.
      if (number != reconciliation_ || !member_.is_reconciling()) return;
      if (names_are_known())
        reconcile();
      else
        member_.not_reconciled(now_ms());
      drive();
    });
  IdPartitions keep;
  bool gives_up = false;
  for (const auto& [id, partitions] : member_.owned()) {
    const auto stays = member_.target().find(id);
    std::vector<std::int32_t> both;
    if (stays != member_.target().end())
      std::set_intersection(partitions.begin(), partitions.end(), stays->second.begin(), stays->second.end(), std::back_inserter(both));
    gives_up |= both.size() != partitions.size();
    if (!both.empty()) keep[id] = std::move(both);
  }
  if (!gives_up) return hand_over();
  is_giving_up_ = true;
  owner_.on_give_up(named(keep), false);
}

void ConsumerSession::hand_over() {
  owner_.on_assigned(named(member_.target()));
  member_.reconciled();
}

void ConsumerSession::fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then) {
  if (!member_.knows_coordinator()) return then(Status::unavailable("the group's coordinator is not known"));
  read_offsets(client_, coordinator(), settings_.member.group_id, partitions, settings_.require_stable,
               [this, then = std::move(then)](ErrorCode error, GroupOffsets offsets) {
                 member_.committed(error);
                 drive();
                 if (error != ErrorCode::kNone) return then(offsets_status(error, "committed offsets cannot be read"));
                 then(std::move(offsets));
               });
}

void ConsumerSession::commit(const GroupOffsets& offsets, std::function<void(CommitOutcome)> then) {
  if (!member_.knows_coordinator())
    return then({.status = Status::unavailable("the group's coordinator is not known"), .taken = {}, .later = offsets, .errors = {}});
  const Committer committer{settings_.member.group_id, member_.member_id(), member_.epoch(), settings_.member.instance_id};
  commit_offsets(client_, coordinator(), committer, offsets, [this, then = std::move(then)](CommitOutcome outcome) {
    for (const ErrorCode error : outcome.errors) member_.committed(error);
    drive();
    then(std::move(outcome));
  });
}

}  // namespace barnabas::client
