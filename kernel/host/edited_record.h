// A record on its way through a chain of interceptors: what it is now, and what the one that is being asked would change about it. Nothing
// that it lends moves until that one has answered, so an interceptor may change a record and go on reading it. One thread.
#pragma once

#include <barnabas/sdk/interceptor.h>

#include <optional>
#include <string>
#include <vector>

namespace barnabas::host {

class EditedRecord final : public sdk::RecordEdit {
 public:
  EditedRecord() = default;
  explicit EditedRecord(const sdk::RecordView& record) { assign(record); }
  EditedRecord(const EditedRecord&) = delete;
  EditedRecord& operator=(const EditedRecord&) = delete;

  // Another record; nothing is asked for.
  void assign(const sdk::RecordView& record);
  // As it is now. Valid until keep() or assign().
  const sdk::RecordView& view() const { return view_; }
  // Whether anything was kept.
  bool changed() const { return changed_; }

  // What was asked for happens, or is forgotten.
  void keep();
  void forget();
  // The reason, where it was asked to be refused.
  const std::optional<std::string>& refusal() const { return refusal_; }

  void set_key(sdk::Bytes key) noexcept override { new_key_ = copy(key); }
  void set_value(sdk::Bytes value) noexcept override {
    new_value_ = copy(value);
    clears_value_ = false;
  }
  void clear_value() noexcept override {
    new_value_.reset();
    clears_value_ = true;
  }
  void add_header(sdk::Text key, sdk::Bytes value) noexcept override { new_headers_.push_back({std::string(key), copy(value)}); }
  void reject(sdk::Text reason) noexcept override { refusal_ = std::string(reason); }

 private:
  using Field = std::optional<std::string>;
  struct Header {
    std::string key;
    Field value;
  };

  static std::string copy(sdk::Bytes octets) { return std::string(reinterpret_cast<const char*>(octets.data), octets.size); }
  static sdk::Bytes bytes(const Field& field) { return field ? sdk::Bytes(*field) : sdk::Bytes(); }
  void look();

  Field key_;
  Field value_;
  std::vector<Header> headers_;
  std::vector<sdk::HeaderView> header_views_;
  sdk::RecordView view_;
  bool changed_ = false;

  Field new_key_;
  Field new_value_;
  bool clears_value_ = false;
  std::vector<Header> new_headers_;
  std::optional<std::string> refusal_;
};

}  // namespace barnabas::host
