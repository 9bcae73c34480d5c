// STABLEHLO_SORT: the elements of several tensors put into one order along a dimension, where a subgraph
// says of two places, by two values of each tensor, whether the first comes before the second. Builtin
// 199. LiteRT has no kernel; rules from the StableHLO specification (sort). Always stable; a subgraph
// that contradicts itself gives some order.
#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/ops/shared/control.h"
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  int64_t dimension = 0;
  int comparator = 0;
};

/// The comparator's operands: values 2 i and 2 i + 1 are of tensor i.
struct State {
  std::vector<Tensor> values;
  std::vector<const Tensor*> inputs;
  uint8_t before = 0;  // a model's bool may be any byte
  Tensor verdict;
};

// Scratch: the places in order, and half sorted ones.
constexpr int kOrder = 0, kMerged = 1;

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloSortOptions>();
  return Params{o.dimension(), o.comparator_subgraph_index()};
}

/// Negative dimensions count from the back.
Result<int> sorted_dim(const Params& p, const Operands& n) {
  return resolve_axis(p.dimension, n.in(0).shape.rank());
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, std::numeric_limits<int>::max(), n.inputs()));
  TRY(all_present(n));
  TRY_SET(const int along, sorted_dim(p, n));
  const Shape shape = n.in(0).shape;
  std::vector<Operand> values;
  for (int i = 0; i < n.inputs(); ++i) {
    TRY(n.same_type(n.in(i), n.out(i)));
    if (n.in(i).shape != shape || bits(n.in(i).type) < 8)
      return Error(Code::invalid_model,
                   cat("input ", i, ", ", name(n.in(i).type), " ", n.in(i).shape.text(),
                       ", cannot be sorted like ", shape.text()));
    values.insert(values.end(), 2, {n.in(i).type, {}, false});
    TRY(n.set_shape(n.out(i), shape));
  }
  TRY_SET(const auto verdict, plan_call(n, p.comparator, "the comparator", values, 1));
  if (verdict[0].type != Type::boolean || verdict[0].dynamic || verdict[0].shape.elements() != 1)
    return Error(Code::invalid_model,
                 cat("the comparator, subgraph ", p.comparator, ", does not give one bool"));
  for (const int slot : {kOrder, kMerged})
    TRY(n.scratch(slot, shape[along] * int64_t(sizeof(int32_t))));
  return ok();
}

Status prepare(const Params&, State& s, Prepare& n) {
  s.values.assign(size_t(2 * n.inputs()), {});
  s.inputs.clear();
  for (size_t i = 0; i < s.values.size(); ++i) {
    s.values[i].type = n.in(int(i / 2)).type;
    s.values[i].bytes = size_t(element_size(s.values[i].type));
    s.inputs.push_back(&s.values[i]);
  }
  s.verdict.type = Type::boolean;
  s.verdict.data = reinterpret_cast<std::byte*>(&s.before);
  s.verdict.bytes = sizeof s.before;
  return ok();
}

/// Sorts one row: elements base, base + step ... of every input.
class Row {
 public:
  Row(const Params& p, State& s, Run& n, int64_t base, int64_t step)
      : p_(p), s_(s), n_(n), base_(base), step_(step) {}

  Status sort(std::span<int32_t> order, std::span<int32_t> merged) {
    for (size_t i = 0; i < order.size(); ++i) order[i] = int32_t(i);
    for (size_t run = 1; run < order.size(); run *= 2) {
      for (size_t begin = 0; begin < order.size(); begin += 2 * run)
        TRY(merge(order, begin, std::min(begin + run, order.size()),
                  std::min(begin + 2 * run, order.size()), merged));
      std::copy(merged.begin(), merged.end(), order.begin());
    }
    return ok();
  }

  /// Moves the elements of every tensor into order.
  void place(std::span<const int32_t> order) {
    for (int i = 0; i < n_.inputs(); ++i) {
      const int64_t size = element_size(n_.in(i).type);
      for (size_t k = 0; k < order.size(); ++k)
        std::memcpy(n_.out(i).data + at(int64_t(k)) * size, n_.in(i).data + at(order[k]) * size,
                    size_t(size));
    }
  }

 private:
  int64_t at(int64_t place) const { return base_ + place * step_; }

  Result<bool> before(int32_t a, int32_t b) {
    for (int i = 0; i < n_.inputs(); ++i) {
      const Tensor& in = n_.in(i);
      const int64_t size = element_size(in.type);
      s_.values[size_t(2 * i)].data = in.data + at(a) * size;
      s_.values[size_t(2 * i) + 1].data = in.data + at(b) * size;
    }
    const Tensor* const verdicts[] = {&s_.verdict};
    TRY(n_.call(p_.comparator, s_.inputs, verdicts));
    return s_.before != 0;
  }

  Status merge(std::span<const int32_t> from, size_t begin, size_t middle, size_t end,
               std::span<int32_t> to) {
    size_t left = begin, right = middle;
    for (size_t i = begin; i < end; ++i) {
      bool take_right = left == middle;
      if (left < middle && right < end) {
        TRY_SET(take_right, before(from[right], from[left]));
      }
      to[i] = from[take_right ? right++ : left++];
    }
    return ok();
  }

  const Params& p_;
  State& s_;
  Run& n_;
  int64_t base_, step_;
};

std::span<int32_t> places(const Run& n, int slot) {
  const auto memory = n.scratch(slot);
  return {reinterpret_cast<int32_t*>(memory.data()), memory.size() / sizeof(int32_t)};
}

Status run(const Params& p, State& s, Run& n) {
  TRY_SET(const int along, sorted_dim(p, n));
  const Shape& shape = n.in(0).shape;
  if (shape.elements() == 0) return ok();
  const int64_t step = shape.range(along + 1, shape.rank());
  const std::span<int32_t> order = places(n, kOrder);
  for (int64_t outer = 0; outer < shape.range(0, along); ++outer)
    for (int64_t inner = 0; inner < step; ++inner) {
      Row row(p, s, n, outer * shape[along] * step + inner, step);
      TRY(n.poll());
      TRY(row.sort(order, places(n, kMerged)));
      row.place(order);
    }
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_sort = define_op<Params, State, parse, infer, prepare>(
    {.name = "STABLEHLO_SORT", .code = 199, .pure = false}, {{kAny, bind<Params, State, run>}});

}  // namespace samara::ops
