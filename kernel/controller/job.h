// One thing that the controller has to decide: decided once, then answered or refused once.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "kernel/controller/controller.h"
#include "kernel/controller/decide.h"

namespace barnabas::controller {

// What NOT_CONTROLLER is told with.
inline constexpr std::string_view kNotLeading = "This is not the correct controller for this cluster.";

class Controller::Job {
 public:
  virtual ~Job() = default;
  virtual void decide(Draft& draft) = 0;
  virtual void answer() = 0;
  virtual void refuse(const Outcome& error) = 0;

  std::int64_t give_up_ns = 0;                   // 0: the store was never away when it was to be written
  virtual bool is_own() const { return false; }  // nobody is told what came of it
};

template <class Request, class Reply>
class Controller::Asked final : public Job {
 public:
  Asked(Request request, std::function<void(Reply)> reply) : request_(std::move(request)), reply_(std::move(reply)) {}

  void decide(Draft& draft) override { decided_ = controller::decide(request_, draft); }
  void answer() override { reply_(*std::move(decided_)); }
  void refuse(const Outcome& error) override { reply_(controller::refuse(request_, error)); }

 private:
  Request request_;
  std::function<void(Reply)> reply_;
  std::optional<Reply> decided_;
};

// Something that the controller wants of itself.
class Controller::Own final : public Job {
 public:
  Own(void (*decide)(Draft&), std::function<void(bool written)> done) : decide_(decide), done_(std::move(done)) {}

  void decide(Draft& draft) override { decide_(draft); }
  void answer() override { done_(true); }
  void refuse(const Outcome&) override { done_(false); }
  bool is_own() const override { return true; }

 private:
  void (*decide_)(Draft&);
  std::function<void(bool)> done_;
};

// Calls a closure when the store is done.
class Controller::Proposing final : public sdk::Completion {
 public:
  explicit Proposing(std::function<void(Status)> call) : call_(std::move(call)) {}
  void done(Status status) noexcept override { call_(std::move(status)); }

 private:
  std::function<void(Status)> call_;
};

// Reads an image out for the store, which may do so on a thread of its own.
class Controller::Snapshot final : public sdk::MetadataRecords, public sdk::Completion {
 public:
  Snapshot(std::shared_ptr<const catalog::Image> image, std::function<void(Status)> done)
      : image_(std::move(image)), done_(std::move(done)) {}

  sdk::MetadataPosition end() const { return image_->end(); }
  // Before anything is read; blocks for a while. An image that was made from records can be written as records.
  Status fill() {
    BARNABAS_TRY(catalog::each_record(*image_, [this](sdk::Bytes one) {
      records_.add_framed(one);
      return Status();
    }));
    return records_.status().copy();
  }
  bool next(sdk::Bytes& record) noexcept override {
    if (next_ == records_.count()) return false;
    record = records_[next_++];
    return true;
  }
  void done(Status status) noexcept override { done_(std::move(status)); }

 private:
  std::shared_ptr<const catalog::Image> image_;
  std::function<void(Status)> done_;
  catalog::FramedRecords records_;
  std::size_t next_ = 0;
};

}  // namespace barnabas::controller
