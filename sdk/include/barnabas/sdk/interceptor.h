// Kind `interceptor`: sees records on their way, in the broker, a producer or a consumer. It may change or refuse a record, never their
// count or order.
//
// A chain is named in YAML and runs in that order. One that throws or fails never stops the others: the failure is logged with the plugin's
// name and the record goes on unchanged, except that a refusal (edit.reject) is an answer, not a failure. One whose calls take longer than
// 50 ms five times in a row is switched off, and named in the log. So an interceptor is no lock: what it does not see, or fails to
// judge, goes through. Threads: one object per loop or client; never two threads in one object at once.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

struct HeaderView {
  Text key;
  Bytes value;
  bool has_value = false;
};

struct RecordView {
  std::int64_t offset = -1;  // -1 before it has one
  std::int64_t timestamp_ms = -1;
  Bytes key;
  Bytes value;
  bool has_key = false;
  bool has_value = false;
  const HeaderView* headers = nullptr;
  std::size_t header_count = 0;
};

struct TopicView {
  Text name;
  Uuid id;
  std::int32_t partition = -1;
  std::int32_t partition_count = 0;
};

// Who sent or asks. Empty texts where it is not known.
struct ClientView {
  Text client_id;
  Text principal;
  Text address;
};

// Changes of one record. What is set is copied before the call returns.
class RecordEdit {
 public:
  virtual void set_key(Bytes key) noexcept = 0;
  virtual void set_value(Bytes value) noexcept = 0;
  virtual void clear_value() noexcept = 0;  // to null
  virtual void add_header(Text key, Bytes value) noexcept = 0;
  // The record, and with it its batch, is refused; the client sees the reason.
  virtual void reject(Text reason) noexcept = 0;

 protected:
  ~RecordEdit() = default;
};

// What became of a batch, a record, or an answer to a fetch.
struct Outcome {
  std::int64_t base_offset = -1;  // of a fetch: what was asked for; -1 when it failed, or is not known (acks=0)
  std::int32_t record_count = 0;  // of a fetch: 0, its batches are not opened; of a producer: 1
  std::uint64_t bytes = 0;        // of a producer: of key and value
  bool ok = false;
  Text error;  // Kafka's error name, empty when ok
};

// What an interceptor wants to be called for. Records are only decoded when some interceptor of the chain wants them.
enum Hook : std::uint32_t {
  kBrokerRecord = 1 << 0,     // on_append, for every record before it is stored
  kBrokerAppended = 1 << 1,   // on_appended, once per batch
  kBrokerFetched = 1 << 2,    // on_fetched, once per partition that an answer has records of
  kProducerRecord = 1 << 3,   // on_send
  kProducerOutcome = 1 << 4,  // on_acknowledged
  kConsumerRecord = 1 << 5,   // on_consume
  kConsumerCommit = 1 << 6,   // on_commit
};

class Interceptor : public Object {
 public:
  static constexpr Text kName = "interceptor";
  static constexpr std::int32_t kRevision = 1;

  virtual std::uint32_t hooks() noexcept = 0;

  virtual Status on_append(const ClientView& client, const TopicView& topic, const RecordView& record, RecordEdit& edit) noexcept = 0;
  virtual Status on_appended(const ClientView& client, const TopicView& topic, const Outcome& outcome) noexcept = 0;
  virtual Status on_fetched(const ClientView& client, const TopicView& topic, const Outcome& outcome) noexcept = 0;

  // In a producer. Before the partition is chosen: `topic.partition` is the one that the sender named, or -1. A record that is refused is
  // not sent.
  virtual Status on_send(const TopicView& topic, const RecordView& record, RecordEdit& edit) noexcept = 0;
  // Once for each record, in the order of its partition, before the application hears of it; also for one that failed before it was sent,
  // then with what is known: `topic.partition` may be -1.
  virtual Status on_acknowledged(const TopicView& topic, const Outcome& outcome) noexcept = 0;

  // In a consumer. Each record of a batch, in order, before the application sees any of the batch.
  virtual Status on_consume(const TopicView& topic, const RecordView& record, RecordEdit& edit) noexcept = 0;
  // Once for each partition of a commit that the broker took; `offset` is the next one to read.
  virtual Status on_commit(const TopicView& topic, std::int64_t offset) noexcept = 0;

  // An author's class has: using Options; a constructor (Host&, const Options&); any of the functions above; and where it wants to know,
  // Status on_close(). hooks() follows from which ones it has.
  template <class T, class Id>
  class Guarded;

 protected:
  ~Interceptor() = default;
};

// An optional power: to be told of the end while there is still a log to write to.
class InterceptorClose {
 public:
  static constexpr Text kId = "barnabas.interceptor.close/1";

  // Once, after every other call and before the object is destroyed; also of one that was switched off.
  virtual Status on_close() noexcept = 0;

 protected:
  ~InterceptorClose() = default;
};

