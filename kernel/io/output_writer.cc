#include "kernel/io/output_writer.h"

#include "kernel/io/os_error.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace barnabas::io {

namespace {

constexpr std::size_t kMostPieces = 64;
// Each call ends in a push of what it queued: slices of 64 KiB cost a third more, and those of 1 MiB leave the cache before they are read.
constexpr std::uint64_t kFileSliceBytes = 256 << 10;

struct Gathered {
  iovec pieces[kMostPieces];
  std::size_t count = 0;
  std::uint64_t size = 0;
  bool more = false;  // something follows, for example a file region
};

void add(Gathered& gathered, const std::uint8_t* data, std::uint64_t size) {
  if (size == 0) return;
  gathered.pieces[gathered.count++] = {const_cast<std::uint8_t*>(data), size};
  gathered.size += size;
}

// All memory up to the first file region.
void gather(base::Output& output, Gathered& gathered) {
  for (const base::Output::Piece& piece : output.pieces()) {
    if (!piece.is_lease) {
      if (gathered.count == kMostPieces) return void(gathered.more = true);
      add(gathered, piece.owned.data() + piece.begin, piece.owned.size() - piece.begin);
      continue;
    }
    for (std::size_t i = piece.region; i < piece.lease.region_count; ++i) {
      const sdk::Region& region = piece.lease.regions[i];
      if (region.file != nullptr || gathered.count == kMostPieces) return void(gathered.more = true);
      const std::uint64_t begin = i == piece.region ? piece.begin : 0;
      add(gathered, region.memory.data + begin, region.size - begin);
    }
  }
}

const sdk::Region* file_in_front(base::Output& output) {
  const base::Output::Piece& front = output.pieces().front();
  if (!front.is_lease) return nullptr;
  const sdk::Region& region = front.lease.regions[front.region];
  return region.file != nullptr ? &region : nullptr;
}

ssize_t send_memory(int socket, base::Output& output) {
  Gathered gathered;
  gather(output, gathered);
  msghdr message{};
  message.msg_iov = gathered.pieces;
  message.msg_iovlen = gathered.count;
  return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT | (gathered.more ? MSG_MORE : 0));
}

// Where there is no descriptor, or a file system that sendfile does not know: one copy through memory.
ssize_t send_copied(int socket, const sdk::Region& region, std::uint64_t begin, sdk::MutableBytes scratch, Status& reason) {
  const std::uint64_t wanted = std::min<std::uint64_t>(region.size - begin, scratch.size);
  std::size_t count = 0;
  reason = region.file->read_at(region.position + begin, {scratch.data, wanted}, count);
  if (!reason.ok()) return -1;
  if (count == 0) return 0;
  return ::send(socket, scratch.data, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t send_file(int socket, const sdk::Region& region, std::uint64_t begin, sdk::MutableBytes scratch, Status& reason) {
  const int file = region.file->descriptor();
  if (file >= 0) {
    auto offset = static_cast<off_t>(region.position + begin);
    const ssize_t count = ::sendfile(socket, file, &offset, std::min(region.size - begin, kFileSliceBytes));
    if (count >= 0 || (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)) return count;
  }
  return send_copied(socket, region, begin, scratch, reason);
}

}  // namespace

SendOutcome send_output(int socket, base::Output& output, std::uint64_t budget_bytes, sdk::MutableBytes scratch) {
  SendOutcome outcome;
  std::uint64_t sent = 0;
  while (!output.empty()) {
    if (sent >= budget_bytes) {
      outcome.sent = Sent::kBudget;
      return outcome;
    }
    const sdk::Region* file = file_in_front(output);
    const std::uint64_t begin = output.pieces().front().begin;
    const ssize_t count = file != nullptr ? send_file(socket, *file, begin, scratch, outcome.reason) : send_memory(socket, output);
    if (count > 0) {
      output.consume(static_cast<std::uint64_t>(count));
      sent += static_cast<std::uint64_t>(count);
      continue;
    }
    if (count < 0 && outcome.reason.ok() && errno == EINTR) continue;
    if (count < 0 && outcome.reason.ok() && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      outcome.sent = Sent::kBlocked;
      return outcome;
    }
    outcome.sent = Sent::kFailed;
    if (count == 0) {
      outcome.reason = Status::io("a stored file ends before octet " + std::to_string(file != nullptr ? file->position + begin : 0) +
                                  ", which was to be sent: something outside this program has cut it");
    } else if (outcome.reason.ok()) {
      outcome.error = errno;
    }
    return outcome;
  }
  return outcome;
}

}  // namespace barnabas::io
