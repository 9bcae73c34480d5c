#include "testing/probe_ops.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "samara/runtime/session.h"

namespace samara::testing {
namespace {

using namespace samara::graph;  // NOLINT: these read as operator files do

// probe.Add, probe.Impure
Status infer_add(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  if (!(n.in(0).shape == n.in(1).shape))
    return Error(Code::invalid_model,
                 cat("adds ", n.in(0).shape.text(), " to ", n.in(1).shape.text()));
  return n.set_shape(n.out(0), n.in(0).shape);
}
Status run_add(const NoParams&, Run& n) {
  const auto a = n.view<const float>(n.in(0)), b = n.view<const float>(n.in(1));
  const auto y = n.view<float>(n.out(0));
  n.pool().parallel_for(y.size(), 64, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) y[i] = a[i] + b[i];
  });
  return ok();
}
constexpr OpDef kAdd = define_op<NoParams, parse_none, infer_add>(
    {.name = "probe.Add", .in_place = 0b11}, {{{Type::f32, Type::f32}, bind<NoParams, run_add>}});

Status run_impure(const NoParams& p, Run& n) {
  ++probes().impure_runs;
  return run_add(p, n);
}
constexpr OpDef kImpure = define_op<NoParams, parse_none, infer_add>(
    {.name = "probe.Impure", .pure = false},
    {{{Type::f32, Type::f32}, bind<NoParams, run_impure>}});

// probe.ShapeOf
Status infer_shape_of(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  return n.set_shape(n.out(0), {n.in(0).shape.rank()});
}
Status run_shape_of(const NoParams&, Run& n) {
  std::ranges::copy(n.in(0).shape.dims(), n.out_data<int32_t>(0));
  return ok();
}
constexpr OpDef kShapeOf = define_op<NoParams, parse_none, infer_shape_of>(
    {.name = "probe.ShapeOf", .from_shapes = true}, {{Types{}, bind<NoParams, run_shape_of>}});

// probe.Reshape
Status infer_reshape(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  if (!n.known(1)) return n.defer();
  const Shape shape(n.values<int32_t>(1));
  TRY(n.set_shape(n.out(0), shape));
  if (shape.elements() != n.in(0).shape.elements())
    return Error(Code::invalid_model, cat("cannot make ", n.in(0).shape.text(), " ", shape.text()));
  return ok();
}
Status run_copy(const NoParams&, Run& n) {
  if (n.out(0).data != n.in(0).data && n.in(0).bytes != 0)
    std::memcpy(n.out(0).data, n.in(0).data, n.in(0).bytes);
  return ok();
}
constexpr OpDef kReshape = define_op<NoParams, parse_none, infer_reshape>(
    {.name = "probe.Reshape", .in_place = 1}, {{{kAny, Type::i32}, bind<NoParams, run_copy>}});

// probe.NonZero
Status infer_non_zero(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  return n.sized_by_run(n.out(0));
}
Status run_non_zero(const NoParams&, Run& n) {
  const auto x = n.view<const float>(n.in(0));
  const auto count = int32_t(x.size() - size_t(std::ranges::count(x, 0.0f)));
  TRY(n.resize(n.out(0), {count}));
  int32_t* y = n.out_data<int32_t>(0);
  for (size_t i = 0; i < x.size(); ++i)
    if (x[i] != 0) *y++ = int32_t(i);
  return ok();
}
constexpr OpDef kNonZero = define_op<NoParams, parse_none, infer_non_zero>(
    {.name = "probe.NonZero"}, {{{Type::f32}, bind<NoParams, run_non_zero>}});

// probe.Sum
Status infer_sum(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  return n.set_shape(n.out(0), n.in(1).shape);
}
Status run_sum(const NoParams&, Run& n) {
  const auto x = n.view<const float>(n.in(0));
  const auto sum = n.view<float>(n.in(1)), y = n.view<float>(n.out(0));
  for (size_t i = 0; i < y.size(); ++i) y[i] = sum[i] += x[i];
  return ok();
}
constexpr OpDef kSum = define_op<NoParams, parse_none, infer_sum>(
    {.name = "probe.Sum"}, {{{Type::f32, Type::f32}, bind<NoParams, run_sum>}});

