// An offset store for the simulation alone: `internal_topic` with one bug in it, named by its option. [executor of the host]
#include <barnabas/sdk/offset_store.h>

#include "kernel/base/task.h"
#include "topic_store.h"

#include <stdexcept>
#include <string_view>
#include <utility>

namespace barnabas::planted {

using sdk::Status;

enum class Bug {
  kLosesCommits,   // some are said to be kept, and are not
  kExpiresEarly,   // what is older than a moment is not told at a load
  kForgetsAtLoad,  // nothing is told at a load
  kFallsSilent,    // after a while writes are done, and nobody hears of it
};
constexpr std::pair<const char*, Bug> kBugs[] = {{"loses-commits", Bug::kLosesCommits},
                                                 {"expires-early", Bug::kExpiresEarly},
                                                 {"forgets-at-load", Bug::kForgetsAtLoad},
                                                 {"falls-silent", Bug::kFallsSilent}};

constexpr std::uint64_t kOneIn = 5;
constexpr std::int64_t kExpiryMs = 500;
constexpr std::uint64_t kWritesUntilSilence = 50;

class PlantedOffsets {
 public:
  struct Options {
    sdk::Text bug;
    BARNABAS_OPTIONS(f) { f("bug", &Options::bug, "what is wrong with it", sdk::required()); }
  };

  PlantedOffsets(sdk::Host& host, const Options& options) : host_(host), inner_(host, {}), bug_(bug_of(options.bug)) {}

  Status start(const sdk::OffsetStoreStart& start, sdk::Completion& completion) { return inner_.start(start, completion); }
  Status stop(sdk::Completion& completion) { return inner_.stop(completion); }
  sdk::OffsetStoreAbilities abilities() { return inner_.abilities(); }
  Status take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion) {
    if (bug_ != Bug::kExpiresEarly && bug_ != Bug::kForgetsAtLoad) return inner_.take_over(home, epoch, load, completion);
    auto* filter = new Filter(*this, load, completion);
    Status status = inner_.take_over(home, epoch, *filter, *filter);
    if (!status) delete filter;
    return status;
  }
  void resign(std::int32_t home) { inner_.resign(home); }
  Status write(const sdk::GroupWrite& write, sdk::Completion& completion) {
    const bool chosen = write.offset_count != 0 && ++writes_ % kOneIn == 0;
    if (chosen && bug_ == Bug::kLosesCommits) {
      base::post(host_.executor(), [&completion] { completion.done({}); });
      return {};
    }
    if (bug_ == Bug::kFallsSilent && writes_ > kWritesUntilSilence) return inner_.write(write, silence_);
    return inner_.write(write, completion);
  }

 private:
  // Deletes itself when the load is done.
  class Filter final : public sdk::OffsetLoad, public sdk::Completion {
   public:
    Filter(PlantedOffsets& owner, sdk::OffsetLoad& load, sdk::Completion& completion)
        : owner_(owner), load_(load), completion_(completion) {}
    virtual ~Filter() = default;
    void on_offset(sdk::Text group, const sdk::CommittedOffset& offset) noexcept override {
      const bool is_old = owner_.host_.clock().wall_ms() - offset.commit_ms > kExpiryMs;
      if (owner_.bug_ == Bug::kExpiresEarly && !is_old) load_.on_offset(group, offset);
    }
    void on_record(sdk::Text group, const sdk::GroupRecord& record) noexcept override { load_.on_record(group, record); }
    void done(Status status) noexcept override {
      completion_.done(std::move(status));
      delete this;
    }

   private:
    PlantedOffsets& owner_;
    sdk::OffsetLoad& load_;
    sdk::Completion& completion_;
  };
  class Silence final : public sdk::Completion {
   public:
    void done(Status) noexcept override {}
  };

  static Bug bug_of(sdk::Text name) {
    for (const auto& [text, bug] : kBugs)
      if (std::string_view(text) == std::string_view(name.data, name.size)) return bug;
    throw std::runtime_error("there is no such bug to plant");
  }

  sdk::Host& host_;
  offsets_topic::TopicStore inner_;
  const Bug bug_;
  Silence silence_;
  std::uint64_t writes_ = 0;
};

}  // namespace barnabas::planted

using barnabas::planted::PlantedOffsets;
BARNABAS_PLUGIN(OffsetStore, PlantedOffsets, "planted", "1.0.0", "For the simulation alone: internal_topic, with one bug in it.")
