// STABLEHLO_DYNAMIC_UPDATE_SLICE: input 0 with the block of input 1 written where the other inputs say,
// one index each for each dimension. Builtin 194. LiteRT has no kernel; rules from the StableHLO
// specification (dynamic_update_slice).
#include <cstring>

#include "engine/ops/shared/dynamic_start.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 2 + kMaxRank, 1));
  TRY(n.same_type(n.in(0), n.in(1)));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(check_starts(n, 2));
  const Shape &in = n.in(0).shape, &update = n.in(1).shape;
  bool fits = in.rank() == update.rank();
  for (int i = 0; fits && i < in.rank(); ++i) fits = update[i] <= in[i];
  if (fits) return n.set_shape(n.out(0), in);
  return Error(Code::invalid_model,
               cat("an update of shape ", update.text(), " does not fit ", in.text()));
}

Status run(const NoParams&, Run& n) {
  TRY(copy_bytes(n, {}));
  const Shape& update = n.in(1).shape;
  if (update.elements() == 0) return ok();
  const View view = block_view(n, 2, update);
  const int64_t size = element_size(n.in(0).type);
  const auto from = strides(update);
  StridedCopy copy(size);
  for (int i = 0; i < update.rank(); ++i)
    copy.loop(update[i], from[size_t(i)] * size, view.step[size_t(i)] * size);
  copy.run(n.pool(), n.in(1).data, n.out(0).data + view.base * size);
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_dynamic_update_slice =
    define_mover<NoParams, parse_none, infer, run>(
        {.name = "STABLEHLO_DYNAMIC_UPDATE_SLICE", .code = 194, .in_place = 1}, kFixedSize);

}  // namespace samara::ops
