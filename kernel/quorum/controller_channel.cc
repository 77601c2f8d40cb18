#include "kernel/quorum/controller_channel.h"

#include <algorithm>
#include <type_traits>

#include "kernel/quorum/controller_questions.h"
#include "kernel/quorum/principal.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/58_envelope.h"

namespace barnabas::quorum {
namespace {

using wire::ErrorCode;

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kRetryNs = 100 * kNsPerMs;
// As long as a failover of the controllers may take before clients are told to ask again.
constexpr std::int64_t kPatienceNs = 5'000 * kNsPerMs;
constexpr std::int64_t kAnswerTimeoutNs = 10'000 * kNsPerMs;

client::ClientSettings client_settings(std::int64_t timeout_ns) {
  client::ClientSettings settings;
  settings.client_id = "barnabas-broker";
  settings.connection.connect_timeout_ns = std::min(2'000 * kNsPerMs, timeout_ns);
  settings.connection.request_timeout_ns = timeout_ns;
  settings.asks_unlisted = true;
  return settings;
}

}  // namespace

// Asked again until it is answered by whoever leads, or for too long.
class ControllerChannel::Question {
 public:
  explicit Question(ControllerChannel& channel)
      : channel_(channel), give_up_ns_(channel.loop_.clock().mono_ns() + kPatienceNs), retry_(channel.loop_, [this] { ask(); }) {}
  virtual ~Question() = default;

  void ask() {
    if (channel_.own_.leads()) return ask_here();
    const Leader& leader = channel_.follower_.leader();
    if (!leader.known()) return again(ErrorCode::kNotController);
    ask_there(client::Target::at(leader.address));
  }

 protected:
  // The answer is known; this object goes.
  std::shared_ptr<Question> end() {
    const auto found = std::ranges::find_if(channel_.questions_, [this](const auto& one) { return one.get() == this; });
    return std::move(channel_.questions_.extract(found).value());
  }
  void again(ErrorCode error) {
    is_in_doubt_ = is_in_doubt_ || error == ErrorCode::kRequestTimedOut;
    if (channel_.loop_.clock().mono_ns() >= give_up_ns_) return give_up(is_in_doubt_ ? ErrorCode::kRequestTimedOut : error);
    retry_.start(kRetryNs);
  }
  // Whoever asks again after a lost answer may be told of what the lost one did.
  static ErrorCode error_of(const Status& status) {
    return status.code() == Code::kUnavailable ? ErrorCode::kNotController : ErrorCode::kRequestTimedOut;
  }

  // An attempt whose answer was lost may have been carried out, whatever those after it say.
  bool is_in_doubt() const { return is_in_doubt_; }

  virtual void ask_here() = 0;
  virtual void ask_there(const client::Target& leader) = 0;
  virtual void give_up(ErrorCode error) = 0;

  ControllerChannel& channel_;

 private:
  const std::int64_t give_up_ns_;
  bool is_in_doubt_ = false;
  base::Timer retry_;
};

template <class Asked, class Reply>
class ControllerChannel::Asking final : public Question {
 public:
  using Request = typename Asked::Request;
  using Here = void (controller::Controller::*)(Request, std::function<void(Reply)>);

  Asking(ControllerChannel& channel, Request request, Here here, std::function<void(Reply)> reply)
      : Question(channel), asked_(std::move(request)), here_(here), reply_(std::move(reply)) {}

 private:
  void ask_here() override {
    const auto self = end();
    controller::Controller& own = channel_.own_;  // apart from the call: g++ 12's sanitizer checks the wrong object otherwise
    (own.*here_)(asked_.request, [self, this](Reply reply) { reply_(settled(std::move(reply))); });
  }
  void ask_there(const client::Target& leader) override {
    client::Client& client = Asked::kKeepsRegistered ? channel_.lifeline_ : channel_.client_;
    client.call<typename Asked::Response>(
        leader, asked_.message(), [this, alive = std::weak_ptr(channel_.alive_)](Result<client::Reply<typename Asked::Response>> answer) {
          if (alive.expired()) return;
          if (!answer) return again(error_of(answer.status()));
          Reply reply = asked_.read(answer->response);
          if (asked_.error(reply) == ErrorCode::kNotController) return again(ErrorCode::kNotController);
          const auto self = end();
          reply = settled(std::move(reply));
          if (!Asked::kChangesMetadata) return reply_(std::move(reply));
          channel_.follower_.when_caught_up([told = std::move(reply_), reply = std::move(reply)] { told(reply); });
        });
  }
  void give_up(ErrorCode error) override {
    const auto self = end();
    reply_(asked_.refused(error));
  }
  // Who is told that a choice was refused goes on as if it had never been noted. Of other things it is enough to know how they are now.
  Reply settled(Reply reply) const {
    const ErrorCode error = asked_.error(reply);
    const bool counts = error == ErrorCode::kNotController || (error != ErrorCode::kNone && std::is_same_v<Asked, AskToChooseOffsetStore>);
    return is_in_doubt() && counts ? asked_.refused(ErrorCode::kRequestTimedOut) : std::move(reply);
  }

