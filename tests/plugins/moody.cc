// A well-formed interceptor that fails in whichever way its option names.
#include <barnabas/sdk/interceptor.h>

#include <stdexcept>
#include <string>

namespace {

using namespace barnabas;

struct Options {
  sdk::Text fail = "never";
  sdk::Text needed;

  BARNABAS_OPTIONS(f) {
    f("fail", &Options::fail, "when to fail", sdk::one_of("never", "making", "making_oddly", "working"));
    f("needed", &Options::needed, "anything", sdk::required());
  }
};

class Moody {
 public:
  using Options = ::Options;
  Moody(sdk::Host&, const Options& options) : fails_in_work_(options.fail == sdk::Text("working")) {
    if (options.fail == sdk::Text("making")) throw std::runtime_error("not today");
    if (options.fail == sdk::Text("making_oddly")) throw 42;
  }
  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit&) {
    if (fails_in_work_) throw std::runtime_error("tired");
    return {};
  }

 private:
  bool fails_in_work_;
};

}  // namespace

BARNABAS_PLUGIN(Interceptor, Moody, "moody", "1.0.0", "Fails when told to.")
