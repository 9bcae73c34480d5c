// STABLEHLO_SCATTER: tensors into which the windows of as many updates, the last inputs, are combined
// at the places that vectors of indices, the input between, name, by the function in a subgraph. What
// falls outside is left out. Builtin 190. The updates' update_window_dims run over a window (which lacks the inserted dimensions), its
// others over the vectors.
// Rules from: LiteRT tflite/kernels/stablehlo_scatter.cc (one tensor, one operator) and the StableHLO
// specification (scatter);
// updates are applied in the order in which they are stored.
#include <algorithm>
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/ops/shared/called_function.h"
#include "engine/ops/shared/index_vectors.h"
#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Params {
  Ints window_dims, inserted, index_map;
  int64_t vector_dim = 0;
  int body = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloScatterOptions>();
  Params p;
  TRY_SET(p.window_dims, option_ints(o.update_window_dims(), "update_window_dims"));
  TRY_SET(p.inserted, option_ints(o.inserted_window_dims(), "inserted_window_dims"));
  TRY_SET(p.index_map,
          option_ints(o.scatter_dims_to_operand_dims(), "scatter_dims_to_operand_dims"));
  p.vector_dim = o.index_vector_dim();
  p.body = o.update_computation_subgraph_index();
  return p;
}

Status check_shapes(const Params& p, const Shape& in, const Shape& indices, const Shape& updates) {
  TRY(check_dims(p.window_dims, "update_window_dims", updates.rank()));
  TRY(check_dims(p.inserted, "inserted_window_dims", in.rank()));
  TRY(check_dims(p.index_map, "scatter_dims_to_operand_dims", in.rank()));
  TRY(check_index_vectors(indices, p.vector_dim, p.index_map.size, "scatter_dims_to_operand_dims"));
  const Shape vectors = without(indices, p.vector_dim);
  bool fits = p.window_dims.size + p.inserted.size == in.rank() &&
              vectors.rank() + p.window_dims.size == updates.rank();
  for (int i = 0, v = 0; fits && i < updates.rank(); ++i)
    if (!contains(p.window_dims, i)) fits = updates[i] == vectors[v++];
  if (fits) return ok();
  return Error(Code::invalid_model,
               cat("updates ", updates.text(), " do not fit ", in.text(), " and indices ",
                   indices.text(), " with update_window_dims ", p.window_dims.span(),
                   " and inserted_window_dims ", p.inserted.span()));
}

constexpr const char* kRole = "the update computation";

Status infer(const Params& p, Infer& n) {
  TRY(all_present(n));
  const int count = n.outputs();
  if (count < 1 || n.inputs() != 2 * count + 1)
    return Error(Code::invalid_model,
                 cat("has ", n.inputs(), " inputs and ", count,
                     " outputs; beside the indices, each output needs a tensor and an update"));
  const Tensor& indices = n.in(count);
  TRY(n.has_type(indices, {Type::i32, Type::i64}));
  for (int i = 0; i < count; ++i) {
    const Tensor &in = n.in(i), &update = n.in(count + 1 + i);
    TRY(n.same_type(in, n.out(i)));
    TRY(n.same_type(in, update));
    if (in.shape != n.in(0).shape)
      return Error(Code::invalid_model, cat("scatters into tensors of shape ", n.in(0).shape.text(),
                                            " and ", in.shape.text()));
    TRY(check_shapes(p, in.shape, indices.shape, update.shape));
    TRY(n.set_shape(n.out(i), in.shape));
  }
  TRY(infer_function(n, p.body, kRole, count));
  return ok();
}

/// Where the elements of the update go.
class Target {
 public:
  Target(const Params& p, const Run& n)
      : p_(p),
        in_(n.in(0).shape),
        updates_(n.in(n.outputs() + 1).shape),
        indices_(n.in(n.outputs())),
        vectors_(n.in(n.outputs()).shape, p.vector_dim),
        step_(strides(in_)) {
    for (int d = 0; d < in_.rank(); ++d)
      if (!contains(p.inserted, d)) window_[size_t(windows_++)] = d;
  }

  /// The element of the input that element number `i` of the update goes to; -1: outside.
  int64_t operator()(int64_t i) const {
    std::array<int64_t, kMaxRank> at{};
    int64_t vector = 0, scale = 1;
    int window = windows_;
    for (int d = updates_.rank() - 1; d >= 0; --d) {
      const int64_t k = i % updates_[d];
      i /= updates_[d];
      if (contains(p_.window_dims, d)) {
        at[size_t(window_[size_t(--window)])] = k;
      } else {
        vector += k * scale;
        scale *= updates_[d];
      }
    }
    const int64_t first = vectors_.find(vector, {}).index;
    for (int k = 0; k < p_.index_map.size; ++k) {
      // Far outside is as good as further: the sum does not overflow.
      constexpr int64_t kFar = int64_t{1} << 32;
      at[size_t(p_.index_map[k])] += std::clamp(indices_[first + k * vectors_.step()], -kFar, kFar);
    }
    int64_t element = 0;
    for (int d = 0; d < in_.rank(); ++d) {
      if (at[size_t(d)] < 0 || at[size_t(d)] >= in_[d]) return -1;
      element += at[size_t(d)] * step_[size_t(d)];
    }
    return element;
  }

 private:
  const Params& p_;
  const Shape &in_, &updates_;
  Indices indices_;
  IndexVectors vectors_;
  std::array<int64_t, kMaxRank> step_;
  std::array<int, kMaxRank> window_{};  // the input's dimension of each of the window's
  int windows_ = 0;
};

Status run_by_calls(const Params& p, Run& n) {
  const int count = n.outputs();
  if (n.out(0).shape.elements() == 0) return ok();
  for (int i = 0; i < count; ++i)
    if (n.out(i).data != n.in(i).data) std::memcpy(n.out(i).data, n.in(i).data, n.in(i).bytes);
  const Target target(p, n);
  CalledFunction function(n, p.body, count);
  Poller poll(n);
  for (int64_t i = 0; i < n.in(count + 1).shape.elements(); ++i) {
    TRY(poll(16));
    const int64_t to = target(i);
    if (to >= 0) TRY(function.join(to, count + 1, i));
  }
  return ok();
}

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    const auto known = known_function(n, p.body, n.outputs());
    if (!known) return run_by_calls(p, n);
    T (*const combine)(T, T) = combiner<T, Maximum, Minimum>(*known);
    const std::span<const T> in = n.view<const T>(n.in(0)), updates = n.view<const T>(n.in(2));
    const std::span<T> out = n.view<T>(n.out(0));
    if (out.empty()) return ok();
    if (out.data() != in.data()) std::memcpy(out.data(), in.data(), in.size_bytes());
    const Target target(p, n);
    Poller poll(n);
    for (size_t i = 0; i < updates.size(); ++i) {
      TRY(poll(16));
      const int64_t to = target(int64_t(i));
      if (to >= 0) out[size_t(to)] = combine(out[size_t(to)], updates[i]);
    }
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_scatter = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_SCATTER", .code = 190, .in_place = 1}, kNumbers + kBools);

}  // namespace samara::ops
