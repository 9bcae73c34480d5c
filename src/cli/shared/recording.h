// Recording: every tensor that a run computes, kept in memory or in a folder of .npy files with
// tensors.json, and read from there again.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/shared/values.h"
#include "samara/base/result.h"
#include "samara/graph/observer.h"

namespace samara::cli {

/// A tensor as the run left it, and the node that wrote it.
struct Recorded {
  std::string name;
  int subgraph = 0, index = 0;  // the tensor
  std::string op;               // the node's: "CONV_2D"
  int node = 0;
  Type type = Type::f32;
  std::vector<int32_t> shape;
  Quantized quant;
  ReadNumber read = nullptr;  // of `data`, whose form a file may have changed (npy_file)
  std::vector<std::byte> data;
};

/// In the order in which the tensors were written first.
using Recording = std::vector<Recorded>;

/// Keeps the last value of every tensor with numbers that a node writes.
class Recorder : public graph::Observer {
 public:
  /// With a folder, values go there: those of the main graph at once, those of other subgraphs,
  /// which a loop computes over and over, at the end. Without, they stay in memory.
  explicit Recorder(std::string folder = "") : folder_(std::move(folder)) {}

  void after(const graph::NodeInfo& node, const graph::Operands& operands, int64_t) override;
  /// To be called when the run is over. The recording holds values only if there is no folder.
  Result<Recording> finish();

 private:
  std::string folder_;
  Status status_;
  Recording list_;
  std::map<std::pair<int, int>, size_t> places_;  // in list_, by subgraph and tensor
};

/// Reads a folder that a Recorder wrote, or one by hand: of the members of tensors.json's entries
/// only "file" and "name" must be there.
///
/// Errors   not_found (folder, tensors.json or an array), data_loss (an array that is damaged, or
///          not of the type that tensors.json tells), invalid_argument (tensors.json)
Result<Recording> read_recording(const std::string& folder);

}  // namespace samara::cli
