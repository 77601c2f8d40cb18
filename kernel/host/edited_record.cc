#include "kernel/host/edited_record.h"

#include <iterator>
#include <utility>

namespace barnabas::host {

void EditedRecord::assign(const sdk::RecordView& record) {
  key_ = record.has_key ? Field(copy(record.key)) : Field();
  value_ = record.has_value ? Field(copy(record.value)) : Field();
  headers_.clear();
  for (std::size_t i = 0; i < record.header_count; ++i) {
    const sdk::HeaderView& header = record.headers[i];
    headers_.push_back({std::string(header.key), header.has_value ? Field(copy(header.value)) : Field()});
  }
  view_.offset = record.offset;
  view_.timestamp_ms = record.timestamp_ms;
  changed_ = false;
  forget();
  look();
}

void EditedRecord::keep() {
  if (!new_key_ && !new_value_ && !clears_value_ && new_headers_.empty()) return;
  if (new_key_) key_ = std::move(new_key_);
  if (new_value_ || clears_value_) value_ = std::move(new_value_);
  std::move(new_headers_.begin(), new_headers_.end(), std::back_inserter(headers_));
  changed_ = true;
  std::optional<std::string> refusal = std::move(refusal_);
  forget();
  refusal_ = std::move(refusal);
  look();
}

void EditedRecord::forget() {
  new_key_.reset();
  new_value_.reset();
  clears_value_ = false;
  new_headers_.clear();
  refusal_.reset();
}

void EditedRecord::look() {
  header_views_.clear();
  for (const Header& header : headers_) header_views_.push_back({header.key, bytes(header.value), header.value.has_value()});
  view_.key = bytes(key_);
  view_.has_key = key_.has_value();
  view_.value = bytes(value_);
  view_.has_value = value_.has_value();
  view_.headers = header_views_.data();
  view_.header_count = header_views_.size();
}

}  // namespace barnabas::host
