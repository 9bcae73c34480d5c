// Every place where one part of a model names another by its number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/schema/generated/tflite_object_generated.h"
#include "samara/base/function_ref.h"

namespace samara::edit {

/// A place's number to what it is to be; absent operands (negative numbers) are not shown.
using Renumber = FunctionRef<int64_t(int64_t)>;

void for_tensor_indices(fb::ModelT& model, int subgraph, Renumber change);
void for_buffer_indices(fb::ModelT& model, Renumber change);
void for_code_indices(fb::ModelT& model, Renumber change);

/// New numbers for what is left of a list.
class Kept {
 public:
  explicit Kept(size_t size) : used_(size) {}
  void use(int64_t index) {
    if (index >= 0 && size_t(index) < used_.size()) used_[size_t(index)] = true;
  }
  bool used(size_t index) const { return used_[index]; }
  /// Removes the others from `list`; returns how many. After it, renumbered() tells.
  template <class T>
  size_t shrink(std::vector<T>& list) {
    std::vector<T> left;
    for (size_t i = 0; i < used_.size(); ++i) {
      place_.push_back(int64_t(left.size()));
      if (used_[i]) left.push_back(std::move(list[i]));
    }
    list = std::move(left);
    return used_.size() - list.size();
  }
  int64_t renumbered(int64_t index) const {
    return size_t(index) < place_.size() ? place_[size_t(index)] : index;
  }

 private:
  std::vector<bool> used_;
  std::vector<int64_t> place_;
};

}  // namespace samara::edit
