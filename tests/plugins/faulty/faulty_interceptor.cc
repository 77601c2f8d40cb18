// An interceptor that misbehaves with records of one topic, "faulty", as it is told to.
#include "faults.h"

#include <barnabas/sdk/interceptor.h>

#include <string>

namespace {

using namespace barnabas;

class FaultyInterceptor {
 public:
  struct Options {
    sdk::Text how = "not at all";
    BARNABAS_OPTIONS(f) { f("how", &Options::how, "what it does wrong"); }
  };

  FaultyInterceptor(sdk::Host&, const Options& options) : how_(std::string(options.how)) {
    if (how_ == "throws when made") throw std::runtime_error("a fault on purpose");
  }

  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView& topic, const sdk::RecordView&, sdk::RecordEdit& edit) {
    if (std::string_view(topic.name) != "faulty") return {};
    if (how_ == "makes values of 4 MiB") edit.set_value(std::string(4 << 20, 'x'));
    if (how_ == "adds ten thousand headers")
      for (int i = 0; i < 10'000; ++i) edit.add_header("header", sdk::Bytes(std::string_view("value")));
    if (how_ == "rejects with a novel") edit.reject(sdk::Text(std::string(100'000, 'n')));
    if (how_ == "fails and changes") {
      edit.set_value(sdk::Bytes(std::string_view("changed")));
      return sdk::Status::internal("a fault on purpose");
    }
    faulty::misbehave(how_);
    return {};
  }
  sdk::Status on_appended(const sdk::ClientView&, const sdk::TopicView&, const sdk::Outcome&) {
    if (how_ == "throws afterwards") throw std::runtime_error("a fault on purpose");
    return {};
  }
  sdk::Status on_close() {
    if (how_ == "throws at the end") throw 42;
    return {};
  }

 private:
  const std::string how_;
};

}  // namespace

BARNABAS_PLUGIN(Interceptor, FaultyInterceptor, "faulty_interceptor", "1.0.0", "Misbehaves with the records of one topic.")
