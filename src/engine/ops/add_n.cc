// ADD_N: the sum of two or more tensors of one shape, first to last. Builtin 106, version 1.
// Integers wrap.
#include <type_traits>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(all_present(n));
  if (n.inputs() < 2) {
    return Error(Code::invalid_model, cat("takes 2 or more inputs, has ", n.inputs()));
  }
  TRY(n.arity(n.inputs(), 1));
  for (int i = 1; i < n.inputs(); ++i) {
    TRY(n.same_type(n.in(0), n.in(i)));
    if (!(n.in(i).shape == n.in(0).shape)) {
      return Error(Code::invalid_model, cat("input ", i, " has shape ", n.in(i).shape.text(),
                                            ", input 0 ", n.in(0).shape.text()));
    }
  }
  TRY(n.same_type(n.in(0), n.out(0)));
  return n.set_shape(n.out(0), n.in(0).shape);
}

template <class T>
Status run(const NoParams&, Run& n) {
  using Sum = std::conditional_t<std::is_integral_v<T>, uint32_t, float>;
  T* out = n.out_data<T>(0);
  for_elements(
      n.pool(), n.out(0).shape.elements(),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          Sum sum = 0;
          for (int k = 0; k < n.inputs(); ++k) sum += Sum(n.in_data<T>(k)[i]);
          out[i] = T(sum);
        }
      },
      n.inputs());
  return ok();
}

}  // namespace

extern constinit const OpDef add_n = define_op<NoParams, parse_none, infer>(
    {.name = "ADD_N", .code = 106, .versions = {1, 1}, .in_place = 1},
    {{Type::f32, bind<NoParams, run<float>>}, {Type::i32, bind<NoParams, run<int32_t>>}});

}  // namespace samara::ops
