// TensorListGetItem: the element of a list that input 1 numbers; zeros where it is not set, of the shape
// that input 2, the list and its other elements tell. Custom operator. See shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  TRY(n.has_type(n.in(0), {Type::variant}));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(check_partial_shape(n, 2));
  TRY(check_element_type(n.out(0).type));
  return n.sized_by_run(n.out(0));
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  TRY(list.check_type(n.out(0)));
  TRY_SET(const int64_t index, read_int(n, 1));
  if (index < 0 || index >= list.size())
    return value_error(n, 1, cat("element ", index, " of a list of ", list.size()));
  TensorList::Item item = list[int32_t(index)];
  if (!item.set) {
    TRY_SET(const PartialShape hint, PartialShape::read(n, 2));
    TRY_SET(item.shape, list.common_shape(hint));
  }
  return give_item(n, n.out(0), item);
}

}  // namespace

extern constinit const OpDef tensor_list_get_item = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListGetItem"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