template <class T, class Id>
class Interceptor::Guarded final : public Interceptor, private InterceptorClose {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {
    static_assert(kHasAppend || kHasAppended || kHasFetched || kHasSend || kHasAcknowledged || kHasConsume || kHasCommit,
                  "an interceptor needs one of the functions of sdk::Interceptor, with the very parameters that they have there");
  }

  std::uint32_t hooks() noexcept override {
    return (kHasAppend ? kBrokerRecord : 0u) | (kHasAppended ? kBrokerAppended : 0u) | (kHasFetched ? kBrokerFetched : 0u) |
           (kHasSend ? kProducerRecord : 0u) | (kHasAcknowledged ? kProducerOutcome : 0u) | (kHasConsume ? kConsumerRecord : 0u) |
           (kHasCommit ? kConsumerCommit : 0u);
  }
  Status on_append([[maybe_unused]] const ClientView& client, [[maybe_unused]] const TopicView& topic,
                   [[maybe_unused]] const RecordView& record, [[maybe_unused]] RecordEdit& edit) noexcept override {
    if constexpr (kHasAppend)
      return detail::guarded(Id::text(), "on_append", [&] { return author_.on_append(client, topic, record, edit); });
    return {};
  }
  Status on_appended([[maybe_unused]] const ClientView& client, [[maybe_unused]] const TopicView& topic,
                     [[maybe_unused]] const Outcome& outcome) noexcept override {
    if constexpr (kHasAppended)
      return detail::guarded(Id::text(), "on_appended", [&] { return author_.on_appended(client, topic, outcome); });
    return {};
  }
  Status on_fetched([[maybe_unused]] const ClientView& client, [[maybe_unused]] const TopicView& topic,
                    [[maybe_unused]] const Outcome& outcome) noexcept override {
    if constexpr (kHasFetched) return detail::guarded(Id::text(), "on_fetched", [&] { return author_.on_fetched(client, topic, outcome); });
    return {};
  }
  Status on_send([[maybe_unused]] const TopicView& topic, [[maybe_unused]] const RecordView& record,
                 [[maybe_unused]] RecordEdit& edit) noexcept override {
    if constexpr (kHasSend) return detail::guarded(Id::text(), "on_send", [&] { return author_.on_send(topic, record, edit); });
    return {};
  }
  Status on_acknowledged([[maybe_unused]] const TopicView& topic, [[maybe_unused]] const Outcome& outcome) noexcept override {
    if constexpr (kHasAcknowledged)
      return detail::guarded(Id::text(), "on_acknowledged", [&] { return author_.on_acknowledged(topic, outcome); });
    return {};
  }
  Status on_consume([[maybe_unused]] const TopicView& topic, [[maybe_unused]] const RecordView& record,
                    [[maybe_unused]] RecordEdit& edit) noexcept override {
    if constexpr (kHasConsume) return detail::guarded(Id::text(), "on_consume", [&] { return author_.on_consume(topic, record, edit); });
    return {};
  }
  Status on_commit([[maybe_unused]] const TopicView& topic, [[maybe_unused]] std::int64_t offset) noexcept override {
    if constexpr (kHasCommit) return detail::guarded(Id::text(), "on_commit", [&] { return author_.on_commit(topic, offset); });
    return {};
  }
  void* find([[maybe_unused]] Text interface_id) noexcept override {
    if constexpr (kHasClose)
      if (interface_id == InterceptorClose::kId) return static_cast<InterceptorClose*>(this);
    return nullptr;
  }

 private:
  Status on_close() noexcept override {
    if constexpr (kHasClose) return detail::guarded(Id::text(), "on_close", [&] { return author_.on_close(); });
    return {};
  }

  static constexpr bool kHasAppend = requires(T & t, const ClientView& c, const TopicView& p, const RecordView& r, RecordEdit& e) {
    t.on_append(c, p, r, e);
  };
  static constexpr bool kHasAppended = requires(T & t, const ClientView& c, const TopicView& p, const Outcome& o) {
    t.on_appended(c, p, o);
  };
  static constexpr bool kHasFetched = requires(T & t, const ClientView& c, const TopicView& p, const Outcome& o) { t.on_fetched(c, p, o); };
  static constexpr bool kHasSend = requires(T & t, const TopicView& p, const RecordView& r, RecordEdit& e) { t.on_send(p, r, e); };
  static constexpr bool kHasAcknowledged = requires(T & t, const TopicView& p, const Outcome& o) { t.on_acknowledged(p, o); };
  static constexpr bool kHasConsume = requires(T & t, const TopicView& p, const RecordView& r, RecordEdit& e) { t.on_consume(p, r, e); };
  static constexpr bool kHasCommit = requires(T & t, const TopicView& p, std::int64_t o) { t.on_commit(p, o); };
  static constexpr bool kHasClose = requires(T & t) { t.on_close(); };

  T author_;
};

}  // namespace barnabas::sdk
