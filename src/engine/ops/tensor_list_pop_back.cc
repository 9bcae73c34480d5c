// TensorListPopBack: a list without its last element, and that element; zeros where it is not set, of the
// shape that input 1, the list and its other elements tell. Custom operator. See shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 2));
  TRY(check_partial_shape(n, 1));
  TRY(check_element_type(n.out(1).type));
  TRY(n.sized_by_run(n.out(1)));
  return infer_list(n, 0);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  TRY(list.check_type(n.out(1)));
  if (list.size() == 0)
    return Error(Code::invalid_argument, cat("'", n.in(0).name, "' is an empty list"));
  TensorList::Item last = list[list.size() - 1];
  if (!last.set) {
    TRY_SET(const PartialShape hint, PartialShape::read(n, 1));
    TRY_SET(last.shape, list.common_shape(hint));
  }
  TRY(make_list(n, n.out(0), list.type(), list.shape(), list.size() - 1,
                [&](int32_t i) { return list[i]; }));
  return give_item(n, n.out(1), last);
}

}  // namespace

extern constinit const OpDef tensor_list_pop_back = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListPopBack"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
