// The worked example: partition by the month in the record's value. January is partition 0, and twelve partitions hold a year.
#include <barnabas/sdk/partitioner.h>

#include <string_view>

namespace barnabas::partitioner {
namespace {

class ByValueMonth {
 public:
  struct Options {
    std::int32_t otherwise = 0;
    BARNABAS_OPTIONS(f) { f("otherwise", &Options::otherwise, "the partition of values without a date", sdk::at_least(0)); }
  };
  ByValueMonth(sdk::Host&, const Options& options) : otherwise_(options.otherwise) {}

  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions, const sdk::RecordView& record, std::int32_t& partition) {
    const int month = month_in({reinterpret_cast<const char*>(record.value.data), record.value.size});
    partition = (month == 0 ? otherwise_ : month - 1) % topic.partition_count;
    return {};
  }

 private:
  // Of the first date YYYY-MM-DD in the text, 1 to 12; 0: there is none.
  static int month_in(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-dd";
    for (std::size_t at = 0; at + kShape.size() <= text.size(); ++at) {
      bool fits = true;
      for (std::size_t i = 0; i < kShape.size() && fits; ++i) {
        const char c = text[at + i];
        fits = kShape[i] == 'd' ? c >= '0' && c <= '9' : c == kShape[i];
      }
      const int month = fits ? (text[at + 5] - '0') * 10 + (text[at + 6] - '0') : 0;
      if (month >= 1 && month <= 12) return month;
    }
    return 0;
  }

  const std::int32_t otherwise_;
};

}  // namespace
}  // namespace barnabas::partitioner

BARNABAS_PLUGIN(Partitioner, barnabas::partitioner::ByValueMonth, "by_value_month", "1.0.0", "The month in the record's value.")
