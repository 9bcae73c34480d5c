// Tensors: a subgraph's tensors as TfLiteTensor structures, whose data is the engine's own memory.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/graph/memory.h"
#include "engine/tflite_abi/types.h"
#include "samara/graph/op.h"
#include "samara/schema/model_file.h"

namespace samara::tflite_abi {

class Tensors {
 public:
  /// As in the file; constants have their data. `room` is for tensors that add() may make.
  Tensors(const schema::Subgraph& from, size_t room);
  ~Tensors();
  Tensors(const Tensors&) = delete;
  Tensors& operator=(const Tensors&) = delete;

  size_t size() const { return size_; }
  /// Where they lie: one array that never moves.
  TfLiteTensor* data() { return list_.get(); }
  TfLiteTensor* get(int64_t index) {
    return index >= 0 && size_t(index) < size_ ? &list_[size_t(index)] : nullptr;
  }
  bool of_file(const TfLiteTensor* t) const { return t < list_.get() + in_file_; }
  /// Index of one of these tensors; -1: it is not.
  int index_of(const TfLiteTensor* t) const;

  /// Makes t's structure like the engine's tensor: type, shape, and where its values are.
  void show(const graph::Tensor& t);
  /// The shape alone, and no data: what resizing an input comes to before it is planned.
  Status announce(int32_t index, std::span<const int32_t> shape);
  /// New tensors, without memory. -1: there is no more room.
  int add(int count);
  /// Memory for a tensor that add() made, by its type and shape.
  Status allocate(TfLiteTensor& t);
  /// Gives a tensor memory that TfLiteTensorRealloc() may move; what show() says of it is then
  /// ignored until the next shape.
  static void make_dynamic(TfLiteTensor& t);
  void release_dynamic(TfLiteTensor& t);

  /// Sets the dimensions; false: there is no memory.
  static bool set_dims(TfLiteTensor& t, std::span<const int32_t> shape);

 private:
  void describe(TfLiteTensor& t, const schema::Tensor& from, const std::string& name);

  size_t in_file_, size_, room_;
  std::unique_ptr<TfLiteTensor[]> list_;
  std::vector<std::string> names_;
  std::vector<bool> in_model_;  // constants of the file; graphs may fold other tensors to constants
  graph::Budget budget_{uint64_t{1} << 40, "temporary tensors"};
  std::vector<graph::Buffer> own_;  // of added tensors
};

/// Bytes of a tensor of this type and shape; no value where they do not fit.
std::optional<uint64_t> bytes_of(TfLiteType type, std::span<const int32_t> shape);

}  // namespace samara::tflite_abi
