// TensorListElementShape: what is known of the shape of a list's elements: a vector with -1 for unknown
// dimensions, the scalar -1 for an unknown rank. Custom operator. See shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::variant}));
  TRY(n.has_type(n.out(0), {Type::i32}));
  return n.sized_by_run(n.out(0));
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const TensorList list, TensorList::open(n.in(0)));
  const PartialShape& shape = list.shape();
  if (shape.rank() == PartialShape::kUnknown) {
    TRY(n.resize(n.out(0), {}));
    *n.out_data<int32_t>(0) = PartialShape::kUnknown;
    return ok();
  }
  TRY(n.resize(n.out(0), {shape.rank()}));
  for (int d = 0; d < shape.rank(); ++d) n.out_data<int32_t>(0)[d] = shape[d];
  return ok();
}

}  // namespace

extern constinit const OpDef tensor_list_element_shape = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListElementShape"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
