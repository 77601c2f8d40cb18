// One connection to a MariaDB or MySQL server: prepared statements, kept by their text, and errors as Status. One thread at a time, but for
// interrupt().
//
// kUnavailable: the server did not do it, or rolled it back, and may later. A connection that failed is closed. kUnknown comes from
// commit() alone. kInvalid, kExhausted: the data will not be taken. kUnsupported: an operator has to mend something.
#pragma once

#include <barnabas/sdk/status.h>

#include <mysql.h>

#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace barnabas::offsets_mysql {

struct Address {
  std::string host;
  std::uint32_t port = 0;
  std::string socket;  // a path; instead of host and port
  std::string user;
  std::string password;
  std::string database;
  unsigned connect_s = 0;
  unsigned answer_s = 0;

  std::string server() const { return socket.empty() ? host + ":" + std::to_string(port) : socket; }
};

using Value = std::variant<std::monostate, std::int64_t, std::string_view>;

// One line of an answer. Valid during the call that gets it.
class Row {
 public:
  virtual std::int64_t number(std::size_t column) const = 0;
  virtual std::string text(std::size_t column) const = 0;
  virtual bool is_null(std::size_t column) const = 0;

 protected:
  ~Row() = default;
};
using OnRow = std::function<void(const Row&)>;

class Session {
 public:
  explicit Session(Address address) : address_(std::move(address)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { close(); }

  const Address& address() const { return address_; }
  sdk::Status open();
  void close();
  bool is_open() const;
  bool is_mariadb() const;

  // Statements are prepared once and kept; `each` gets the lines of the answer.
  sdk::Status run(const std::string& sql, std::span<const Value> values = {}, const OnRow& each = {});
  // What can not be prepared: SET, CREATE.
  sdk::Status command(const std::string& sql);
  sdk::Status commit();
  void rollback();

  void interrupt() noexcept;  // [any thread] what is under way fails, and so does every open()

 private:
  sdk::Status failure(unsigned error, const char* text);
  sdk::Status prepared(const std::string& sql, MYSQL_STMT*& statement);
  sdk::Status fetch(MYSQL_STMT* statement, const OnRow& each);
  void forget_statements();

  const Address address_;
  MYSQL* mysql_ = nullptr;
  std::unordered_map<std::string, MYSQL_STMT*> statements_;

  std::mutex lock_;  // of the rest
  int socket_ = -1;
  bool interrupted_ = false;
};

}  // namespace barnabas::offsets_mysql
