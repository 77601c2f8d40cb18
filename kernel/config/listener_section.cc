// The section listeners:, or Kafka's keys that say the same.
#include "kernel/config/sections.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include <fmt/format.h>

namespace barnabas::config {

std::optional<HostPort> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  HostPort out{std::string(host), 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (host.find_first_of(" /\t") != std::string_view::npos) return std::nullopt;
  return out;
}

namespace {

constexpr std::string_view kProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};

bool is_protocol(std::string_view text) { return std::find(std::begin(kProtocols), std::end(kProtocols), text) != std::end(kProtocols); }

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

bool is_everywhere(std::string_view host) { return host.empty() || host == "0.0.0.0" || host == "::" || host == "*"; }
bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

class ListenerSection {
 public:
  ListenerSection(const Node& root, const KafkaConfigs& kafka, Surroundings& surroundings, Deployment& deployment, Findings& findings)
      : root_(root), kafka_(kafka), surroundings_(surroundings), deployment_(deployment), findings_(findings) {}

  void read() {
    read_protocol_map();
    const Node* ours = root_.value("listeners");
    const auto kafkas = said_by(kafka_, "listeners");
    if (ours != nullptr && kafkas && is_override(ours->at) == is_override(kafkas->at)) {
      findings_.error(kafkas->at,
                      fmt::format("Kafka's 'listeners' and the key 'listeners' ({}) both say where clients connect; keep one of the two",
                                  to_string(ours->at)));
    } else if (ours != nullptr && !(kafkas && is_override(kafkas->at))) {
      for (const Node& item : ours->items) read_ours(item);
      if (ours->is_list() && ours->items.empty())
        findings_.error(ours->at, "'listeners' is empty: a broker needs at least one, such as {name: PLAINTEXT, address: 127.0.0.1:9092}");
    } else if (kafkas) {
      read_kafkas(*kafkas);
    } else if (kafka_.said().empty()) {
      findings_.error(root_.at, "'listeners' is missing: write listeners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]");
    } else {
      read_kafkas({kafka_.text("listeners"), root_.at});
    }
    read_advertised();
    finish();
  }

 private:
  void read_protocol_map() {
    const auto said = said_by(kafka_, "listener.security.protocol.map");
    for (const std::string& item : split_list(kafka_.text("listener.security.protocol.map"))) {
      const auto colon = item.find(':');
      const std::string protocol = colon == std::string::npos ? "" : capitals(item.substr(colon + 1));
      if (!is_protocol(protocol)) {
        findings_.error(
            said->at,
            fmt::format(
                "'{}' in listener.security.protocol.map must be NAME:PROTOCOL with one of PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
                item));
        continue;
      }
      protocols_[capitals(item.substr(0, colon))] = protocol;
    }
  }

  void read_ours(const Node& item) {
    const auto name = said_at(item, "/name");
    const auto address = said_at(item, "/address");
    if (!name || !address) return;  // reported by check_shape
    const auto protocol = said_at(item, "/protocol");
    const auto parsed = parse_address(address->value);
    if (!parsed)
      return findings_.error(address->at, fmt::format("'{}' is not an address: write host:port, such as 127.0.0.1:9092", address->value));
    Listener* listener = add(capitals(name->value), *parsed, protocol ? protocol->value : "", address->at);
    const auto advertised = said_at(item, "/advertised");
    if (listener == nullptr || !advertised) return;
    const auto told = parse_address(advertised->value);
    if (!told || is_everywhere(told->host))
      return findings_.error(
          advertised->at,
          fmt::format("'{}' is not an address that a client could connect to: write host:port, such as broker1.example.com:9092",
                      advertised->value));
    listener->advertised_host = told->host;
    listener->advertised_port = told->port;
  }

  bool is_for_controllers(std::string_view name) const {
    const auto controllers = kafka_.list("controller.listener.names");
    return std::any_of(controllers.begin(), controllers.end(), [&](const std::string& other) { return capitals(other) == name; });
  }

  // NAME://host:port, comma separated.
  template <class Each>
  void each_kafka_listener(const Said& said, Each each) {
    for (const std::string& item : split_list(said.value)) {
      const auto split = item.find("://");
      const auto parsed = split == std::string::npos ? std::nullopt : parse_address(std::string_view(item).substr(split + 3));
      if (!parsed) {
        findings_.error(said.at,
                        fmt::format("'{}' is not a listener: Kafka's form is NAME://host:port, such as PLAINTEXT://127.0.0.1:9092", item));
        continue;
      }
      const std::string name = capitals(item.substr(0, split));
      each(name, *parsed);
    }
  }
  void read_kafkas(const Said& said) {
    if (split_list(said.value).empty())
      findings_.error(said.at, "'listeners' is empty: a broker needs at least one, such as PLAINTEXT://127.0.0.1:9092");
    each_kafka_listener(said, [&](const std::string& name, const HostPort& at) { add(name, at, "", said.at); });
  }
  void read_advertised() {
    const auto said = said_by(kafka_, "advertised.listeners");
    if (!said) return;
    each_kafka_listener(*said, [&](const std::string& name, const HostPort& told) {
      if (is_for_controllers(name)) return;  // brokers know where the controllers are from their own configuration
      Listener* listener = find(name);
      if (listener == nullptr)
        return findings_.error(said->at, fmt::format("advertised.listeners names '{}', which is not a listener", name));
      if (is_everywhere(told.host))
        return findings_.error(said->at, fmt::format("no client can connect to the advertised address of '{}': name a host", name));
      listener->advertised_host = told.host;
      listener->advertised_port = told.port;
    });
  }