// probe.If, probe.While, probe.Once
struct Callees {
  int first = 0, second = 0;
};
Result<Callees> parse_callees(const OpView& v) {
  if (v.custom().empty()) return Error(Code::invalid_model, "lacks the subgraphs that it calls");
  return Callees{int(v.custom().front()), int(v.custom().back())};
}
/// Outputs take the shapes that a callee has for these inputs.
Status plan_call(int callee, Infer& n, int first_input) {
  std::array<Infer::Operand, 4> in, out;
  const int ins = n.inputs() - first_input;
  if (ins > 4 || n.outputs() > 4) return Error(Code::unsupported, "has more than 4 operands");
  for (int i = 0; i < ins; ++i)
    in[size_t(i)] = {n.in(first_input + i).type, n.in(first_input + i).shape, false};
  const int outs = n.subgraph_outputs(callee);
  TRY(n.plan_subgraph(callee, std::span(in).first(size_t(ins)),
                      std::span(out).first(size_t(std::clamp(outs, 0, 4)))));
  if (outs != n.outputs()) return ok();  // a condition
  for (int i = 0; i < outs; ++i) {
    const bool grows = out[size_t(i)].dynamic ||
                       (first_input == 0 && !(out[size_t(i)].shape == in[size_t(i)].shape));
    TRY(grows ? n.sized_by_run(n.out(i)) : n.set_shape(n.out(i), out[size_t(i)].shape));
  }
  return ok();
}
/// Lists of a node's operands for Run::call().
struct Operands4 {
  std::array<const Tensor*, 4> list{};
  size_t count = 0;
  std::span<const Tensor* const> span() const { return std::span(list).first(count); }
};
Operands4 inputs_from(const Run& n, int first) {
  Operands4 out;
  for (int i = first; i < n.inputs(); ++i) out.list[out.count++] = &n.in(i);
  return out;
}
Operands4 outputs_of(const Run& n) {
  Operands4 out;
  for (int i = 0; i < n.outputs(); ++i) out.list[out.count++] = &n.out(i);
  return out;
}

Status infer_if(const Callees& c, Infer& n) {
  TRY(plan_call(c.first, n, 1));
  return plan_call(c.second, n, 1);
}
Status run_if(const Callees& c, Run& n) {
  const int callee = *n.in_data<bool>(0) ? c.first : c.second;
  return n.call(callee, inputs_from(n, 1).span(), outputs_of(n).span());
}
constexpr OpDef kIf = define_op<Callees, parse_callees, infer_if>(
    {.name = "probe.If", .pure = false}, {{{Type::boolean}, bind<Callees, run_if>}});

Status infer_while(const Callees& c, Infer& n) {
  TRY(plan_call(c.first, n, 0));
  return plan_call(c.second, n, 0);
}
Status run_while(const Callees& c, Run& n) {
  bool go = false;
  Tensor condition;
  condition.type = Type::boolean;
  condition.data = reinterpret_cast<std::byte*>(&go);
  condition.bytes = 1;
  const Tensor* const wanted[] = {&condition};
  Operands4 state = inputs_from(n, 0);
  const Operands4 out = outputs_of(n);
  for (bool first = true;; first = false) {
    TRY(n.call(c.first, state.span(), wanted));
    if (!go && !first) return ok();
    if (!go) break;
    TRY(n.call(c.second, state.span(), out.span()));
    state = out;
  }
  for (int i = 0; i < n.outputs(); ++i) {  // not once: the inputs are the outputs
    if (n.out(i).bytes != n.in(i).bytes) TRY(n.resize(n.out(i), n.in(i).shape));
    std::memcpy(n.out(i).data, n.in(i).data, n.in(i).bytes);
  }
  return ok();
}
constexpr OpDef kWhile = define_op<Callees, parse_callees, infer_while>(
    {.name = "probe.While", .pure = false}, {{Types{}, bind<Callees, run_while>}});

struct Done {
  bool done = false;
};
Status infer_once(const Callees& c, Infer& n) { return n.plan_subgraph(c.first, {}, {}); }
Status prepare_once(const Callees&, Done&, Prepare&) { return ok(); }
Status run_once(const Callees& c, Done& state, Run& n) {
  if (state.done) return ok();
  state.done = true;
  return n.call(c.first, {}, {});
}
constexpr OpDef kOnce = define_op<Callees, Done, parse_callees, infer_once, prepare_once>(
    {.name = "probe.Once", .pure = false}, {{Types{}, bind<Callees, Done, run_once>}});

