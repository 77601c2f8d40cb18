#include "tools/barnabas/blocking_client.h"

#include <charconv>

#include "kernel/base/times.h"

namespace barnabas::tools {

Result<std::vector<base::Address>> parse_bootstrap(std::string_view text) {
  std::vector<base::Address> addresses;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (one.empty()) continue;
    const auto colon = one.rfind(':');
    base::Address address;
    const std::string_view port = colon == std::string_view::npos ? std::string_view() : one.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
      return Status::invalid("'" + std::string(one) + "' is not an address: host:port is, for example 127.0.0.1:9092");
    std::string_view host = one.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    address.host = host;
    addresses.push_back(std::move(address));
  }
  if (addresses.empty()) return Status::invalid("no bootstrap server was given: --bootstrap-server host:port");
  return addresses;
}

Result<std::unique_ptr<BlockingClient>> BlockingClient::make(const std::string& bootstrap, const std::string& client_id,
                                                             std::int64_t request_timeout_ms, OnSignal on_signal) {
  auto addresses = parse_bootstrap(bootstrap);
  if (!addresses) return std::move(addresses).status();
  auto env = io::make_env({.loops = 1});
  if (!env) return std::move(env).status();
  std::unique_ptr<BlockingClient> made(new BlockingClient);
  made->env_ = *std::move(env);
  if (on_signal)
    if (Status status = made->env_->on_stop_signal(std::move(on_signal)); !status.ok()) return status;
  client::ClientSettings settings;
  settings.bootstrap = *std::move(addresses);
  settings.client_id = client_id;
  settings.connection.request_timeout_ns = base::ns_of_ms(request_timeout_ms);
  made->client_ = std::make_unique<client::Client>(made->env_->loop(0), std::move(settings));
  made->thread_ = std::thread([env = made->env_.get()] { env->run(); });
  return made;
}

BlockingClient::~BlockingClient() {
  if (!thread_.joinable()) return;
  std::promise<void> gone;
  base::post(loop(), [&] {
    client_.reset();
    gone.set_value();
  });
  gone.get_future().wait();
  env_->stop();
  thread_.join();
}

void BlockingClient::pause(std::int64_t delay_ms) {
  std::promise<void> over;
  std::unique_ptr<base::Timer> timer;
  base::post(loop(), [&] {
    timer = std::make_unique<base::Timer>(loop(), [&] { over.set_value(); });
    timer->start(delay_ms * 1'000'000);
  });
  over.get_future().wait();
  // On its loop, because its task may still be returning.
  std::promise<void> gone;
  base::post(loop(), [&] {
    timer.reset();
    gone.set_value();
  });
  gone.get_future().wait();
}

void BlockingClient::know_broker(std::int32_t node_id, base::Address address) {
  base::post(loop(), [this, node_id, address = std::move(address)]() mutable { client_->know_broker(node_id, std::move(address)); });
}

}  // namespace barnabas::tools
