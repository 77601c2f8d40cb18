// DescribeConfigs: the settings of topics, groups, client metrics and of this broker, where each value comes from, and what stands below
// it.
#include "kernel/wire/messages/32_describe_configs.h"

#include <unordered_set>

#include "kernel/base/piece.h"
#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/effective_configs.h"
#include "kernel/broker/topic_name.h"
#include "kernel/catalog/own_configs.h"

#include <fmt/format.h>

namespace barnabas::broker {
namespace {

using base::Piece;
using catalog::ResourceType;
using config::KafkaKey;
using wire::ErrorCode;
using Request = wire::DescribeConfigsRequest;
using Response = wire::DescribeConfigsResponse;
using Question = ElementOf<&Request::resources>;
using ResourceAnswer = ElementOf<&Response::results>;
using ConfigAnswer = ElementOf<&ResourceAnswer::configs>;
using SynonymAnswer = ElementOf<&ConfigAnswer::synonyms>;

constexpr KafkaKey kStoreKey{catalog::kOffsetStoreConfig, config::KafkaType::kString,
                             config::kNullDefault,        "",
                             config::Importance::kMedium, config::UpdateMode::kReadOnly,
                             config::Lifetime::kCurrent,  "The offset store that a move has put the group into."};

// Which keys a question names. There may be millions of names, and only some that are keys.
class Named {
 public:
  // False: the piece is over, and names are left to be looked at.
  bool look(const Question& resource, const Piece& piece) {
    if (!resource.configuration_keys) return true;
    const auto& names = *resource.configuration_keys;
    while (next_ < names.size()) {
      const std::string_view name = names[next_];
      // A listener's keys have any name, and none is told of.
      const KafkaKey* key = find_key(static_cast<ResourceType>(resource.resource_type), name);
      if (key != nullptr && key->name == name) keys_.insert(key->name);
      if (++next_ % kNamesAtOnce == 0 && next_ < names.size() && piece.is_over()) return false;
    }
    return true;
  }
  bool contains(const KafkaKey& key) const { return keys_.contains(key.name); }
  void clear() {
    keys_.clear();
    next_ = 0;
  }

 private:
  static constexpr std::size_t kNamesAtOnce = 64;

  static const KafkaKey* find_key(ResourceType type, std::string_view name) {
    switch (type) {
      case ResourceType::kTopic:
        return config::find_topic_key(name);
      case ResourceType::kBroker:
        return config::find_broker_key(name);
      case ResourceType::kGroup:
        return name == kStoreKey.name ? &kStoreKey : config::find_group_key(name);
      case ResourceType::kClientMetrics:
        return config::find_client_metrics_key(name);
      default:
        return nullptr;
    }
  }

  std::unordered_set<std::string_view> keys_;
  std::size_t next_ = 0;
};

class Describe {
 public:
  Describe(Call& call, const Request& request, const Named& named)
      : call_(call),
        request_(request),
        named_(named),
        configs_(*call.shard.view.image, call.shard.broker.file, call.shard.broker.settings.node_id) {}

  void describe(const Question& resource, ResourceAnswer& answer) {
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    resource_type_ = static_cast<ResourceType>(resource.resource_type);
    switch (resource_type_) {
      case ResourceType::kTopic:
        return describe_topic(resource, answer);
      case ResourceType::kBroker:
        return describe_broker(resource, answer);
      case ResourceType::kGroup:
        return describe_group(resource, answer);
      case ResourceType::kClientMetrics:
        return describe_client_metrics(resource, answer);
      default:
        return refuse(answer, ErrorCode::kInvalidRequest, fmt::format("Unsupported resource type: {}", resource.resource_type));
    }
  }

 private:
  // An empty list asks for all keys, as null does.
  static bool names_none(const Question& resource) { return !resource.configuration_keys || resource.configuration_keys->empty(); }

  void refuse(ResourceAnswer& answer, ErrorCode error, std::string_view message) {
    answer.error_code = error;
    answer.error_message = call_.arena.copy(error_text(message));
  }

  void describe_topic(const Question& resource, ResourceAnswer& answer) {
    const std::string_view name = resource.resource_name;
    if (!is_valid_topic_name(name))
      return refuse(answer, ErrorCode::kInvalidTopicException, fmt::format("The topic name '{}' is not valid", name));
    if (call_.shard.view.image->topic(name) == nullptr) return refuse(answer, ErrorCode::kUnknownTopicOrPartition, "");
    add(
        config::topic_keys(), resource, answer, [&](const KafkaKey& key) { return told_of_topic(name, key); }, false);
  }

  void describe_broker(const Question& resource, ResourceAnswer& answer) {
    const std::string_view name = resource.resource_name;
    if (!name.empty() && name != std::to_string(call_.shard.broker.settings.node_id))
      return refuse(answer, ErrorCode::kInvalidRequest,
                    fmt::format("Unexpected broker id, expected {}, but received {}", call_.shard.broker.settings.node_id, name));
    const bool all_brokers = name.empty();
    std::vector<KafkaKey> keys;
    for (const KafkaKey* key : config::broker_keys()) keys.push_back(*key);
    add(
        keys, resource, answer,
        [&](const KafkaKey& key) { return told(all_brokers ? configs_.default_broker_layers(key) : configs_.broker_layers(key)); }, true);
  }

