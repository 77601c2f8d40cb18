// The tree, read with many questions under way at once.
#include <algorithm>
#include <deque>

#include "ensemble.h"

namespace barnabas::metadata_zookeeper {
namespace {

using zookeeper::Call;

constexpr std::size_t kUnderWay = 1000;

std::string below(const std::string& folder, const std::string& name) { return folder + '/' + name; }

}  // namespace

// One reading: questions, and what each answer leads to.
class Ensemble::Reading {
 public:
  Reading(Ensemble& ensemble, Watch watch) : ensemble_(ensemble), keeper_(ensemble.keeper_), watch_(watch) {}

  Result<Tree> run() {
    // The answers that follow are not older than this.
    BARNABAS_TRY(answered(keeper_.wait(keeper_.sync("/")), "/"));
    for (const char* path : {kClusterId, kProducerBlock, kFeature}) node(path, Watch::kNo);
    list(kBrokers, watch_, [this](const std::string& id) { node(below(kBrokers, id), watch_); });
    list(kDeletions, watch_, [this](const std::string& topic) { node(below(kDeletions, topic), Watch::kNo); });
    // Every node follows the settings.
    list(kConfigChanges, Watch::kYes,
         [this](const std::string& change) { ensemble_.last_change_ = std::max(ensemble_.last_change_, change); });
    for (const Resource type : {Resource::kTopic, Resource::kBroker, Resource::kClientMetrics, Resource::kGroup}) {
      const std::string folder = config_folder(type);
      list(folder, Watch::kNo, [this, folder](const std::string& name) { node(below(folder, name), Watch::kNo); });
    }
    ensemble_.watched_.clear();
    list(kTopics, watch_, [this](const std::string& topic) { this->topic(topic); });
    BARNABAS_TRY(finish());
    return std::move(tree_);
  }

 private:
  struct Question {
    Call call;
    std::string path;
    std::function<Status(zookeeper::Answer&)> then;
  };

  void topic(const std::string& topic) {
    node(topic_path(topic), watch_);
    if (watch_ == Watch::kYes) ensemble_.watched_.insert(topic);
    const std::string folder = partitions_path(topic);
    ask(keeper_.children(folder), folder, [this, folder](zookeeper::Answer& answer) -> Status {
      BARNABAS_TRY(tree_.put(folder, "", 0));
      for (const std::string& partition : answer.children) {
        BARNABAS_TRY(tree_.put(below(folder, partition), "", 0));
        node(below(below(folder, partition), "state"), Watch::kNo);
      }
      return {};
    });
  }

  void node(const std::string& path, Watch watch) {
    ask(keeper_.get(path, watch), path,
        [this, path](zookeeper::Answer& answer) { return tree_.put(path, answer.data, answer.version, answer.created); });
  }

  template <class Each>
  void list(const std::string& folder, Watch watch, Each each) {
    ask(keeper_.children(folder, watch), folder, [each](zookeeper::Answer& answer) {
      for (const std::string& name : answer.children) each(name);
      return Status();
    });
  }

  void ask(Call call, const std::string& path, std::function<Status(zookeeper::Answer&)> then) {
    questions_.push_back({std::move(call), path, std::move(then)});
    if (questions_.size() > kUnderWay && status_.ok()) status_ = take_first();
  }

  Status take_first() {
    const Question question = std::move(questions_.front());
    questions_.pop_front();
    const int code = keeper_.wait(question.call);
    if (code == ZNONODE) return {};  // it went, or was never there
    BARNABAS_TRY(answered(code, question.path));
    return question.then(*question.call);
  }

  Status answered(int code, const std::string& path) { return code == ZOK ? Status() : ensemble_.failure(code, "reading", path); }

  Status finish() {
    while (!questions_.empty() && status_.ok()) status_ = take_first();
    return std::move(status_);
  }

