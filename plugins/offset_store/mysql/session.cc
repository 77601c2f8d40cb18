#include "offset_store/mysql/session.h"

#include "offset_store/quiet_socket.h"

#include <errmsg.h>
#include <mysqld_error.h>

#include <memory>

namespace barnabas::offsets_mysql {
namespace {

constexpr std::size_t kKeptStatements = 64;
constexpr unsigned kFirstClientError = 2000;  // errors of the library itself: the connection is of no use any more
constexpr unsigned kLastClientError = 2999;

// What stays wrong until somebody changes a grant, a password, the database or the deployment.
bool is_for_the_operator(unsigned error) {
  switch (error) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_BAD_DB_ERROR:
    case ER_NO_DB_ERROR:  // it was dropped behind the connection
    case ER_NO_SUCH_TABLE:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
    case ER_OPTION_PREVENTS_STATEMENT:
    case ER_MUST_CHANGE_PASSWORD_LOGIN:
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
      return true;
    default:
      return false;
  }
}

std::string advice(unsigned error, const Address& address) {
  switch (error) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
      return "; look at user and password of the offset store, and at the server's account for '" + address.user + "'";
    case ER_BAD_DB_ERROR:
      return "; create the database, or name another one in the offset store's configuration";
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
      return "; the offset store needs: GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER ON `" + address.database + "`.* TO '" +
             address.user + "'";
    case ER_OPTION_PREVENTS_STATEMENT:
      return "; is this a replica? The offset store needs the server that takes writes";
    default:
      return {};
  }
}

// The lines of one answer; numbers as such, everything else as octets that are asked for column by column.
class Answer final : public Row {
 public:
  Answer(MYSQL_STMT* statement, MYSQL_RES* description)
      : statement_(statement), columns_(mysql_num_fields(description)), binds_(columns_.size()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      binds_[i] = {};
      binds_[i].length = &columns_[i].length;
      binds_[i].is_null = &columns_[i].is_null;
      const MYSQL_FIELD& field = *mysql_fetch_field_direct(description, static_cast<unsigned>(i));
      if (IS_NUM(field.type)) {
        binds_[i].buffer_type = MYSQL_TYPE_LONGLONG;
        binds_[i].buffer = &columns_[i].number;
      } else {
        binds_[i].buffer_type = MYSQL_TYPE_BLOB;  // without a buffer: only the length is told
      }
    }
  }
  MYSQL_BIND* binds() { return binds_.data(); }

  std::int64_t number(std::size_t column) const override { return columns_[column].number; }
  bool is_null(std::size_t column) const override { return columns_[column].is_null != 0; }
  std::string text(std::size_t column) const override {
    std::string value(columns_[column].length, '\0');
    if (value.empty() || is_null(column)) return {};
    MYSQL_BIND bind{};
    unsigned long length = 0;
    bind.buffer_type = MYSQL_TYPE_BLOB;
    bind.buffer = value.data();
    bind.buffer_length = value.size();
    bind.length = &length;
    mysql_stmt_fetch_column(statement_, &bind, static_cast<unsigned>(column), 0);
    return value;
  }

 private:
  struct Column {
    std::int64_t number = 0;
    unsigned long length = 0;
    my_bool is_null = 0;
  };

  MYSQL_STMT* statement_;
  std::vector<Column> columns_;
  std::vector<MYSQL_BIND> binds_;
};

}  // namespace

sdk::Status Session::open() {
  close();
  static std::once_flag once;
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
  mysql_ = mysql_init(nullptr);
  if (mysql_ == nullptr) return sdk::Status::unavailable("no memory for a connection to MariaDB");
  mysql_options(mysql_, MYSQL_OPT_CONNECT_TIMEOUT, &address_.connect_s);
  mysql_options(mysql_, MYSQL_OPT_READ_TIMEOUT, &address_.answer_s);
  mysql_options(mysql_, MYSQL_OPT_WRITE_TIMEOUT, &address_.answer_s);
  const bool by_path = !address_.socket.empty();
  const unsigned protocol = by_path ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
  mysql_options(mysql_, MYSQL_OPT_PROTOCOL, &protocol);
  if (mysql_real_connect(mysql_, by_path ? nullptr : address_.host.c_str(), address_.user.c_str(), address_.password.c_str(),
                         address_.database.c_str(), by_path ? 0 : address_.port, by_path ? address_.socket.c_str() : nullptr,
                         0) == nullptr) {
    sdk::Status status = failure(mysql_errno(mysql_), mysql_error(mysql_));
    close();
    return status;
  }
  {
    const std::lock_guard guard(lock_);
    if (!interrupted_) {
      socket_ = static_cast<int>(mysql_get_socket(mysql_));
      return {};
    }
  }
  close();
  return sdk::Status::unavailable("the store is being stopped");
}

