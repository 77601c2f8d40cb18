// What every interceptor must do, without a test framework. One thread.
#pragma once

#include <barnabas/sdk/interceptor.h>
#include <barnabas/testing/recorded_edit.h>
#include <barnabas/testing/rule_sink.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::testing {

namespace detail {

// A record that owns its octets, and what it is called where a rule is broken by it.
struct SampleRecord {
  struct Header {
    std::string key;
    std::optional<std::string> value;
    bool operator==(const Header&) const = default;
  };

  std::string what;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<Header> headers;
  std::vector<sdk::HeaderView> views = {};

  sdk::RecordView view() {
    views.clear();
    for (const Header& header : headers)
      views.push_back({header.key, header.value ? sdk::Bytes(*header.value) : sdk::Bytes(), header.value.has_value()});
    sdk::RecordView record;
    record.offset = 7;
    record.timestamp_ms = 1'700'000'000'000;
    record.key = key ? sdk::Bytes(*key) : sdk::Bytes();
    record.value = value ? sdk::Bytes(*value) : sdk::Bytes();
    record.has_key = key.has_value();
    record.has_value = value.has_value();
    record.headers = views.data();
    record.header_count = views.size();
    return record;
  }
};

inline std::vector<SampleRecord> sample_records() {
  const std::string octets("\0\xff\xfe\n", 4);
  return {{"a record with neither key nor value", {}, {}, {}},
          {"a record with a value alone", {}, "value", {}},
          {"a tombstone", "key", {}, {}},
          {"a record with an empty key and an empty value", "", "", {}},
          {"a record that is not UTF-8", octets, octets, {{"h", octets}}},
          {"a record with headers, one of them twice and one without a value", "key", "value", {{"a", "1"}, {"a", "2"}, {"b", {}}}},
          {"a record with a header that has no name", "key", "value", {{"", ""}}},
          {"a record of 1 MiB", "key", std::string(std::size_t{1} << 20, 'x'), {}}};
}

struct RecordHook {
  std::uint32_t bit;
  const char* name;
};
inline constexpr RecordHook kRecordHooks[] = {
    {sdk::kBrokerRecord, "on_append"}, {sdk::kProducerRecord, "on_send"}, {sdk::kConsumerRecord, "on_consume"}};

inline sdk::Status give(sdk::Interceptor& interceptor, std::uint32_t bit, const sdk::RecordView& record, RecordedEdit& edit) {
  sdk::TopicView topic;
  topic.name = "topic";
  topic.partition = bit == sdk::kProducerRecord ? -1 : 0;
  topic.partition_count = 1;
  if (bit == sdk::kBrokerRecord) return interceptor.on_append({"client", "User:ann", "127.0.0.1"}, topic, record, edit);
  if (bit == sdk::kProducerRecord) return interceptor.on_send(topic, record, edit);
  return interceptor.on_consume(topic, record, edit);
}

// Runs `check(hook, record)` for every record hook that the interceptor wants and every kind of record; the first answer that is not empty.
template <class Check>
std::string each_record(sdk::Interceptor& interceptor, Check&& check) {
  for (const RecordHook& hook : kRecordHooks) {
    if ((interceptor.hooks() & hook.bit) == 0) continue;
    for (SampleRecord& record : sample_records())
      if (std::string why = check(hook, record); !why.empty()) return why;
  }
  return "";
}

inline std::string wants(sdk::Interceptor& interceptor) {
  constexpr std::uint32_t kAll = 2 * sdk::kConsumerCommit - 1;
  const std::uint32_t hooks = interceptor.hooks();
  if (hooks == 0) return "hooks() is 0, so it is never called; say at least one";
  if ((hooks & ~kAll) != 0)
    return "hooks() is " + std::to_string(hooks) + ", with bits that mean nothing; the last is " + std::to_string(sdk::kConsumerCommit);
  if (interceptor.hooks() != hooks) return "hooks() changed; it is asked once and must stay what it was";
  return "";
}

inline std::string judges(sdk::Interceptor& interceptor) {
  return each_record(interceptor, [&](const RecordHook& hook, SampleRecord& record) -> std::string {
    RecordedEdit edit;
    const sdk::Status status = give(interceptor, hook.bit, record.view(), edit);
    if (status.ok()) return "";
    return std::string(hook.name) + " failed for " + record.what + ": " + std::string(status.message()) +
           "; let it through or refuse it (edit.reject)";
  });
}

inline std::string keeps_tombstones(sdk::Interceptor& interceptor) {
  return each_record(interceptor, [&](const RecordHook& hook, SampleRecord& record) -> std::string {
    if (record.value) return "";
    RecordedEdit edit;
    if (!give(interceptor, hook.bit, record.view(), edit).ok() || !edit.value) return "";
    return std::string(hook.name) + " gave a value to " + record.what + ", which now deletes nothing; look at record.has_value first";
  });
}

inline std::string lends(sdk::Interceptor& interceptor) {
  return each_record(interceptor, [&](const RecordHook& hook, SampleRecord& record) -> std::string {
    const SampleRecord before = record;
    RecordedEdit edit;
    static_cast<void>(give(interceptor, hook.bit, record.view(), edit));
    if (record.key == before.key && record.value == before.value && record.headers == before.headers) return "";
    return std::string(hook.name) + " wrote into the octets of " + record.what + ", which are only lent; changes go through the edit";
  });
}

inline std::string hears(sdk::Interceptor& interceptor) {
  const sdk::ClientView nobody;
  std::vector<sdk::TopicView> topics(2);  // the first: as little as may be known
  topics[1].name = "topic";
  topics[1].partition = 3;
  topics[1].partition_count = 4;
  std::vector<sdk::Outcome> outcomes(3);  // the first: failed, and nothing is known
  outcomes[1] = {7, 1, 10, true, {}};
  outcomes[2] = {-1, 0, 10, false, "NOT_ENOUGH_REPLICAS"};
  const std::uint32_t hooks = interceptor.hooks();
  const auto why = [](const char* name, const sdk::Status& status) {
    return status.ok() ? std::string() : std::string(name) + " failed: " + std::string(status.message()) + "; it has nothing to judge";
  };
  for (const sdk::TopicView& topic : topics) {
    for (const sdk::Outcome& outcome : outcomes) {
      if (hooks & sdk::kBrokerAppended)
        if (auto text = why("on_appended", interceptor.on_appended(nobody, topic, outcome)); !text.empty()) return text;
      if (hooks & sdk::kBrokerFetched)
        if (auto text = why("on_fetched", interceptor.on_fetched(nobody, topic, outcome)); !text.empty()) return text;
      if (hooks & sdk::kProducerOutcome)
        if (auto text = why("on_acknowledged", interceptor.on_acknowledged(topic, outcome)); !text.empty()) return text;
    }
    if (hooks & sdk::kConsumerCommit)
      if (auto text = why("on_commit", interceptor.on_commit(topic, 7)); !text.empty()) return text;
  }
  return "";
}

inline std::string is_quick(sdk::Interceptor& interceptor) {
  constexpr auto kBudget = std::chrono::milliseconds(50);
  constexpr int kTimes = 5;  // in a row, and the host switches it off
  int over = 0;
  return each_record(interceptor, [&](const RecordHook& hook, SampleRecord& record) -> std::string {
    for (int call = 0; call < kTimes; ++call) {
      RecordedEdit edit;
      const sdk::RecordView view = record.view();
      const auto begin = std::chrono::steady_clock::now();
      static_cast<void>(give(interceptor, hook.bit, view, edit));
      over = std::chrono::steady_clock::now() - begin > kBudget ? over + 1 : 0;
      if (over == kTimes) return std::string(hook.name) + " took longer than 50 ms five times in a row, and would be switched off";
    }
    return "";
  });
}

inline std::string ends(sdk::Interceptor& interceptor) {
  if (interceptor.find("barnabas.no.such.power/1") != nullptr) return "find() answers to a name that it cannot know; return null for those";
  auto* close = static_cast<sdk::InterceptorClose*>(interceptor.find(sdk::InterceptorClose::kId));
  if (close == nullptr) return "";
  const sdk::Status status = close->on_close();
  return status.ok() ? "" : "on_close failed: " + std::string(status.message());
}

}  // namespace detail

// Reports each rule once. The interceptor is closed by the last one.
inline void check_interceptor(sdk::Interceptor& interceptor, RuleSink& sink) {
  sink.rule("it says what it wants to be called for", [&] { return detail::wants(interceptor); });
  sink.rule("it judges records of every kind", [&] { return detail::judges(interceptor); });
  sink.rule("a tombstone stays one", [&] { return detail::keeps_tombstones(interceptor); });
  sink.rule("what it is lent stays as it was", [&] { return detail::lends(interceptor); });
  sink.rule("it hears every kind of outcome", [&] { return detail::hears(interceptor); });
  sink.rule("it stays within its budget of time", [&] { return detail::is_quick(interceptor); });
  sink.rule("it can be closed", [&] { return detail::ends(interceptor); });
}

}  // namespace barnabas::testing
