// Says in a header of each record where it came from. Change on_append() and on_send() to what you need.
#include <barnabas/sdk/interceptor.h>

#include <stdexcept>
#include <string>

namespace {

namespace sdk = barnabas::sdk;

class MyPluginInterceptor {
 public:
  struct Options {
    sdk::Text header = "origin";
    sdk::Text value = "here";
    BARNABAS_OPTIONS(f) {
      f("header", &Options::header, "the name of the header");
      f("value", &Options::value, "what it says");
    }
  };

  MyPluginInterceptor(sdk::Host&, const Options& options) : header_(std::string(options.header)), value_(std::string(options.value)) {
    if (header_.empty()) throw std::invalid_argument("the header has no name");
  }

  // In a broker, for each record before it is stored. edit.set_value() changes a record, edit.reject() refuses it.
  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    return mark(record, edit);
  }
  // In a producer, for each record before it is sent.
  sdk::Status on_send(const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) { return mark(record, edit); }

 private:
  sdk::Status mark(const sdk::RecordView& record, sdk::RecordEdit& edit) {
    for (std::size_t i = 0; i < record.header_count; ++i)
      if (record.headers[i].key == sdk::Text(header_)) return {};  // whoever said it before knows better
    edit.add_header(header_, value_);
    return {};
  }

  const std::string header_;
  const std::string value_;
};

}  // namespace

BARNABAS_PLUGIN(Interceptor, MyPluginInterceptor, "my_plugin", "0.1.0", "Says in a header where a record came from.")
