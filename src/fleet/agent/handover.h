// Handover: a model as an open file, for another program of this machine.
//
// A model that lies plain is handed over where it lies: the store keeps the file as long as anybody
// has it open. One that lies sealed is opened into memory that no file on a disk holds and that
// nobody can change any more, one memory for all who ask; docs/model-security.md.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/file.h"
#include "fleet/agent/model_manager.h"

namespace samara::agent {

class Handover {
 public:
  /// The manager outlives it.
  explicit Handover(ModelManager& manager) : manager_(manager) {}

  /// What latest_file() names, open for reading; `size` of its bytes are the model's.
  ///
  /// Errors   not_found    no version is here
  ///          unsupported  it lies sealed, and this system has no memory that can be closed to changes
  ///          data_loss    it was changed, or is sealed with another key; and the key's
  /// Threads  any
  /// Memory   that of the newest version of each sealed model that was asked for
  Result<delivery::HeldModel> open(const std::string& name);

 private:
  struct Memory {
    std::string sha256;
    File file;
  };
  ModelManager& manager_;
  std::mutex mutex_;
  std::map<std::string, Memory> opened_;  // by the model's name
};

}  // namespace samara::agent
