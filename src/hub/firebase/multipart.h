// Multipart: reads a body of the type multipart/related as it arrives: a JSON part that describes, then
// a part of bytes, as Google Cloud Storage's clients upload small files.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::hub {

class Multipart {
 public:
  /// `content_type` is the request's header.
  ///
  /// Errors   invalid_argument  of another type, or without a boundary
  static Result<Multipart> of(std::string_view content_type);

  using OnDescription = FunctionRef<Status(const std::string&)>;
  using OnBytes = FunctionRef<Status(std::span<const std::byte>)>;
  /// Takes the next piece: calls `described` once with the first part, then `bytes` as they come.
  ///
  /// Errors   invalid_argument  not of that form; and theirs
  Status take(std::span<const std::byte> piece, OnDescription described, OnBytes bytes);
  /// Whether the last boundary has come.
  bool whole() const { return state_ == State::end; }

 private:
  enum class State { preamble, first_head, first, second_head, second, end };
  explicit Multipart(std::string boundary) : delimiter_("\r\n--" + boundary) {}
  Result<bool> step(OnDescription described, OnBytes bytes);
  Status give(size_t size, OnBytes bytes);

  std::string delimiter_, buffer_;
  State state_ = State::preamble;
};

}  // namespace samara::hub