  Ensemble& ensemble_;
  zookeeper::Keeper& keeper_;
  const Watch watch_;
  Tree tree_;
  std::deque<Question> questions_;
  Status status_;
};

Result<Tree> Ensemble::read(Watch watch) { return Reading(*this, watch).run(); }

Result<std::vector<std::string>> Ensemble::children(const std::string& path, Watch watch) {
  const Call call = keeper_.children(path, watch);
  const int code = keeper_.wait(call);
  if (code != ZOK) return failure(code, "reading", path);
  return std::move(call->children);
}

Result<bool> Ensemble::is_as_read(const std::string& path, const Tree& tree) {
  if (path == kBrokers) return brokers_are_read(tree);
  if (path == kConfigChanges) return changes_are_read(tree);
  if (path == kTopics) return topics_are_read(tree);
  if (path == kDeletions) {
    auto topics = children(path, Watch::kYes);
    if (!topics) return std::move(topics).status();
    return topics->size() == tree.deletions().size() &&
           std::ranges::all_of(*topics, [&](const std::string& topic) { return tree.is_deleted(topic); });
  }
  const Place place = place_of(path);
  if (place.kind != Place::Kind::kTopic && place.kind != Place::Kind::kBroker) return true;
  // One that is not there is watched as well: whoever leads may be registered later.
  const Call watch = keeper_.exists(path, Watch::kYes);
  const Call call = keeper_.get(path);
  const int watching = keeper_.wait(watch);
  const int code = keeper_.wait(call);
  for (const int one : {watching, code})
    if (one != ZOK && one != ZNONODE) return failure(one, "reading", path);
  if (place.kind == Place::Kind::kBroker) {
    const auto broker = tree.brokers().find(place.number);
    if (code == ZNONODE || broker == tree.brokers().end()) return code == ZNONODE && broker == tree.brokers().end();
    const auto node = parse_broker(call->data);
    return node.ok() && broker->second.epoch == call->created && broker->second.node == *node;
  }
  const Tree::Topic* topic = tree.topic(place.name);
  return code == ZNONODE ? topic == nullptr : topic != nullptr && topic->version == call->version;
}

// Topics that this node has made itself are watched from now on.
Result<bool> Ensemble::topics_are_read(const Tree& tree) {
  auto topics = children(kTopics, Watch::kYes);
  if (!topics) return std::move(topics).status();
  const auto is_known = [&](const std::string& topic) { return tree.topic(topic) != nullptr; };
  if (topics->size() != tree.topics().size() || !std::ranges::all_of(*topics, is_known)) return false;
  std::erase_if(watched_, [&](const std::string& topic) { return tree.topic(topic) == nullptr; });
  for (const std::string& topic : *topics) {
    if (watched_.contains(topic)) continue;
    auto same = is_as_read(topic_path(topic), tree);
    if (!same || !*same) return same;
    watched_.insert(topic);
  }
  return true;
}

Result<bool> Ensemble::brokers_are_read(const Tree& tree) {
  auto brokers = children(kBrokers, Watch::kYes);
  if (!brokers) return std::move(brokers).status();
  if (brokers->size() != tree.brokers().size()) return false;
  for (const std::string& id : *brokers) {
    auto same = is_as_read(below(kBrokers, id), tree);
    if (!same || !*same) return same;
  }
  return true;
}

// A change that this node has written names a configuration that is known in the version that is there.
Result<bool> Ensemble::changes_are_read(const Tree& tree) {
  auto changes = children(kConfigChanges, Watch::kYes);
  if (!changes) return std::move(changes).status();
  std::ranges::sort(*changes);
  std::int64_t now_ms = 0;  // on the ensemble's clock
  for (const std::string& change : *changes) {
    if (change <= last_change_) continue;
    last_change_ = change;
    const Call call = keeper_.get(below(kConfigChanges, change));
    if (const int code = keeper_.wait(call); code == ZNONODE) continue;
    now_ms = std::max(now_ms, call->created_ms);
    const auto entity = parse_config_change(call->data);
    if (!entity) continue;
    const std::string path = below(kConfigs, *entity);
    const Place place = place_of(path);
    if (place.kind != Place::Kind::kConfig) continue;
    const Call config = keeper_.get(path);
    const int code = keeper_.wait(config);
    const Tree::Config* known = tree.config(place.resource, place.name);
    if (code == ZNONODE ? known != nullptr : known == nullptr || known->version != config->version) return false;
  }
  forget_changes(*changes, now_ms - change_lives_ms_);
  return true;
}

// As Kafka's brokers do: who has not read them by now is not there, and reads everything when it comes. What fails is done the next time.
void Ensemble::forget_changes(const std::vector<std::string>& changes, std::int64_t until_ms) {
  for (const std::string& change : changes) {
    const std::string path = below(kConfigChanges, change);
    const Call call = keeper_.get(path);
    const int code = keeper_.wait(call);
    if (code == ZNONODE) continue;  // another was faster
    if (code != ZOK || call->created_ms >= until_ms) return;
    if (keeper_.wait(keeper_.multi({{.kind = Operation::Kind::kDelete, .path = path}})) != ZOK) return;
  }
}

}  // namespace barnabas::metadata_zookeeper
