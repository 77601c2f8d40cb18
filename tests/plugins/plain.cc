// A good interceptor with an option of every type; it writes what it was told into the record, so that a test can read it back.
#include <barnabas/sdk/interceptor.h>

#include <string>

namespace {

using namespace barnabas;

struct Options {
  bool enabled = true;
  std::int32_t level = 3;
  std::int64_t big = 0;
  double ratio = 0.5;
  sdk::Text mode = "fast";
  sdk::TextList fields;
  sdk::Size limit{1 << 20};
  sdk::Millis every{1000};
  sdk::Text password;

  BARNABAS_OPTIONS(f) {
    f("enabled", &Options::enabled, "whether at all");
    f("level", &Options::level, "how hard to try", sdk::range(1, 9));
    f("big", &Options::big, "any number");
    f("ratio", &Options::ratio, "how many of them", sdk::range(0, 1));
    f("mode", &Options::mode, "what to favour", sdk::one_of("fast", "small"));
    f("fields", &Options::fields, "what to write");
    f("limit", &Options::limit, "how much to keep");
    f("every", &Options::every, "how often");
    f("password", &Options::password, "what opens it", sdk::secret());
  }
};

class Plain {
 public:
  using Options = ::Options;
  Plain(sdk::Host&, const Options& options) : options_(options) {}

  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit& edit) {
    std::string said = std::string(options_.enabled ? "on" : "off") + " " + std::to_string(options_.level) + " " +
                       std::to_string(options_.big) + " " + std::to_string(options_.ratio) + " " + std::string(options_.mode) + " " +
                       std::to_string(options_.limit.bytes) + " " + std::to_string(options_.every.value) + " [";
    for (const sdk::Text field : options_.fields) said += std::string(field) + " ";
    edit.set_value(said + "]");
    return {};
  }

 private:
  Options options_;
};

}  // namespace

BARNABAS_PLUGIN(Interceptor, Plain, "plain", "1.2.3", "Writes its options into the record.")