  Listener* find(std::string_view name) {
    const auto at =
        std::find_if(deployment_.listeners.begin(), deployment_.listeners.end(), [&](const Listener& each) { return each.name == name; });
    return at == deployment_.listeners.end() ? nullptr : &*at;
  }

  // Null after a finding.
  Listener* add(const std::string& name, const HostPort& address, const std::string& protocol, const Position& at) {
    if (find(name) != nullptr)
      return findings_.error(at, fmt::format("two listeners are named '{}'; give each its own name", name)), nullptr;
    for (const Listener& other : deployment_.listeners)
      if (address.port != 0 && other.port == address.port &&
          (other.host == address.host || is_everywhere(other.host) || is_everywhere(address.host)))
        return findings_.error(at, fmt::format("listener '{}' wants port {} that '{}' has already", name, address.port, other.name)),
               nullptr;
    Listener listener;
    listener.name = name;
    listener.protocol = protocol;
    if (listener.protocol.empty()) listener.protocol = protocols_.contains(name) ? protocols_[name] : "";
    if (listener.protocol.empty() && is_for_controllers(name)) listener.protocol = "PLAINTEXT";  // as Kafka, where nothing else is said
    if (!protocol.empty() && !is_protocol(protocol)) return nullptr;                             // check_shape has said so
    if (listener.protocol.empty())
      return findings_.error(at, fmt::format("nothing says how clients speak on listener '{}': add protocol: PLAINTEXT, or an entry in "
                                             "listener.security.protocol.map",
                                             name)),
             nullptr;
    listener.host = is_everywhere(address.host) ? (address.host == "::" ? "::" : "0.0.0.0") : address.host;
    listener.port = address.port;
    listener.at = at;
    deployment_.listeners.push_back(std::move(listener));
    return &deployment_.listeners.back();
  }

  // The controllers' listener is not for clients.
  void take_out_controllers() {
    const auto at = std::find_if(deployment_.listeners.begin(), deployment_.listeners.end(),
                                 [&](const Listener& each) { return is_for_controllers(each.name); });
    if (at == deployment_.listeners.end()) return;
    check_reach(*at);
    deployment_.controller_listener = std::move(*at);
    deployment_.listeners.erase(at);
    if (deployment_.listeners.empty() && !findings_.has_errors())
      findings_.error(deployment_.controller_listener->at, "no listener is for clients: all of them are in controller.listener.names");
  }

  void finish() {
    take_out_controllers();
    for (Listener& listener : deployment_.listeners) {
      if (listener.advertised_host.empty()) {
        listener.advertised_host = is_everywhere(listener.host) ? surroundings_.host_name() : listener.host;
        listener.advertised_port = listener.port;
      }
      check_reach(listener);
    }
    choose_inter_broker();
  }

  void check_reach(const Listener& listener) {
    if (listener.protocol != "PLAINTEXT")
      findings_.error(listener.at, fmt::format("listener '{}' wants {}, which this version does not have; use PLAINTEXT", listener.name,
                                               listener.protocol));
    else if (!is_loopback(listener.host) && !deployment_.allow_insecure)
      findings_.error(listener.at, fmt::format("listener '{}' on {} can be reached from other machines, without TLS or a password: "
                                               "listen on 127.0.0.1, or say allow_insecure: true",
                                               listener.name, listener.host));
  }

  void choose_inter_broker() {
    if (deployment_.listeners.empty()) return;
    const auto said = said_by(kafka_, "inter.broker.listener.name");
    if (said && find(capitals(said->value)) == nullptr) {
      std::vector<std::string> names;
      for (const Listener& listener : deployment_.listeners) names.push_back(listener.name);
      return findings_.error(said->at, fmt::format("inter.broker.listener.name is '{}', but the listeners are {}{}", said->value,
                                                   listed(names), did_you_mean(said->value, names)));
    }
    deployment_.inter_broker_listener = said ? capitals(said->value) : deployment_.listeners.front().name;
  }

  const Node& root_;
  const KafkaConfigs& kafka_;
  Surroundings& surroundings_;
  Deployment& deployment_;
  Findings& findings_;
  std::map<std::string, std::string> protocols_;
};

}  // namespace

void read_listeners(const Node& root, const KafkaConfigs& kafka, Surroundings& surroundings, Deployment& deployment, Findings& findings) {
  ListenerSection(root, kafka, surroundings, deployment, findings).read();
}

}  // namespace barnabas::config
