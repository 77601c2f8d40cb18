// barnabas wire decode: a captured frame as text.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "kernel/wire/decode_frame.h"
#include "kernel/wire/registry.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr Failure failed{"barnabas wire decode: "};

// Hexadecimal digits, white space between them as dumps have it.
Result<std::string> from_hex(std::string_view text) {
  std::string octets;
  int held = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ':') continue;
    std::uint8_t digit = 0;
    if (std::from_chars(&c, &c + 1, digit, 16).ec != std::errc())
      return Status::invalid(fmt::format("'{}' is not a hexadecimal digit; --binary takes the octets themselves", c));
    if (held < 0) {
      held = digit;
    } else {
      octets += static_cast<char>(held << 4 | digit);
      held = -1;
    }
  }
  if (held >= 0) return Status::invalid("an odd number of hexadecimal digits");
  return octets;
}

Result<std::string> read_input(const Options& options) {
  std::string text;
  if (options.has("hex")) {
    text = options.text("hex");
  } else if (options.has("file")) {
    std::error_code error;
    if (std::filesystem::is_directory(options.text("file"), error))
      return Status::invalid(options.text("file") + " is a directory; name a file in it");
    std::ifstream file(options.text("file"), std::ios::binary);
    if (!file) return Status::not_found(options.text("file") + " cannot be read");
    text.assign(std::istreambuf_iterator<char>(file), {});
  } else {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  }
  if (options.has("binary")) return text;
  return from_hex(text);
}

Result<std::string> decode(const Options& options, sdk::Bytes octets) {
  const int version = options.number<int>("version", -1);
  if (options.has("message")) {
    const wire::Message* message = wire::find_message(options.text("message"));
    if (message == nullptr)
      return Status::not_found("there is no message '" + options.text("message") + "'; names are as ProduceRequest or TopicRecord");
    return wire::describe_body(*message, octets, version);
  }
  if (!options.has("response")) return wire::describe_request(octets);
  const wire::ApiInfo* api = wire::find_api(options.text("response"));
  if (api == nullptr || version < 0)
    return Status::invalid(
        "a response does not say what it answers: --response API --version N, for example --response Metadata --version 12");
  return wire::describe_response(octets, api->key, version);
}

}  // namespace

int wire_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas wire decode [--file FILE|--hex DIGITS] [--binary] [--response API --version N|--message NAME --version N]\n"
      "Prints a request, a response or a message. Without --file and --hex it reads standard input.");
  options.add()("file", po::value<std::string>(), "where the frame is")(
      "hex", po::value<std::string>(), "the frame itself, as hexadecimal digits")("binary", "the input is octets, not hexadecimal digits")(
      "response", po::value<std::string>(), "it is a response of this API")(
      "message", po::value<std::string>(), "it is this message, without a header")("version", po::value<int>(),
                                                                                   "of the response or message");
  if (arguments.empty() || arguments[0] != "decode") return options.refuse("barnabas wire has one command: decode");
  if (const auto code = options.parse({arguments.begin() + 1, arguments.end()})) return *code;
  auto octets = read_input(options);
  if (!octets) return failed(message_of(octets.status()));
  auto text = decode(options, sdk::Bytes(*octets));
  if (!text) return failed(message_of(text.status()));
  fmt::print("{}\n", *text);
  return 0;
}

}  // namespace barnabas::tools
