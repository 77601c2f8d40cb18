// A map whose copies share what is equal: copying it costs a few hundred pointers, changing one key copies a small bucket.
//
// A value; the contents are immutable, so copies may be read from any thread.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/uuid.h"

namespace barnabas::catalog {

// FNV-1a and not std::hash: the order in which entries are listed must not depend on the compiler.
inline std::size_t bucket_of(std::string_view key) {
  std::uint32_t hash = 2166136261u;
  for (const char c : key) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return (hash ^ (hash >> 16)) & 0xff;
}
inline std::size_t bucket_of(const Uuid& key) { return key.octets[15]; }

// `View` is what keys are looked up by, `Key` what is kept.
template <class Key, class View, class Value>
class SharedMap {
  using Entry = std::pair<Key, Value>;
  using Bucket = std::vector<Entry>;  // in the order of the keys

 public:
  SharedMap() = default;
  SharedMap(const SharedMap& other) : buckets_(other.buckets_), size_(other.size_) {}
  // REQUIRES of the one that is copied from: it is not changed any more.
  SharedMap& operator=(const SharedMap& other) {
    buckets_ = other.buckets_;
    own_.reset();
    size_ = other.size_;
    return *this;
  }

  const Value* find(const View& key) const {
    const auto& bucket = buckets_[bucket_of(key)];
    if (bucket == nullptr) return nullptr;
    const auto at = lower(*bucket, key);
    return at != bucket->end() && View(at->first) == key ? &at->second : nullptr;
  }

  void set(const View& key, Value value) {
    Bucket& bucket = own(bucket_of(key));
    const auto at = lower(bucket, key);
    if (at != bucket.end() && View(at->first) == key) {
      at->second = std::move(value);
    } else {
      bucket.emplace(at, Key(key), std::move(value));
      ++size_;
    }
  }

  void erase(const View& key) {
    if (find(key) == nullptr) return;
    Bucket& bucket = own(bucket_of(key));
    bucket.erase(lower(bucket, key));
    --size_;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // call(key, value) for each, in an order that depends on the keys alone.
  template <class Call>
  void each(Call&& call) const {
    for (const auto& bucket : buckets_)
      if (bucket != nullptr)
        for (const auto& [key, value] : *bucket) call(key, value);
  }

  // call(key, value) for each that `earlier` does not have with an equal value, gone(key, value) for each of which it had the key alone.
  // Costs what differs: of two maps that come from one, most is shared and not looked at.
  template <class Call, class Gone>
  void each_changed(const SharedMap& earlier, Call&& call, Gone&& gone) const {
    static const Bucket kEmpty;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      if (buckets_[i] == earlier.buckets_[i]) continue;
      const Bucket& now = buckets_[i] == nullptr ? kEmpty : *buckets_[i];
      const Bucket& before = earlier.buckets_[i] == nullptr ? kEmpty : *earlier.buckets_[i];
      auto old = before.begin();
      for (const auto& [key, value] : now) {
        for (; old != before.end() && View(old->first) < View(key); ++old) gone(old->first, old->second);
        const bool known = old != before.end() && View(old->first) == View(key);
        if (!known || old->second != value) call(key, value);
        if (known) ++old;
      }
      for (; old != before.end(); ++old) gone(old->first, old->second);
    }
  }

 private:
  template <class B>
  static auto lower(B& bucket, const View& key) {
    return std::lower_bound(bucket.begin(), bucket.end(), key,
                            [](const Entry& entry, const View& wanted) { return View(entry.first) < wanted; });
  }

  Bucket& own(std::size_t index) {
    auto& bucket = buckets_[index];
    if (!own_[index]) bucket = bucket == nullptr ? std::make_shared<Bucket>() : std::make_shared<Bucket>(*bucket);
    own_[index] = true;
    return *bucket;
  }

  std::array<std::shared_ptr<Bucket>, 256> buckets_;
  std::bitset<256> own_;  // made by this map since it was copied: nobody else sees them, they may be changed in place
  std::size_t size_ = 0;
};

}  // namespace barnabas::catalog
