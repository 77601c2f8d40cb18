// Compression contexts that are costly to make: taken for one call, kept for the next. [any thread]
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace barnabas::codec {

// At most as many contexts exist as calls ever ran at once.
template <class Context>
class ContextPool {
 public:
  class Loan {
   public:
    explicit Loan(ContextPool& pool) : pool_(pool), context_(pool.take()) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() { pool_.give_back(std::move(context_)); }
    Context* operator->() { return context_.get(); }
    Context& operator*() { return *context_; }

   private:
    ContextPool& pool_;
    std::unique_ptr<Context> context_;
  };

 private:
  std::unique_ptr<Context> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto context = std::move(idle_.back());
        idle_.pop_back();
        return context;
      }
    }
    return std::make_unique<Context>();
  }
  void give_back(std::unique_ptr<Context> context) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(context));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Context>> idle_;
};

}  // namespace barnabas::codec
