// REVERSE_SEQUENCE: along seq_dim, the first lengths[b] elements in reverse order, where b counts
// along batch_dim. Builtin 112, version 1. Rules from: LiteRT tflite/kernels/reverse_sequence.cc:
// the rest stays, a length below 1 reverses nothing.
#include <algorithm>
#include <cstring>

#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

struct Params {
  int seq = 0, batch = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::ReverseSequenceOptions>();
  return Params{o.seq_dim(), o.batch_dim()};
}

Status check_lengths(const Params& p, const Operands& n) {
  const Tensor& lengths = n.in(1);
  const Indices values(lengths);
  const int32_t most = n.in(0).shape[p.seq];
  for (int64_t i = 0; i < lengths.shape.elements(); ++i)
    if (values[i] > most)
      return value_error(
          n, 1, cat("length ", values[i], " at position ", i, " is beyond the dimension's ", most));
  return ok();
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  TRY(n.has_rank(n.in(1), 1));
  const Shape& shape = n.in(0).shape;
  for (const int dim : {p.seq, p.batch})
    if (dim < 0 || dim >= shape.rank())
      return Error(Code::invalid_model,
                   cat("dimension ", dim, " is out of range for rank ", shape.rank()));
  if (p.seq == p.batch)
    return Error(Code::invalid_model, cat("seq_dim and batch_dim are both ", p.seq));
  if (n.in(1).shape[0] != shape[p.batch])
    return Error(Code::invalid_model,
                 cat("has ", n.in(1).shape[0], " lengths for a batch of ", shape[p.batch]));
  if (n.known(1)) TRY(check_lengths(p, n));
  return n.set_shape(n.out(0), shape);
}

Status run(const Params& p, Run& n) {
  if (!n.in(1).constant) TRY(check_lengths(p, n));
  const Shape& shape = n.in(0).shape;
  const Indices lengths(n.in(1));
  const int last = std::max(p.seq, p.batch);
  const int64_t seq_step = shape.range(p.seq + 1, last + 1);  // in rows, what lies behind `last`
  const int64_t batch_step = shape.range(p.batch + 1, last + 1);
  const int64_t bytes = shape.range(last + 1, shape.rank()) * element_size(n.in(0).type);
  const std::byte* from = n.in(0).data;
  std::byte* to = n.out(0).data;
  if (bytes == 0) return ok();
  const auto rows = [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t length = lengths[row / batch_step % shape[p.batch]];
      const int64_t at = row / seq_step % shape[p.seq];
      const int64_t source = at < length ? row + (length - 1 - 2 * at) * seq_step : row;
      std::memcpy(to + row * bytes, from + source * bytes, size_t(bytes));
    }
  };
  for_elements(n.pool(), shape.range(0, last + 1), rows, 1 + bytes / 16);
  return ok();
}

}  // namespace

extern constinit const OpDef reverse_sequence = define_mover<Params, parse, infer, run>(
    {.name = "REVERSE_SEQUENCE", .code = 112, .versions = {1, 1}}, kFixedSize);

}  // namespace samara::ops
