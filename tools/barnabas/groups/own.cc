#include "tools/barnabas/groups/own.h"

#include <fmt/format.h>

#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/groups/reader.h"
#include "tools/barnabas/groups/words.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr Failure failed{"barnabas groups: "};
constexpr std::int64_t kTimeoutMs = 30'000;
constexpr std::int64_t kGraceMs = 5'000;  // the broker's own limit ends first

// Where it does not know the request, a broker of Apache Kafka closes the connection without a word.
std::string why_no_answer(const Status& status) {
  if (status.code() != Code::kUnknown && status.code() != Code::kUnsupported) return std::string(message_of(status));
  return fmt::format("{}: only a Barnabas broker, of this version or a later one, answers this", message_of(status));
}

class OwnCommand {
 public:
  explicit OwnCommand(std::string usage) : options_(std::move(usage)) {
    options_.add()("bootstrap-server", po::value<std::string>(), "brokers to ask, host:port,…")(
        "command-config", po::value<std::string>(), "file with client settings")("timeout", po::value<std::int64_t>(),
                                                                                 "ms to wait for the coordinator, 30000")(
        "group", po::value<std::vector<std::string>>()->composing(), "the group, also without the flag");
    options_.take_words_as("group");
  }

  Options& options() { return options_; }
  std::int64_t timeout_ms() const { return options_.number<std::int64_t>("timeout", kTimeoutMs); }
  const std::string& group() const { return group_; }
  BlockingClient& client() { return *client_; }

  // Nothing when the command should go on; otherwise its exit code.
  std::optional<int> begin(const Arguments& arguments) {
    if (const auto code = options_.parse(arguments)) return code;
    const std::vector<std::string> groups = options_.texts("group");
    if (groups.size() != 1) return options_.refuse("name one group");
    group_ = groups[0];
    if (!options_.has("bootstrap-server")) return options_.refuse("Missing required argument \"[bootstrap-server]\"");
    if (timeout_ms() < 1 || timeout_ms() > INT32_MAX) return options_.refuse("--timeout is a number of milliseconds, 1 or more");
    auto properties = read_properties(options_, {.file = "command-config"});
    if (!properties) return failed(message_of(properties.status()));
    if (Status status = check_client_properties(*properties); !status.ok()) return failed(message_of(status));
    auto client = BlockingClient::make(options_.text("bootstrap-server"), "groups", timeout_ms() + kGraceMs);
    if (!client) return failed(message_of(client.status()));
    client_ = *std::move(client);
    return std::nullopt;
  }

 private:
  Options options_;
  std::string group_;
  std::unique_ptr<BlockingClient> client_;
};

}  // namespace

int group_why(const Arguments& arguments) {
  OwnCommand command("usage: barnabas groups why GROUP --bootstrap-server HOST:PORT [OPTIONS]");
  if (const auto code = command.begin(arguments)) return *code;
  wire::DescribeGroupHistoryRequest request;
  const std::string_view name = command.group();
  request.group_ids = std::span(&name, 1);
  using Response = wire::DescribeGroupHistoryResponse;
  auto reply = GroupReader(command.client(), command.timeout_ms()).call<Response>(command.group(), request, [](const Response& response) {
    return response.groups.empty() ? wire::ErrorCode::kUnknownServerError : response.groups[0].error_code;
  });
  if (!reply) return failed(why_no_answer(reply.status()));
  if (reply->response.groups.empty()) return failed("the broker answered without the group");
  const auto& group = reply->response.groups[0];
  if (group.error_code != wire::ErrorCode::kNone) return failed(describe_error(group.error_code, group.error_message.value_or("")));
  fmt::print("{}", history_words(group));
  return 0;
}

int group_move_offsets(const Arguments& arguments) {
  OwnCommand command("usage: barnabas groups move-offsets GROUP --to STORE [--dry-run] --bootstrap-server HOST:PORT [OPTIONS]");
  command.options().add()("to", po::value<std::string>(), "an offset store that the deployment names")("dry-run",
                                                                                                       "only say what would be moved");
  if (const auto code = command.begin(arguments)) return *code;
  const Options& options = command.options();
  const std::string to = options.text("to");
  if (to.empty()) return options.refuse("say where to: --to STORE, a store that the deployment names");
  wire::MoveGroupOffsetsRequest request;
  request.group_id = command.group();
  request.to = to;
  request.timeout_ms = static_cast<std::int32_t>(command.timeout_ms());
  request.validate_only = options.has("dry-run");
  using Response = wire::MoveGroupOffsetsResponse;
  auto reply = GroupReader(command.client(), command.timeout_ms()).call<Response>(command.group(), request, [](const Response& response) {
    return response.error_code;
  });
  if (!reply) return failed(why_no_answer(reply.status()));
  const Response& moved = reply->response;
  if (moved.error_code != wire::ErrorCode::kNone) return failed(describe_error(moved.error_code, moved.error_message.value_or("")));
  fmt::print("{}", move_words(command.group(), moved, request.validate_only));
  return 0;
}

}  // namespace barnabas::tools
