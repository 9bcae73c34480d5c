// TensorListFromTensor: the slices of input 0 along its first dimension as a list, whose elements' shape
// input 1 tells as far as it is known. Custom operator. See shared/tensor_list.h.
#include "engine/ops/shared/tensor_list.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(check_element_type(n.in(0).type));
  if (n.in(0).shape.rank() < 1)
    return Error(Code::invalid_model, cat("'", n.in(0).name, "' is a scalar, which has no slices"));
  TRY(check_partial_shape(n, 1));
  TRY(n.has_type(n.out(0), {Type::variant}));
  return n.set_shape(n.out(0), {});
}

Status run(const NoParams&, Run& n) {
  const Tensor& in = n.in(0);
  const Shape slice(in.shape.dims().subspan(1));
  TRY_SET(const PartialShape shape, PartialShape::read(n, 1));
  if (!shape.merged(PartialShape::of(slice)))
    return value_error(n, 1,
                       cat("slices of ", in.shape.text(), " are not of shape ", shape.text()));
  const int64_t bytes = slice.elements() * element_size(in.type);
  return make_list(n, n.out(0), in.type, shape, in.shape[0],
                   [&](int32_t i) { return TensorList::Item{true, slice, in.data + i * bytes}; });
}

}  // namespace

extern constinit const OpDef tensor_list_from_tensor = define_op<NoParams, parse_none, infer>(
    {.name = "TensorListFromTensor"}, {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
