// WHERE: the coordinates of all elements that are not 0, one row each, as int64. Builtin 109,
// versions 1 to 2. Rules from: LiteRT tflite/kernels/where.cc (scalars are refused).
#include "engine/graph/poller.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.out(0), {Type::i64}));
  if (n.in(0).shape.rank() == 0)
    return Error(Code::invalid_model, "the condition is a scalar; it must have a dimension");
  return n.sized_by_run(n.out(0));
}

template <class T>
Status run(const NoParams&, Run& n) {
  const Shape& shape = n.in(0).shape;
  const auto in = n.view<const T>(n.in(0));
  int64_t count = 0;
  for (const T& x : in) count += x != T(0);
  if (!narrow<int32_t>(count))
    return Error(Code::resource_exhausted, cat("finds ", count, " elements"));
  TRY(n.resize(n.out(0), Shape{int32_t(count), shape.rank()}));
  int64_t* to = n.out_data<int64_t>(0);
  Poller poll(n);
  for (int64_t i = 0; i < int64_t(in.size()); ++i) {
    TRY(poll());
    if (in[size_t(i)] == T(0)) continue;
    int64_t rest = i;
    for (int d = shape.rank() - 1; d >= 0; --d) {
      to[d] = rest % shape[d];
      rest /= shape[d];
    }
    to += shape.rank();
  }
  return ok();
}

template <class T>
constexpr auto kRun = bind<NoParams, run<T>>;

}  // namespace

extern constinit const OpDef where = define_op<NoParams, parse_none, infer>(
    {.name = "WHERE", .code = 109, .versions = {1, 2}}, {{Type::boolean, kRun<uint8_t>},
                                                         {Type::f32, kRun<float>},
                                                         {Type::i8, kRun<int8_t>},
                                                         {Type::u8, kRun<uint8_t>},
                                                         {Type::i32, kRun<int32_t>},
                                                         {Type::u32, kRun<uint32_t>},
                                                         {Type::i64, kRun<int64_t>}});

}  // namespace samara::ops
