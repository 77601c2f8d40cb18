// What all groups of a coordinator share: settings, time, the journal, alarms, and the replies that are on their way out.
//
// Replies are collected while state changes and called when the outermost Turn ends, so that whoever is answered meets a consistent
// coordinator. One thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "kernel/group/consumer/metadata_hash.h"
#include "kernel/group/coordinator.h"
#include "kernel/group/deadlines.h"
#include "kernel/group/stores.h"

namespace barnabas::group {

struct Context {
  Context(GroupSettings s, Journal& j, sdk::Random& r, Background* b) : settings(std::move(s)), journal(j), random(r), background(b) {}

  template <class T>
  void answer(std::function<void(T)> reply, T value) {
    if (reply) outbox.push_back([reply = std::move(reply), value = std::move(value)]() mutable { reply(std::move(value)); });
  }

  const GroupSettings settings;
  Journal& journal;
  sdk::Random& random;
  Background* const background;
  std::shared_ptr<const catalog::Image> image;  // null: none came yet
  std::uint64_t image_version = 0;
  std::uint64_t topics_version = 0;  // grows when a topic comes, goes, or has other partitions or racks
  MetadataHashes hashes;
  Stores* stores = nullptr;  // between which groups may be moved; null: there is one
  Now now;
  Deadlines deadlines;
  std::deque<std::function<void()>> outbox;
  std::vector<std::shared_ptr<void>> retired;  // groups that this turn made others of
  int depth = 0;
  bool closed = false;  // the coordinator is gone: nobody is answered
};

class Turn {
 public:
  explicit Turn(std::shared_ptr<Context> context) : context_(std::move(context)) { ++context_->depth; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (--context_->depth > 0) return;
    context_->retired.clear();
    while (!context_->closed && !context_->outbox.empty()) {
      const std::function<void()> reply = std::move(context_->outbox.front());
      context_->outbox.pop_front();
      reply();
    }
  }

 private:
  const std::shared_ptr<Context> context_;
};

}  // namespace barnabas::group
