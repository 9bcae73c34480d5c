// Lists of tensors, as TensorList* and their kin hand them on: a tensor of type variant, which holds a
// header, an entry for each element, and the elements' values.
// Rules from: LiteRT tflite/kernels/variants/; TensorFlow's list_ops where that cannot tell a scalar
// from an unknown shape.
#pragma once

#include <optional>

#include "engine/ops/shared/move.h"

namespace samara::ops {

/// A shape of which the rank (-1) and dimensions (-1) may be unknown.
class PartialShape {
 public:
  static constexpr int kUnknown = -1;
  static PartialShape of(const Shape& shape);
  /// The values of input i: a vector of dimensions, or a scalar where nothing is known.
  static Result<PartialShape> read(const Operands& n, int i);
  int rank() const { return rank_; }
  int32_t operator[](int i) const { return dims_[size_t(i)]; }
  /// What both know; nothing where they contradict each other.
  std::optional<PartialShape> merged(const PartialShape& other) const;
  /// The shape, where all of it is known.
  std::optional<Shape> whole() const;
  std::string text() const;

 private:
  int32_t rank_ = kUnknown;
  std::array<int32_t, kMaxRank> dims_{};
};

/// A list, read without copies.
class TensorList {
 public:
  struct Item {
    bool set = false;
    Shape shape;
    const std::byte* data = nullptr;  // null: zeros
  };

  /// Checks all of it. Errors: invalid_argument (a variant that is no list).
  static Result<TensorList> open(const Tensor& t);
  /// The same of a list that was opened before, without checks.
  static TensorList again(const Tensor& t);
  Type type() const { return type_; }
  int32_t size() const { return size_; }
  const PartialShape& shape() const { return shape_; }
  Item operator[](int32_t i) const;
  /// The shape of all elements: what `hint`, the list and those that are set know together. Errors:
  /// invalid_argument (they contradict each other, or do not know it all).
  Result<Shape> common_shape(const PartialShape& hint) const;
  /// The elements' type is t's. Errors: invalid_argument.
  Status check_type(const Tensor& t) const;

 private:
  const std::byte* data_ = nullptr;
  Type type_ = Type::f32;
  int32_t size_ = 0;
  PartialShape shape_;
};

/// Input 0 is a list and output `out` as well.
Status infer_list(Infer& n, int out);
/// Input i is a shape, fully known or not, of int32.
Status check_partial_shape(const Infer& n, int i);
/// Elements of lists are whole bytes.
Status check_element_type(Type type);

/// Fills output `out` with a list of `size` elements; element i is item(i), which is asked for twice.
Status make_list(Run& n, const Tensor& out, Type type, const PartialShape& shape, int32_t size,
                 FunctionRef<TensorList::Item(int32_t)> item);
/// Gives output `out`, sized by run, the element, or zeros of its shape.
Status give_item(Run& n, const Tensor& out, const TensorList::Item& item);

}  // namespace samara::ops