  void describe_group(const Question& resource, ResourceAnswer& answer) {
    const std::string_view name = resource.resource_name;
    if (name.empty()) return refuse(answer, ErrorCode::kInvalidRequest, "Group name must not be empty");
    std::vector<KafkaKey> keys(config::group_keys().begin(), config::group_keys().end());
    // Not Kafka's, so it is told only where it was set.
    if (call_.shard.view.image->config(ResourceType::kGroup, name, kStoreKey.name) != nullptr) keys.push_back(kStoreKey);
    add(
        keys, resource, answer, [&](const KafkaKey& key) { return told(configs_.group_layers(name, key)); }, true);
  }

  void describe_client_metrics(const Question& resource, ResourceAnswer& answer) {
    const std::string_view name = resource.resource_name;
    if (name.empty()) return refuse(answer, ErrorCode::kInvalidRequest, "Client metrics subscription name must not be empty");
    add(
        config::client_metrics_keys(), resource, answer,
        [&](const KafkaKey& key) { return told(configs_.client_metrics_layers(name, key)); }, false);
  }

  // What is said of a key: its value, and what stands behind it.
  struct Told {
    std::optional<std::string> value;
    ConfigSource source{};
    std::vector<ConfigLayer> synonyms;
  };
  static std::optional<Told> told(std::vector<ConfigLayer> layers) {
    if (layers.empty()) return std::nullopt;
    return Told{layers.front().value, layers.front().source, std::move(layers)};
  }
  std::optional<Told> told_of_topic(std::string_view name, const KafkaKey& key) const {
    std::vector<ConfigLayer> synonyms = configs_.topic_synonyms(name, key);
    const ConfigSource source = synonyms.empty() ? ConfigSource::kDefault : synonyms.front().source;
    return Told{configs_.topic_layers(name, key).front().value, source, std::move(synonyms)};
  }

  template <class ToldOf>
  void add(std::span<const KafkaKey> keys, const Question& resource, ResourceAnswer& answer, ToldOf&& told_of, bool of_broker) {
    const auto configs = call_.arena.array<ConfigAnswer>(keys.size());
    std::size_t count = 0;
    for (const KafkaKey& key : keys) {
      if (key.lifetime == config::Lifetime::kOld || !(named_.contains(key) || (names_none(resource) && is_told(key)))) continue;
      if (const std::optional<Told> what = told_of(key)) fill(key, *what, of_broker, configs[count++]);
    }
    answer.configs = configs.first(count);
  }

  void fill(const KafkaKey& key, const Told& told, bool of_broker, ConfigAnswer& answer) {
    answer.name = key.name;
    answer.value.reset();
    if (told.value && !key.is_secret()) answer.value = call_.arena.copy(*told.value);
    answer.read_only = of_broker && key.mode == config::UpdateMode::kReadOnly;
    if (call_.api_version == 0) answer.is_default = told.source == ConfigSource::kDefault;  // later versions say the source
    answer.config_source = static_cast<std::int8_t>(told.source);
    answer.is_sensitive = key.is_secret();
    answer.config_type = static_cast<std::int8_t>(key.type);
    answer.documentation.reset();
    if (request_.include_documentation) answer.documentation = key.doc;
    if (!request_.include_synonyms) return;
    const auto synonyms = call_.arena.array<SynonymAnswer>(told.synonyms.size());
    std::size_t count = 0;
    for (const ConfigLayer& layer : told.synonyms) {
      // Kafka keeps the defaults of client metrics to itself here.
      if (!layer.value || (resource_type_ == ResourceType::kClientMetrics && layer.source == ConfigSource::kDefault)) continue;
      synonyms[count].name = call_.arena.copy(layer.key);
      if (!key.is_secret()) synonyms[count].value = call_.arena.copy(*layer.value);
      synonyms[count].source = static_cast<std::int8_t>(layer.source);
      ++count;
    }
    answer.synonyms = synonyms.first(count);
  }

  Call& call_;
  const Request& request_;
  const Named& named_;
  ResourceType resource_type_{};
  EffectiveConfigs configs_;
};

// A request on its way through its resources. `request` is in the arena.
class Describing {
 public:
  Describing(Call& call, const Request& request)
      : call_(call), request_(request), answers_(call.arena.array<ResourceAnswer>(request.resources.size())) {}

  // False: the piece is over, and something is left to do. True: the call is answered, or closed.
  bool advance(const Piece& piece) {
    Describe describe(call_, request_, named_);  // anew in each piece: it looks at the metadata as they are now
    while (next_ < answers_.size()) {
      if (!named_.look(request_.resources[next_], piece)) return false;
      describe.describe(request_.resources[next_], answers_[next_]);
      named_.clear();
      if (outgrows_its_memory(call_)) return true;
      ++next_;
      if (next_ < answers_.size() && piece.is_over()) return false;
    }
    Response response;
    response.results = answers_;
    call_.answer(response);
    return true;
  }

  // REQUIRES: the call keeps its body.
  static void advance_in_pieces(const std::shared_ptr<Describing>& work) {
    if (!work->advance(Piece(work->call_.shard.loop.clock()))) work->call_.go_on_later([work] { advance_in_pieces(work); });
  }

 private:
  Call& call_;
  const Request& request_;
  std::span<ResourceAnswer> answers_;
  std::size_t next_ = 0;
  Named named_;  // of the question that is next
};

}  // namespace

void describe_configs(Call& call) {
  // Before it is read, which is then done once: requests of many resources are what this API has that take long.
  const bool may_pause = call.keep_body();
  auto& request = call.arena.make<Request>();
  if (!call.read(request)) return;
  if (may_pause) return Describing::advance_in_pieces(std::make_shared<Describing>(call, request));
  Describing(call, request).advance(Piece::whole());
}

}  // namespace barnabas::broker
