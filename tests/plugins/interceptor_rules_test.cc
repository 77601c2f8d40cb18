// Interceptors that are wrong on purpose: the kit names what is wrong.
#include <barnabas/testing/interceptor_rules.h>
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <stdexcept>

namespace barnabas::testing {
namespace {

struct Id {
  static constexpr sdk::Text text() { return "broken"; }
};

// Every hook calls this one function.
using Hook = sdk::Status (*)(const sdk::RecordView&, sdk::RecordEdit&);

template <Hook kHook>
struct Sender {
  using Options = sdk::NoOptions;
  Sender(sdk::Host&, const Options&) {}
  sdk::Status on_send(const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) { return kHook(record, edit); }
};

struct Kept final : RuleSink {
  void report(std::string_view rule, const std::string& why) override { rules[std::string(rule)] = why; }
  std::map<std::string, std::string> rules;
};

template <class Author>
std::map<std::string, std::string> checked() {
  ManualHost host;
  sdk::Interceptor::Guarded<Author, Id> interceptor(host, {});
  Kept kept;
  check_interceptor(interceptor, kept);
  EXPECT_EQ(kept.rules.size(), 7u);
  return kept.rules;
}

// What the kit says of the one rule; the others hold.
template <class Author>
std::string broken(const std::string& rule) {
  auto rules = checked<Author>();
  for (const auto& [name, why] : rules)
    if (name != rule) {
      EXPECT_EQ(why, "") << name;
    }
  return rules[rule];
}

sdk::Status right(const sdk::RecordView& record, sdk::RecordEdit& edit) {
  if (record.has_value) edit.set_value(record.value);
  edit.add_header("seen", record.key);
  return {};
}
sdk::Status refuses_all(const sdk::RecordView&, sdk::RecordEdit& edit) {
  edit.reject("never");
  return {};
}
sdk::Status reads_the_first_octet(const sdk::RecordView& record, sdk::RecordEdit&) {
  if (record.value.empty()) throw std::runtime_error("no octet");
  return {};
}
sdk::Status revives(const sdk::RecordView& record, sdk::RecordEdit& edit) {
  edit.set_value("!" + std::string(reinterpret_cast<const char*>(record.value.data), record.value.size));
  return {};
}
sdk::Status writes(const sdk::RecordView& record, sdk::RecordEdit&) {
  if (!record.key.empty()) ++*const_cast<std::uint8_t*>(record.key.data);
  return {};
}
sdk::Status slow(const sdk::RecordView&, sdk::RecordEdit&) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(55);
  while (std::chrono::steady_clock::now() < until) {
  }
  return {};
}

TEST(InterceptorRules, WhatIsRightPasses) {
  for (const auto& [rule, why] : checked<Sender<right>>()) EXPECT_EQ(why, "") << rule;
  for (const auto& [rule, why] : checked<Sender<refuses_all>>()) EXPECT_EQ(why, "") << rule;
}

TEST(InterceptorRules, ARecordThatMakesItThrowIsNamed) {
  EXPECT_EQ(broken<Sender<reads_the_first_octet>>("it judges records of every kind"),
            "on_send failed for a record with neither key nor value: plugin 'broken' threw in on_send: no octet; let it through or refuse "
            "it (edit.reject)");
}

TEST(InterceptorRules, ATombstoneThatGetsAValueIsCaught) {
  EXPECT_EQ(broken<Sender<revives>>("a tombstone stays one").find("on_send gave a value to a record with neither key nor value"), 0u);
}

TEST(InterceptorRules, WritingIntoTheRecordIsCaught) {
  EXPECT_EQ(broken<Sender<writes>>("what it is lent stays as it was").find("on_send wrote into the octets of a tombstone"), 0u);
}

TEST(InterceptorRules, SlownessIsCaught) {
  EXPECT_EQ(broken<Sender<slow>>("it stays within its budget of time"),
            "on_send took longer than 50 ms five times in a row, and would be switched off");
}

struct Deaf {
  using Options = sdk::NoOptions;
  Deaf(sdk::Host&, const Options&) {}
  sdk::Status on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome&) {
    return topic.partition < 0 ? sdk::Status::invalid("which partition?") : sdk::Status();
  }
};

TEST(InterceptorRules, RefusingToHearIsCaught) {
  EXPECT_EQ(broken<Deaf>("it hears every kind of outcome"), "on_acknowledged failed: which partition?; it has nothing to judge");
}

struct Unending {
  using Options = sdk::NoOptions;
  Unending(sdk::Host&, const Options&) {}
  sdk::Status on_commit(const sdk::TopicView&, std::int64_t) { return {}; }
  sdk::Status on_close() { throw std::runtime_error("not yet"); }
};

TEST(InterceptorRules, AnEndThatFailsIsCaught) {
  EXPECT_EQ(broken<Unending>("it can be closed"), "on_close failed: plugin 'broken' threw in on_close: not yet");
}

// Of a class that does not come from the macro.
class Odd final : public sdk::Interceptor {
 public:
  explicit Odd(std::uint32_t hooks) : hooks_(hooks) {}
  std::uint32_t hooks() noexcept override { return hooks_; }
  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit&) noexcept override {
    return {};
  }
  sdk::Status on_appended(const sdk::ClientView&, const sdk::TopicView&, const sdk::Outcome&) noexcept override { return {}; }
  sdk::Status on_fetched(const sdk::ClientView&, const sdk::TopicView&, const sdk::Outcome&) noexcept override { return {}; }
  sdk::Status on_send(const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit&) noexcept override { return {}; }
  sdk::Status on_acknowledged(const sdk::TopicView&, const sdk::Outcome&) noexcept override { return {}; }
  sdk::Status on_consume(const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit&) noexcept override { return {}; }
  sdk::Status on_commit(const sdk::TopicView&, std::int64_t) noexcept override { return {}; }

 private:
  std::uint32_t hooks_;
};

TEST(InterceptorRules, HooksThatMeanNothingAreCaught) {
  const auto said = [](std::uint32_t hooks) {
    Odd odd(hooks);
    Kept kept;
    check_interceptor(odd, kept);
    return kept.rules["it says what it wants to be called for"];
  };
  EXPECT_EQ(said(0).find("hooks() is 0"), 0u);
  EXPECT_EQ(said(1 << 7 | 1).find("hooks() is 129, with bits that mean nothing"), 0u);
  EXPECT_EQ(said(sdk::kConsumerCommit), "");
}

}  // namespace
}  // namespace barnabas::testing
