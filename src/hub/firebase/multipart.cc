#include "hub/firebase/multipart.h"

#include "base/text.h"
#include "base/try.h"

namespace samara::hub {
namespace {

constexpr size_t kMostText = 64 << 10;  // of a head or of the first part
constexpr std::string_view kBlank = "\r\n\r\n";

Error wrong(std::string_view what) {
  return Error(Code::invalid_argument, cat("the body is no multipart/related: ", what));
}

}  // namespace

Result<Multipart> Multipart::of(std::string_view type) {
  if (!type.starts_with("multipart/")) return wrong("the Content-Type is another");
  const size_t at = type.find("boundary=");
  if (at == type.npos) return wrong("the Content-Type names no boundary");
  std::string_view boundary = type.substr(at + 9);
  if (boundary.starts_with('"')) {
    boundary = boundary.substr(1, boundary.find('"', 1) - 1);
  } else {
    boundary = boundary.substr(0, boundary.find_first_of("; \t"));
  }
  if (boundary.empty() || boundary.size() > 200) return wrong("the boundary is empty or too long");
  Multipart out{std::string(boundary)};
  out.buffer_ = "\r\n";  // so that the first boundary is like the others
  return out;
}

Status Multipart::take(std::span<const std::byte> piece, OnDescription described, OnBytes bytes) {
  if (state_ == State::end) return ok();  // what follows the last boundary has no meaning
  buffer_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  for (bool more = true; more && state_ != State::end;) {
    TRY_SET(more, step(described, bytes));
  }
  return ok();
}

Status Multipart::give(size_t size, OnBytes bytes) {
  if (size == 0) return ok();
  TRY(bytes(std::as_bytes(std::span(buffer_.data(), size))));
  buffer_.erase(0, size);
  return ok();
}

/// One step ahead; false where more of the body is needed first.
Result<bool> Multipart::step(OnDescription described, OnBytes bytes) {
  const bool head = state_ == State::first_head || state_ == State::second_head;
  const std::string_view mark = head ? kBlank : std::string_view(delimiter_);
  const size_t at = buffer_.find(mark);
  if (at == buffer_.npos) {
    if (state_ == State::second) {
      // All but what may be the beginning of a boundary.
      if (buffer_.size() > mark.size()) TRY(give(buffer_.size() - mark.size(), bytes));
    } else if (buffer_.size() > kMostText) {
      return wrong("its first part is too long, or its boundary never comes");
    }
    return false;
  }
  if (!head && at + mark.size() + 2 > buffer_.size()) return false;
  if (state_ == State::first) TRY(described(buffer_.substr(0, at)));
  if (state_ == State::second) {
    TRY(give(at, bytes));
    buffer_.clear();
    state_ = State::end;
    return true;
  }
  // After a boundary stands the end of its line, or "--" where nothing follows.
  if (!head && buffer_.compare(at + mark.size(), 2, "--") == 0) return wrong("it lacks a part");
  // A head may be empty: then the line's end after the boundary is the first half of the blank line.
  buffer_.erase(0, at + mark.size());
  state_ = static_cast<State>(static_cast<int>(state_) + 1);
  return true;
}

}  // namespace samara::hub
