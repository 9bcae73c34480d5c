// VariantAddN: lists of one length added element by element. What is set in none of them is zeros of the
// shape that the lists tell. Custom operator. See shared/tensor_list.h.
#include <limits>
#include <optional>

#include "engine/graph/poller.h"
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, std::numeric_limits<int>::max(), 1));
  TRY(all_present(n));
  for (int i = 0; i < n.inputs(); ++i) TRY(n.has_type(n.in(i), {Type::variant}));
  return infer_list(n, 0);
}

/// What all lists tell of their elements' shape; the lists fit one another.
Result<PartialShape> check_lists(const Run& n) {
  TRY_SET(const TensorList first, TensorList::open(n.in(0)));
  if (first.type() != Type::f32 && first.type() != Type::i32)
    return Error(Code::unsupported,
                 cat("adds lists of ", name(first.type()), "; they may be float32 or int32"));
  std::optional<PartialShape> shape = first.shape();
  for (int i = 1; i < n.inputs() && shape; ++i) {
    TRY_SET(const TensorList list, TensorList::open(n.in(i)));
    if (list.type() != first.type() || list.size() != first.size())
      return Error(Code::invalid_argument,
                   cat("adds lists of ", first.size(), " ", name(first.type()), " and of ",
                       list.size(), " ", name(list.type())));
    shape = shape->merged(list.shape());
  }
  if (!shape) return Error(Code::invalid_argument, "adds lists of elements of other shapes");
  return *shape;
}

/// The shape of element i of the sum.
Result<Shape> element_shape(const Run& n, const PartialShape& shape, int32_t i) {
  std::optional<Shape> found;
  for (int k = 0; k < n.inputs(); ++k) {
    const TensorList::Item item = TensorList::again(n.in(k))[i];
    if (!item.set) continue;
    if (found && *found != item.shape)
      return Error(Code::invalid_argument, cat("adds elements ", i, " of shapes ", found->text(),
                                               " and ", item.shape.text()));
    found = item.shape;
  }
  if (!found) found = shape.whole();
  if (found) return *found;
  return Error(Code::invalid_argument, cat("nothing tells the shape of element ", i));
}

void add(Type type, const std::byte* from, int64_t count, std::byte* to) {
  if (type == Type::f32) {
    for (int64_t i = 0; i < count; ++i)
      reinterpret_cast<float*>(to)[i] += reinterpret_cast<const float*>(from)[i];
  } else {
    for (int64_t i = 0; i < count; ++i)  // wraps
      reinterpret_cast<uint32_t*>(to)[i] += reinterpret_cast<const uint32_t*>(from)[i];
  }
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const PartialShape shape, check_lists(n));
  const TensorList first = TensorList::again(n.in(0));
  Poller poll(n);
  for (int32_t i = 0; i < first.size(); ++i) {
    TRY(poll(8 * int64_t{n.inputs()}));
    TRY(element_shape(n, shape, i));
  }
  TRY(make_list(n, n.out(0), first.type(), shape, first.size(), [&](int32_t i) {
    return TensorList::Item{true, *element_shape(n, shape, i), nullptr};
  }));
  const TensorList sum = TensorList::again(n.out(0));
  for (int k = 0; k < n.inputs(); ++k) {
    const TensorList list = TensorList::again(n.in(k));
    for (int32_t i = 0; i < list.size(); ++i) {
      const TensorList::Item item = list[i];
      if (!item.set) continue;
      TRY(poll(item.shape.elements()));
      add(list.type(), item.data, item.shape.elements(),
          n.out(0).data + (sum[i].data - n.out(0).data));
    }
  }
  return ok();
}

}  // namespace

extern constinit const OpDef variant_add_n =
    define_op<NoParams, parse_none, infer>({.name = "VariantAddN"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
