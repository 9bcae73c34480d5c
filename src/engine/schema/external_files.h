// Weights in files beside the model (external_buffers): opened once each, by a safe name.
#pragma once

#include <map>
#include <string>

#include "engine/schema/storage.h"

namespace samara::schema {

class ExternalFiles {
 public:
  /// `folder`: where the model lies; empty where it has no place (bytes, descriptor, archive).
  ExternalFiles(std::string folder, bool map, uint64_t limit)
      : folder_(std::move(folder)), map_(map), limit_(limit) {}

  /// A range of the file `name`.
  /// Errors   invalid_model  the name leaves the model's folder, or the range the file
  ///          unsupported    the model was not opened by the path of a file
  Result<std::span<const std::byte>> range(std::string_view name, Range range);
  bool intact() const;
  bool any() const { return !open_.empty(); }
  void drop_weights() const {
    for (const auto& [name, mapping] : open_) mapping.drop();
  }
  /// Of all files opened so far.
  uint64_t bytes() const { return bytes_; }

 private:
  Result<Mapping*> open(const std::string& name);
  std::string folder_;
  bool map_;
  uint64_t limit_;
  uint64_t bytes_ = 0;
  std::map<std::string, Mapping> open_;
};

}  // namespace samara::schema