// probe.Handle, probe.Assign, probe.Read
struct Name {
  std::string name;
};
Result<Name> parse_name(const OpView& v) {
  return Name{std::string(reinterpret_cast<const char*>(v.custom().data()), v.custom().size())};
}
Status infer_handle(const Name&, Infer& n) { return n.set_shape(n.out(0), {}); }
Status run_handle(const Name& p, Run& n) {
  TRY_SET(*n.out_data<int32_t>(0), n.resource_id("", p.name));
  return ok();
}
constexpr OpDef kHandle = define_op<Name, parse_name, infer_handle>(
    {.name = "probe.Handle", .pure = false}, {{Types{}, bind<Name, run_handle>}});

Result<Resource*> resource_of(Run& n) {
  const int32_t id = *n.in_data<int32_t>(0);
  if (Resource* r = n.resource(id)) return r;
  return Error(Code::invalid_argument, cat("there is no resource ", id));
}
Status infer_assign(const NoParams&, Infer& n) { return n.arity(2, 0); }
Status run_assign(const NoParams&, Run& n) {
  TRY_SET(Resource* const r, resource_of(n));
  return n.assign(*r, n.in(1));
}
constexpr OpDef kAssign = define_op<NoParams, parse_none, infer_assign>(
    {.name = "probe.Assign", .pure = false}, {{{Type::resource}, bind<NoParams, run_assign>}});

Status infer_read(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  return n.sized_by_run(n.out(0));
}
Status run_read(const NoParams&, Run& n) {
  TRY_SET(const Resource* const r, resource_of(n));
  if (!r->set) return Error(Code::failed_precondition, "nothing was assigned");
  TRY(n.resize(n.out(0), r->shape));
  std::memcpy(n.out(0).data, r->data, r->bytes);
  return ok();
}
constexpr OpDef kRead = define_op<NoParams, parse_none, infer_read>(
    {.name = "probe.Read", .pure = false}, {{{Type::resource}, bind<NoParams, run_read>}});

// probe.Less
Status infer_less(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  return n.set_shape(n.out(0), {});
}
Status run_less(const NoParams&, Run& n) {
  *n.out_data<bool>(0) = *n.in_data<float>(0) < *n.in_data<float>(1);
  return ok();
}
constexpr OpDef kLess = define_op<NoParams, parse_none, infer_less>(
    {.name = "probe.Less"}, {{{Type::f32, Type::f32}, bind<NoParams, run_less>}});

// probe.Keep, probe.Stale
Status infer_same(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  return n.set_shape(n.out(0), n.in(0).shape);
}
Status run_keep(const NoParams& p, Run& n) {
  probes().kept = n.in_data<float>(0);
  return run_copy(p, n);
}
constexpr OpDef kKeep = define_op<NoParams, parse_none, infer_same>(
    {.name = "probe.Keep"}, {{{Type::f32}, bind<NoParams, run_keep>}});
Status run_stale(const NoParams&, Run& n) {
  std::memcpy(n.out(0).data, probes().kept, n.out(0).bytes);
  return ok();
}
constexpr OpDef kStale = define_op<NoParams, parse_none, infer_same>(
    {.name = "probe.Stale"}, {{{Type::f32}, bind<NoParams, run_stale>}});

// probe.Join
Status run_join(const NoParams&, Run& n) {
  TRY_SET(const auto a, unpack_strings({n.in(0).data, n.in(0).bytes}));
  TRY_SET(const auto b, unpack_strings({n.in(1).data, n.in(1).bytes}));
  std::vector<std::string> joined;
  for (size_t i = 0; i < a.size(); ++i) joined.push_back(cat(a[i], b[i]));
  const auto packed = pack_strings(joined);
  TRY(n.resize(n.out(0), n.in(0).shape, int64_t(packed.size())));
  std::memcpy(n.out(0).data, packed.data(), packed.size());
  return ok();
}
constexpr OpDef kJoin = define_op<NoParams, parse_none, infer_add>(
    {.name = "probe.Join"}, {{{Type::string, Type::string}, bind<NoParams, run_join>}});

