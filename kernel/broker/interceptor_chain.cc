#include "kernel/broker/interceptor_chain.h"

#include "kernel/record/batch_view.h"

namespace barnabas::broker {
namespace {

constexpr std::int64_t kBudgetNs = 50'000'000;
constexpr int kTimesOverBudget = 5;

}  // namespace

// One record as the chain changes it: every interceptor sees what the ones before it made.
class InterceptorChain::Edit final : public sdk::RecordEdit {
 public:
  void take(const record::RecordView& record) {
    offset_ = record.offset;
    timestamp_ms_ = record.timestamp_ms;
    key_ = copy(record.key);
    value_ = copy(record.value);
    headers_.clear();
    for (const record::Header& header : record.headers) headers_.push_back({std::string(header.key), copy(header.value)});
    changed_ = false;
    reason_.clear();
    rejected_ = false;
  }

  sdk::RecordView view() {
    header_views_.clear();
    for (const Pair& header : headers_)
      header_views_.push_back({sdk::Text(header.key), header.value ? sdk::Bytes(*header.value) : sdk::Bytes(), header.value.has_value()});
    return {offset_,
            timestamp_ms_,
            key_ ? sdk::Bytes(*key_) : sdk::Bytes(),
            value_ ? sdk::Bytes(*value_) : sdk::Bytes(),
            key_.has_value(),
            value_.has_value(),
            header_views_.data(),
            header_views_.size()};
  }

  void add_to(record::BatchBuilder& builder) {
    built_headers_.clear();
    for (const Pair& header : headers_) built_headers_.push_back({header.key, bytes(header.value)});
    builder.append_at(offset_, {.timestamp_ms = timestamp_ms_, .key = bytes(key_), .value = bytes(value_), .headers = built_headers_});
  }

  void set_key(sdk::Bytes key) noexcept override { set(key_, key); }
  void set_value(sdk::Bytes value) noexcept override { set(value_, value); }
  void clear_value() noexcept override {
    value_.reset();
    changed_ = true;
  }
  void add_header(sdk::Text key, sdk::Bytes value) noexcept override {
    headers_.push_back({std::string(key), std::string(reinterpret_cast<const char*>(value.data), value.size)});
    changed_ = true;
  }
  void reject(sdk::Text reason) noexcept override {
    rejected_ = true;
    reason_ = std::string(reason);
  }

  bool changed() const { return changed_; }
  bool rejected() const { return rejected_; }
  const std::string& reason() const { return reason_; }

 private:
  using Field = std::optional<std::string>;
  struct Pair {
    std::string key;
    Field value;
  };

  static Field copy(const std::optional<sdk::Bytes>& from) {
    if (!from) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(from->data), from->size);
  }
  static std::optional<sdk::Bytes> bytes(const Field& field) {
    if (!field) return std::nullopt;
    return sdk::Bytes(*field);
  }
  void set(Field& field, sdk::Bytes octets) noexcept {
    // Through a copy: the octets may be the field's own.
    std::string fresh(reinterpret_cast<const char*>(octets.data), octets.size);
    field = std::move(fresh);
    changed_ = true;
  }

  std::int64_t offset_ = 0;
  std::int64_t timestamp_ms_ = 0;
  Field key_;
  Field value_;
  std::vector<Pair> headers_;
  std::vector<sdk::HeaderView> header_views_;
  std::vector<record::Header> built_headers_;
  bool changed_ = false;
  bool rejected_ = false;
  std::string reason_;
};

void InterceptorChain::add(std::string name, std::shared_ptr<sdk::Interceptor> interceptor) {
  const std::uint32_t hooks = interceptor->hooks();
  hooks_ |= hooks;
  links_.push_back({std::move(name), std::move(interceptor), hooks, 0, false});
}

bool InterceptorChain::run(Link& link, const std::function<Status()>& call) {
  const std::int64_t begin = env_.clock().mono_ns();
  Status status = call();
  const std::int64_t taken = env_.clock().mono_ns() - begin;
  if (!status.ok()) env_.log(sdk::LogLevel::kWarn, "interceptor '" + link.name + "': " + std::string(message_of(status)));
  link.over_budget = taken > kBudgetNs ? link.over_budget + 1 : 0;
  if (link.over_budget < kTimesOverBudget) return status.ok();
  link.off = true;
  env_.log(sdk::LogLevel::kError, "interceptor '" + link.name + "' is switched off: " + std::to_string(kTimesOverBudget) +
                                      " calls in a row took longer than " + std::to_string(kBudgetNs / 1'000'000) + " ms");
  return status.ok();
}

InterceptorChain::Verdict InterceptorChain::append(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes octets,
                                                   std::int32_t level) {
  Verdict verdict;
  verdict.batch = octets;
  const record::BatchView batch(octets);
  const record::BatchHeader header = batch.header();
  if (verdict.status = reader_.open(batch); !verdict.status.ok()) return verdict;
  builder_.start({.base_offset = header.base_offset(),
                  .leader_epoch = header.leader_epoch(),
                  .producer_id = header.producer_id(),
                  .producer_epoch = header.producer_epoch(),
                  .base_sequence = header.base_sequence(),
                  .transactional = header.transactional(),
                  .codec = codecs_.find(header.codec()),
                  .level = level});
  Edit edit;
  bool changed = false;
  std::int32_t index = 0;
  for (record::RecordView record; reader_.next(record); ++index) {
    edit.take(record);
    for (Link& link : links_) {
      if (link.off || (link.hooks & sdk::kBrokerRecord) == 0) continue;
      Edit before = edit;
      if (!run(link, [&] { return link.interceptor->on_append(client, topic, edit.view(), edit); })) edit = std::move(before);
      if (!edit.rejected()) continue;
      verdict.rejected = index;
      verdict.reason = "interceptor '" + link.name + "' refused the record: " + edit.reason();
      return verdict;
    }
    changed |= edit.changed();
    edit.add_to(builder_);
  }
  if (verdict.status = reader_.take_status(); !verdict.status.ok() || !changed) return verdict;
  auto built = builder_.finish();
  if (!built) {
    verdict.status = std::move(built).status();
  } else {
    verdict.batch = *built;
  }
  return verdict;
}

void InterceptorChain::appended(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
  for (Link& link : links_)
    if (!link.off && (link.hooks & sdk::kBrokerAppended) != 0)
      run(link, [&] { return link.interceptor->on_appended(client, topic, outcome); });
}

void InterceptorChain::fetched(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
  for (Link& link : links_)
    if (!link.off && (link.hooks & sdk::kBrokerFetched) != 0)
      run(link, [&] { return link.interceptor->on_fetched(client, topic, outcome); });
}

}  // namespace barnabas::broker
