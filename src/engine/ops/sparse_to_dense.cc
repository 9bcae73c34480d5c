// SPARSE_TO_DENSE: a tensor of the shape in input 1, filled with the value in input 3, with the
// values in input 2 (one each, or one for all) at the coordinates in input 0. Builtin 68, versions 1
// to 3. Rules from: LiteRT tflite/kernels/sparse_to_dense.cc: coordinates out of range are an error
// whatever validate_indices says; of equal ones the last counts.
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

int64_t count_of(const Tensor& indices) { return indices.shape.rank() == 0 ? 1 : indices.shape[0]; }

Status check_values(const Operands& n, const Shape& shape) {
  return n.in(0).shape.rank() == 2 ? check_coordinates(n, 0, shape) : check_indices(n, 0, shape[0]);
}

Status check_operands(const Infer& n) {
  const Tensor &indices = n.in(0), &values = n.in(2);
  TRY(n.has_type(indices, {Type::i32, Type::i64}));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  TRY(n.has_rank(n.in(1), 1));
  TRY(n.same_type(values, n.in(3)));
  TRY(n.same_type(values, n.out(0)));
  if (indices.shape.rank() > 2)
    return Error(Code::invalid_model, cat("the indices have shape ", indices.shape.text(),
                                          "; at most rank 2 makes sense"));
  const int64_t depth = indices.shape.rank() == 2 ? indices.shape[1] : 1;
  if (depth != n.in(1).shape[0])
    return Error(Code::invalid_model,
                 cat("indices ", indices.shape.text(), " do not address rank ", n.in(1).shape[0]));
  if (values.shape.rank() > 1 || (values.shape.rank() == 1 && values.shape[0] != count_of(indices)))
    return Error(Code::invalid_model,
                 cat("has values ", values.shape.text(), " for ", count_of(indices), " indices"));
  if (n.in(3).shape.elements() != 1)
    return Error(Code::invalid_model,
                 cat("the default value has shape ", n.in(3).shape.text(), ", not one element"));
  return ok();
}

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(4, 1));
  TRY(check_operands(n));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Shape shape, read_shape(n, 1));
  if (n.known(0)) TRY(check_values(n, shape));
  return n.set_shape(n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  const Tensor &indices = n.in(0), &values = n.in(2), &out = n.out(0);
  if (!indices.constant) TRY(check_values(n, out.shape));
  const int64_t size = element_size(out.type);
  StridedCopy(size).loop(out.shape.elements(), 0, size).run(n.pool(), n.in(3).data, out.data);
  const Indices at(indices);
  const int depth = out.shape.rank();
  const int64_t step = values.shape.rank() == 0 ? 0 : size;
  Poller poll(n);
  for (int64_t i = 0; i < count_of(indices); ++i) {
    TRY(poll(8));
    std::memcpy(out.data + offset_of(at, i, depth, out.shape) * size, values.data + i * step,
                size_t(size));
  }
  return ok();
}

}  // namespace

extern constinit const OpDef sparse_to_dense = define_mover<NoParams, parse_none, infer, run>(
    {.name = "SPARSE_TO_DENSE", .code = 68, .versions = {1, 3}}, kFixedSize, 2);

}  // namespace samara::ops