// probe.Scratch
Status infer_scratch(const NoParams& p, Infer& n) {
  TRY(infer_same(p, n));
  TRY(n.scratch(0, 1024));
  return n.scratch(3, 100);
}
Status run_scratch(const NoParams& p, Run& n) {
  const auto a = n.scratch(0), b = n.scratch(3);
  std::ranges::fill(a, std::byte{1});
  std::ranges::fill(b, std::byte{2});
  TRY(run_copy(p, n));
  const bool whole = a.size() == 1024 && b.size() == 100 &&
                     std::ranges::count(a, std::byte{1}) == 1024 &&
                     std::ranges::count(b, std::byte{2}) == 100;
  return whole ? ok() : Error(Code::internal, "scratch memory is not its own");
}
constexpr OpDef kScratch = define_op<NoParams, parse_none, infer_scratch>(
    {.name = "probe.Scratch"}, {{{Type::f32}, bind<NoParams, run_scratch>}});

// probe.Packed
struct Packing {
  const float* form = nullptr;
};
Status prepare_packed(const NoParams&, Packing& state, Prepare& n) {
  const Tensor& weights = n.in(1);
  state.form = nullptr;
  if (!n.known(1)) return ok();
  TRY_SET(const std::byte* const form, n.packed("copy", int64_t(weights.bytes), [&](std::byte* to) {
    ++probes().packings;
    std::memcpy(to, weights.data, weights.bytes);
    return ok();
  }));
  state.form = reinterpret_cast<const float*>(form);
  return ok();
}
Status run_packed(const NoParams&, Packing& state, Run& n) {
  const auto x = n.view<const float>(n.in(0));
  const auto y = n.view<float>(n.out(0));
  const float* const w = state.form ? state.form : n.in_data<float>(1);
  for (size_t i = 0; i < x.size(); ++i) y[i] = x[i] + w[i];
  return ok();
}
constexpr OpDef kPacked = define_op<NoParams, Packing, parse_none, infer_add, prepare_packed>(
    {.name = "probe.Packed"}, {{{Type::f32}, bind<NoParams, Packing, run_packed>}});

// probe.Grow
Status infer_grow(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  return n.set_shape(n.out(0), {2 * n.in(0).shape[0]});
}
Status run_grow(const NoParams&, Run& n) {
  const auto x = n.view<const float>(n.in(0));
  std::ranges::copy(x, n.out_data<float>(0));
  std::ranges::copy(x, n.out_data<float>(0) + x.size());
  return ok();
}
constexpr OpDef kGrow = define_op<NoParams, parse_none, infer_grow>(
    {.name = "probe.Grow"}, {{{Type::f32}, bind<NoParams, run_grow>}});

// probe.Bare
Status infer_bare(const NoParams&, Infer&) { return ok(); }
constexpr OpDef kBare = define_op<NoParams, parse_none, infer_bare>(
    {.name = "probe.Bare"}, {{Types{}, bind<NoParams, run_copy>}});

// probe.Slow
Status run_slow(const NoParams&, Run& n) {
  const auto x = n.view<const float>(n.in(0));
  const auto y = n.view<float>(n.out(0));
  n.pool().parallel_for(x.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      y[i] = x[i];
      ++probes().slow;
    }
  });
  return ok();
}
constexpr OpDef kSlow = define_op<NoParams, parse_none, infer_same>(
    {.name = "probe.Slow"}, {{{Type::f32}, bind<NoParams, run_slow>}});

// probe.Lazy
Status run_lazy(const NoParams&, Run& n) {
  return *n.in_data<float>(0) == 0 ? n.resize(n.out(0), {1}) : ok();
}
constexpr OpDef kLazy = define_op<NoParams, parse_none, infer_non_zero>(
    {.name = "probe.Lazy"}, {{{Type::f32}, bind<NoParams, run_lazy>}});

}  // namespace

std::vector<const OpDef*> probe_ops() {
  return {&kAdd,     &kImpure, &kShapeOf, &kReshape, &kNonZero, &kSum,  &kIf,    &kWhile,
          &kOnce,    &kHandle, &kAssign,  &kRead,    &kLess,    &kKeep, &kStale, &kJoin,
          &kScratch, &kPacked, &kGrow,    &kBare,    &kLazy,    &kSlow};
}

Probes& probes() {
  static Probes all;
  return all;
}

}  // namespace samara::testing
