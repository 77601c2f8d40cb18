#include "kernel/io/os_error.h"

#include <cerrno>
#include <system_error>

namespace barnabas::io {

namespace {

Code file_code(int error) {
  switch (error) {
    case ENOENT:
      return Code::kNotFound;
    case EEXIST:
    case ENOTEMPTY:
      return Code::kExists;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Code::kExhausted;
    case EACCES:
    case EPERM:
    case EINVAL:
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV:
      return Code::kInvalid;
    case EOPNOTSUPP:
      return Code::kUnsupported;
    default:
      return Code::kIo;
  }
}

Code network_code(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return Code::kExhausted;
    default:
      return Code::kUnavailable;
  }
}

std::string sentence(int error, std::string_view attempt) { return std::string(attempt) + ": " + os_words(error); }

}  // namespace

std::string os_words(int error) { return std::generic_category().message(error); }

Status file_error(int error, std::string_view attempt) { return Status::error(file_code(error), sentence(error, attempt)); }

Status network_error(int error, std::string_view attempt) { return Status::error(network_code(error), sentence(error, attempt)); }

}  // namespace barnabas::io