  Asked asked_;
  Here here_;
  std::function<void(Reply)> reply_;
};

namespace {

// What a client asked, on its way to the controller. Only the octets are known.
struct Forwarded {
  explicit Forwarded(controller::ForwardedRequest request)
      : octets(std::move(request.octets)), principal(principal_octets(request.principal)), address(address_octets(request.address)) {
    envelope.request_data = sdk::Bytes(octets);
    envelope.request_principal = sdk::Bytes(principal);
    envelope.client_host_address = sdk::Bytes(address);
  }
  std::vector<std::uint8_t> octets;
  std::vector<std::uint8_t> principal;
  std::vector<std::uint8_t> address;
  wire::EnvelopeRequest envelope;
};

}  // namespace

ControllerChannel::ControllerChannel(base::Loop& loop, controller::Controller& own, Follower& follower, std::int64_t session_timeout_ns)
    : loop_(loop),
      own_(own),
      follower_(follower),
      client_(loop, client_settings(kAnswerTimeoutNs)),
      lifeline_(loop, client_settings(session_timeout_ns / 3)) {}

ControllerChannel::~ControllerChannel() = default;

void ControllerChannel::begin(const std::shared_ptr<Question>& question) {
  questions_.insert(question);
  base::post(loop_, [asked = std::weak_ptr(question)] {
    if (const auto question = asked.lock()) question->ask();
  });
}

void ControllerChannel::create_topics(controller::CreateTopicsRequest request, std::function<void(controller::CreateTopicsReply)> reply) {
  begin(std::make_shared<Asking<AskToCreateTopics, controller::CreateTopicsReply>>(
      *this, std::move(request), &controller::Controller::create_topics, std::move(reply)));
}
void ControllerChannel::choose_offset_store(controller::ChooseOffsetStoreRequest request,
                                            std::function<void(controller::ChooseOffsetStoreReply)> reply) {
  begin(std::make_shared<Asking<AskToChooseOffsetStore, controller::ChooseOffsetStoreReply>>(
      *this, std::move(request), &controller::Controller::choose_offset_store, std::move(reply)));
}
void ControllerChannel::allocate_producer_ids(controller::ProducerIdsRequest request,
                                              std::function<void(controller::ProducerIdsReply)> reply) {
  begin(std::make_shared<Asking<AskForProducerIds, controller::ProducerIdsReply>>(
      *this, request, &controller::Controller::allocate_producer_ids, std::move(reply)));
}
void ControllerChannel::register_broker(controller::BrokerRegistration request, std::function<void(controller::RegistrationReply)> reply) {
  // Where the store keeps the sessions, each broker opens its own.
  if (own_.keeps_sessions()) return own_.register_broker(std::move(request), std::move(reply));
  begin(std::make_shared<Asking<AskToRegister, controller::RegistrationReply>>(*this, std::move(request),
                                                                               &controller::Controller::register_broker, std::move(reply)));
}
void ControllerChannel::heartbeat(controller::BrokerHeartbeat request, std::function<void(controller::HeartbeatReply)> reply) {
  begin(std::make_shared<Asking<AskForLife, controller::HeartbeatReply>>(*this, std::move(request), &controller::Controller::heartbeat,
                                                                         std::move(reply)));
}

void ControllerChannel::assign_replicas_to_dirs(controller::AssignReplicasToDirsRequest request,
                                                std::function<void(controller::AssignReplicasToDirsReply)> reply) {
  begin(std::make_shared<Asking<AskToAssignDirectories, controller::AssignReplicasToDirsReply>>(
      *this, std::move(request), &controller::Controller::assign_replicas_to_dirs, std::move(reply)));
}

void ControllerChannel::forward(controller::ForwardedRequest request, std::function<void(Result<std::vector<std::uint8_t>>)> reply) {
  class Forwarding final : public Question {
   public:
    Forwarding(ControllerChannel& channel, controller::ForwardedRequest what, std::function<void(Result<std::vector<std::uint8_t>>)> call)
        : Question(channel), asked_(std::move(what)), reply_(std::move(call)) {}

   private:
    // The request is for this node by now.
    void ask_here() override { give_up(ErrorCode::kNotController); }
    void ask_there(const client::Target& leader) override {
      channel_.client_.call<wire::EnvelopeResponse>(
          leader, asked_.envelope, [this, alive = std::weak_ptr(channel_.alive_)](Result<client::Reply<wire::EnvelopeResponse>> answer) {
            if (alive.expired()) return;
            if (!answer) return again(error_of(answer.status()));
            if (answer->response.error_code == ErrorCode::kNotController) return again(ErrorCode::kNotController);
            if (answer->response.error_code != ErrorCode::kNone || !answer->response.response_data)
              return give_up(ErrorCode::kNotController);
            const auto self = end();
            const sdk::Bytes octets = *answer->response.response_data;
            auto response = std::make_shared<std::vector<std::uint8_t>>(octets.begin(), octets.end());
            channel_.follower_.when_caught_up([told = std::move(reply_), response] { told(std::move(*response)); });
          });
    }
    void give_up(ErrorCode error) override {
      const auto self = end();
      base::post(channel_.loop_, [told = std::move(reply_), error] {
        told(Status::unavailable(std::string("no controller took the request: ") + std::string(wire::error_name(error))));
      });
    }

    Forwarded asked_;
    std::function<void(Result<std::vector<std::uint8_t>>)> reply_;
  };
  begin(std::make_shared<Forwarding>(*this, std::move(request), std::move(reply)));
}

}  // namespace barnabas::quorum
