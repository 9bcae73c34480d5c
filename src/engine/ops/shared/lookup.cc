#include "engine/ops/shared/lookup.h"

namespace samara::ops {

Status infer_quantized_unary(Infer& n) {
  for (const Tensor* t : {&n.in(0), &n.out(0)}) {
    TRY(n.quantized(*t));
    if (t->type == Type::i16 && t->quant.zero_point() != 0) {
      return Error(Code::invalid_model,
                   cat("tensor '", t->name, "': a 16-bit zero point must be 0, not ",
                       t->quant.zero_point()));
    }
  }
  return ok();
}

}  // namespace samara::ops
