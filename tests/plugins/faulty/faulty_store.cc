// An offset store that keeps nothing, and misbehaves in the way that the name of the group says.
#include "faults.h"

#include <barnabas/sdk/offset_store.h>

#include "kernel/base/task.h"

#include <string>

namespace {

using namespace barnabas;

class FaultyStore {
 public:
  struct Options {
    sdk::Text how = "by the group";
    BARNABAS_OPTIONS(f) { f("how", &Options::how, "what it does wrong with every group"); }
  };

  FaultyStore(sdk::Host& host, const Options& options) : host_(host), how_(std::string(options.how)) {}

  sdk::Status start(const sdk::OffsetStoreStart&, sdk::Completion& completion) {
    if (how_ == "throws at the start") throw std::runtime_error("a fault on purpose");
    if (how_ == "fails at the start") return sdk::Status::invalid("a fault on purpose");
    return finish(completion);
  }
  sdk::Status stop(sdk::Completion& completion) {
    if (how_ == "never stops") return {};
    if (how_ == "throws at the stop") throw 42;
    if (last_ != nullptr) last_->done({});  // the end of a call that ended long ago
    return finish(completion);
  }
  sdk::OffsetStoreAbilities abilities() { return {}; }
  sdk::Status take_over(std::int32_t, std::int32_t, sdk::OffsetLoad& load, sdk::Completion& completion) {
    if (how_ == "throws at take_over") throw std::runtime_error("a fault on purpose");
    if (how_ == "never loads") return {};
    base::post(host_.executor(), [this, &load, &completion] {
      if (how_ == "answers for others") tell_of_others(load);
      completion.done({});
    });
    return {};
  }
  void resign(std::int32_t) {}

  sdk::Status write(const sdk::GroupWrite& write, sdk::Completion& completion) {
    const std::string group(std::string_view(write.group));
    if (group == "throws-a-number") throw 42;
    faulty::misbehave(group);
    if (group == "never") return {};
    if (group == "twice") finish_later(completion);
    if (group == "within") return completion.done({}), sdk::Status();  // ends from inside the call
    if (group == "fails-and-ends") return finish_later(completion), sdk::Status::unavailable("a fault on purpose");
    if (group == "novel") return sdk::Status::internal(sdk::Text(std::string(100'000, 'n')));
    if (group == "no-such-code") return sdk::Status::error(static_cast<sdk::Code>(99), "a code that nobody has");
    if (group == "later") last_ = &completion;
    return finish(completion);
  }

 private:
  void finish_later(sdk::Completion& completion) {
    base::post(host_.executor(), [&completion] { completion.done({}); });
  }
  sdk::Status finish(sdk::Completion& completion) {
    finish_later(completion);
    return {};
  }
  // Groups of all homes, for each: what is another home's must not be believed.
  void tell_of_others(sdk::OffsetLoad& load) {
    for (int i = 0; i < 20; ++i) {
      const std::string group = "other-" + std::to_string(i);
      sdk::CommittedOffset offset;
      offset.topic = "t";
      offset.partition = -3;
      offset.offset = -77;
      load.on_offset(group, offset);
      load.on_record(group, {sdk::Bytes(std::string_view("garbage")), sdk::Bytes(std::string_view("more")), true});
    }
  }

  sdk::Host& host_;
  const std::string how_;
  sdk::Completion* last_ = nullptr;
};

}  // namespace

BARNABAS_PLUGIN(OffsetStore, FaultyStore, "faulty_store", "1.0.0", "Misbehaves in the way that the name of the group says.")
