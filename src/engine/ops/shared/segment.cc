#include "engine/ops/shared/segment.h"

namespace samara::ops {

Status check_segments(const Operands& n, int64_t segments) {
  const auto ids = n.values<int32_t>(1);
  for (size_t i = 0; i < ids.size(); ++i)
    if (ids[i] >= segments)
      return value_error(
          n, 1,
          cat("segment ", ids[i], " at position ", i, " is out of range, [0, ", segments, ")"));
  return ok();
}

Status infer_unsorted_segment(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 3));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.has_type(n.in(2), {Type::i32}));
  const Shape &data = n.in(0).shape, &ids = n.in(1).shape;
  bool prefix = ids.rank() <= data.rank();
  for (int i = 0; prefix && i < ids.rank(); ++i) prefix = ids[i] == data[i];
  if (!prefix)
    return Error(Code::invalid_model,
                 cat("the segments' shape ", ids.text(), " is not what the data's, ", data.text(),
                     ", begins with"));
  if (data.rank() - ids.rank() + 1 > kMaxRank)
    return Error(Code::unsupported, cat("would give rank ", data.rank() - ids.rank() + 1));
  if (!n.known(2)) return n.defer();
  TRY_SET(const int64_t segments, read_int(n, 2));
  if (segments < 0) return value_error(n, 2, cat("there cannot be ", segments, " segments"));
  if (n.known(1)) TRY(check_segments(n, segments));
  Shape shape{int32_t(segments)};
  for (int i = ids.rank(); i < data.rank(); ++i) shape.push(data[i]);
  return n.set_shape(n.out(0), shape);
}

}  // namespace samara::ops
