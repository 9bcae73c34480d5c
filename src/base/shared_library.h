/// Shared libraries that are loaded when they are needed, so that a program runs without them.
/// Threads: any, each its own object.
#pragma once

#include <string>

#include "base/text.h"
#include "samara/base/result.h"

namespace samara {

/// Stays loaded until the process ends: libraries register handlers that run then, and sessions may
/// be running code of theirs.
class SharedLibrary {
 public:
  /// @param file   a name for the system's search, or a path
  /// @errors unsupported: not found, or the loader's reason
  static Result<SharedLibrary> load(const std::string& file);

  /// Sets `out` to the function of that name, or to null, which `complete` then tells.
  template <class Function>
  void find(const char* name, Function*& out) {
    out = reinterpret_cast<Function*>(address(name));
    if (!out && missing_.empty()) missing_ = name;
  }
  /// @errors unsupported: with the first name that was not found
  Status complete() const;

 private:
  explicit SharedLibrary(std::string file, void* handle)
      : file_(std::move(file)), handle_(handle) {}
  void* address(const char* name) const;

  std::string file_, missing_;
  void* handle_;
};

}  // namespace samara
