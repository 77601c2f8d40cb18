#include "connect_string.h"

#include "json.h"

namespace barnabas::metadata_zookeeper {
namespace {

constexpr std::string_view kDefaultPort = "2181";
constexpr std::int64_t kLastPort = 65'535;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Status wrong(std::string_view text, std::string_view part, std::string_view why) {
  return Status::invalid("connect: '" + std::string(text) + "': '" + std::string(part) + "' " + std::string(why));
}

bool is_host(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  if (text.starts_with('['))
    return text.size() > 2 && text.ends_with(']') && text.find_first_not_of("[]0123456789abcdefABCDEF:.%") == text.npos;
  return !text.empty() && text.find_first_not_of(kLetters) == text.npos;
}

Status add_server(std::string_view text, std::string_view server, std::string& to) {
  const std::size_t bracket = server.rfind(']');
  const std::size_t colon = server.find(':', bracket == server.npos ? 0 : bracket);
  const std::string_view host = server.substr(0, colon);
  const std::string_view port = colon == server.npos ? kDefaultPort : server.substr(colon + 1);
  std::int64_t number = 0;
  if (!is_host(host)) return wrong(text, server, "is no server, which is written HOST:PORT, several with commas between");
  if (!read_decimal(port, number) || number < 1 || number > kLastPort) return wrong(text, server, "has no port from 1 to 65535");
  if (!to.empty()) to.push_back(',');
  to.append(host).append(":").append(port);
  return {};
}

}  // namespace

Result<std::string> connect_string(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view path = trimmed(text.substr(slash));
  std::string made;
  for (std::string_view left = text.substr(0, slash);;) {
    const std::size_t comma = left.find(',');
    BARNABAS_TRY(add_server(text, trimmed(left.substr(0, comma)), made));
    if (comma == left.npos) break;
    left.remove_prefix(comma + 1);
  }
  if (path.size() < 2) return made;  // "/" is none
  if (path.ends_with('/')) return wrong(text, path, "is no path: it ends in '/'");
  if (path.find("//") != path.npos) return wrong(text, path, "is no path: there is no name between two '/'");
  if (path.find_first_of(" ,:") != path.npos) return wrong(text, path, "is no path: the servers come before it, with commas between");
  return made.append(path);
}

}  // namespace barnabas::metadata_zookeeper