void Session::close() {
  {
    const std::lock_guard guard(lock_);
    socket_ = -1;
  }
  if (mysql_ == nullptr) return;
  forget_statements();
  mysql_close(mysql_);
  mysql_ = nullptr;
}

void Session::forget_statements() {
  for (const auto& [sql, statement] : statements_) mysql_stmt_close(statement);
  statements_.clear();
}

bool Session::is_open() const { return mysql_ != nullptr && offset_store::is_quiet(static_cast<int>(mysql_get_socket(mysql_))); }

bool Session::is_mariadb() const { return std::string_view(mysql_get_server_info(mysql_)).find("MariaDB") != std::string_view::npos; }

void Session::interrupt() noexcept {
  const std::lock_guard guard(lock_);
  interrupted_ = true;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

sdk::Status Session::failure(unsigned error, const char* text) {
  const std::string message =
      "MariaDB at " + address_.server() + ": " + text + " (" + std::to_string(error) + ")" + advice(error, address_);
  if (is_for_the_operator(error)) return sdk::Status::unsupported(message);
  if (error == ER_DATA_TOO_LONG) return sdk::Status::invalid(message);
  if (error == ER_NET_PACKET_TOO_LARGE || error == CR_NET_PACKET_TOO_LARGE) return sdk::Status::exhausted(message);
  if (error >= kFirstClientError && error <= kLastClientError && mysql_ != nullptr) close();
  return sdk::Status::unavailable(message);
}

sdk::Status Session::prepared(const std::string& sql, MYSQL_STMT*& statement) {
  if (const auto found = statements_.find(sql); found != statements_.end()) {
    statement = found->second;
    return {};
  }
  if (statements_.size() >= kKeptStatements) forget_statements();
  statement = mysql_stmt_init(mysql_);
  if (statement == nullptr) return sdk::Status::unavailable("no memory for a statement");
  if (mysql_stmt_prepare(statement, sql.data(), sql.size()) != 0) {
    const unsigned error = mysql_stmt_errno(statement);
    const std::string text = mysql_stmt_error(statement);
    mysql_stmt_close(statement);
    return failure(error, text.c_str());
  }
  statements_.emplace(sql, statement);
  return {};
}

sdk::Status Session::run(const std::string& sql, std::span<const Value> values, const OnRow& each) {
  if (mysql_ == nullptr) return sdk::Status::unavailable("there is no connection to MariaDB at " + address_.server());
  MYSQL_STMT* statement = nullptr;
  if (sdk::Status status = prepared(sql, statement); !status) return status;
  std::vector<MYSQL_BIND> binds(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    MYSQL_BIND& bind = binds[i];
    if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
      bind.buffer_type = MYSQL_TYPE_LONGLONG;
      bind.buffer = const_cast<std::int64_t*>(number);
    } else if (const auto* text = std::get_if<std::string_view>(&values[i])) {
      bind.buffer_type = MYSQL_TYPE_BLOB;
      bind.buffer = const_cast<char*>(text->data());
      bind.buffer_length = text->size();
    } else {
      bind.buffer_type = MYSQL_TYPE_NULL;
    }
  }
  if ((!binds.empty() && mysql_stmt_bind_param(statement, binds.data()) != 0) || mysql_stmt_execute(statement) != 0)
    return failure(mysql_stmt_errno(statement), std::string(mysql_stmt_error(statement)).c_str());
  return fetch(statement, each);
}

sdk::Status Session::fetch(MYSQL_STMT* statement, const OnRow& each) {
  const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> description(mysql_stmt_result_metadata(statement), mysql_free_result);
  if (description == nullptr) return {};
  Answer answer(statement, description.get());
  if (mysql_stmt_bind_result(statement, answer.binds()) != 0)
    return failure(mysql_stmt_errno(statement), std::string(mysql_stmt_error(statement)).c_str());
  int outcome = 0;
  while ((outcome = mysql_stmt_fetch(statement)) == 0 || outcome == MYSQL_DATA_TRUNCATED)
    if (each) each(answer);
  if (outcome != MYSQL_NO_DATA) return failure(mysql_stmt_errno(statement), std::string(mysql_stmt_error(statement)).c_str());
  mysql_stmt_free_result(statement);
  return {};
}

sdk::Status Session::command(const std::string& sql) {
  if (mysql_ == nullptr) return sdk::Status::unavailable("there is no connection to MariaDB at " + address_.server());
  if (mysql_real_query(mysql_, sql.data(), sql.size()) == 0) return {};
  return failure(mysql_errno(mysql_), std::string(mysql_error(mysql_)).c_str());
}

sdk::Status Session::commit() {
  sdk::Status status = command("COMMIT");
  if (status) return status;
  // Whatever the error, the server may have committed before it.
  close();
  return sdk::Status::error(sdk::Code::kUnknown, status.message());
}

void Session::rollback() {
  if (mysql_ != nullptr && !command("ROLLBACK")) close();
}

}  // namespace barnabas::offsets_mysql
