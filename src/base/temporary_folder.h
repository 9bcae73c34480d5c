// TemporaryFolder: a folder of the process' own, in TMPDIR or /tmp, that goes with all that is in it
// when the object does.
#pragma once

#include <string>
#include <utility>

#include "samara/base/result.h"

namespace samara {

class TemporaryFolder {
 public:
  /// For its owner alone.
  ///
  /// Errors   system_error's
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }
  std::string in(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace samara
