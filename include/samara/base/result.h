// Result<T>, Status and Error: how every room reports what failed, where, and while doing what.
//
// Why our own: the project builds with g++ 12 in C++20 mode, which has no std::expected, and the
// engine is compiled without exceptions. An Error is one pointer, so Status costs one word and the
// good path touches no memory; frames are built only on failure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "samara/base/export.h"

namespace samara {

/// What kind of failure it was; the closed list that C status, HTTP status and exit codes map from.
enum class Code : uint8_t {
  invalid_argument,     // the caller's value is wrong: shape, type, name, flag
  invalid_model,        // the model file contradicts itself or the format
  unsupported,          // well-formed, but not something this build or version can do
  not_found,            // a file, tensor, signature or name does not exist
  io,                   // reading or writing failed
  resource_exhausted,   // a limit on memory, size, count or disk space was reached
  cancelled,            // the caller asked to stop
  deadline_exceeded,    // the caller's deadline passed
  unavailable,          // something outside (delegate, server) is gone for now
  data_loss,            // bytes are damaged: checksum, truncated file
  permission_denied,    // the system or a policy forbids it
  failed_precondition,  // the object is not in the state that the call needs
  internal,             // our bug
};

/// The code's name as printed, e.g. "invalid_model".
SAMARA_API std::string_view name(Code code);

/// A failure: a code, one sentence, where in the source, and the frames it passed on its way out.
class SAMARA_API Error {
 public:
  /// Source   file and line are taken from the place of construction
  Error(Code code, std::string message, const char* file = __builtin_FILE(),
        int line = __builtin_LINE());
  Error(Error&&) noexcept = default;
  Error& operator=(Error&&) noexcept = default;
  Error(const Error& other);
  Error& operator=(const Error& other);
  ~Error() = default;

  Code code() const { return rep_->code; }
  const std::string& message() const { return rep_->message; }
  /// Innermost first, e.g. "tensor 17 'conv1/w'", "model face.tflite".
  const std::vector<std::string>& frames() const { return rep_->frames; }
  /// The error with one more frame: what was being done around it.
  Error in(std::string frame) &&;
  /// All of it as text: "invalid_model: has 31 scales [use.cc:11]\n  in tensor 17 'conv1/w'".
  std::string text() const;
  /// As text(), on one line and without the source place: for users.
  std::string brief() const;

 private:
  struct Rep {
    Code code = Code::internal;
    std::string message;
    const char* file = "";
    int line = 0;
    std::vector<std::string> frames;
  };
  std::unique_ptr<Rep> rep_;
};

/// A T, or the Error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  using Value = T;
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return std::move(*value_); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return std::move(*value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

  /// Adds a frame if this is an error; `frame` is called only then and returns a string.
  template <class F>
  Result in(F&& frame) && {
    if (ok()) return std::move(*this);
    return std::move(*error_).in(frame());
  }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

/// Success, or the Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using Value = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }
  template <class F>
  Result in(F&& frame) && {
    if (ok()) return std::move(*this);
    return std::move(*error_).in(frame());
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;
inline Status ok() { return {}; }

}  // namespace samara
