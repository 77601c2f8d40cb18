// Locks between processes, as Java's FileLock takes them (fcntl over the whole file), counted within this one. Any thread.
//
// The system gives such a lock up as soon as any descriptor of the process for that file is closed: nobody else may open a lock file.
#pragma once

#include "kernel/base/result.h"
#include "kernel/io/descriptor.h"

#include <map>
#include <mutex>
#include <string>

namespace barnabas::io {

class FileLocks {
 public:
  Status lock(const std::string& path);  // kExists: another process holds it
  void unlock(const std::string& path);

 private:
  struct Held {
    Descriptor descriptor;
    std::size_t count = 0;
  };

  std::mutex mutex_;
  std::map<std::string, Held> held_;  // by path without links and detours
};

}  // namespace barnabas::io
