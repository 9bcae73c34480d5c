#include "engine/ops/shared/called_function.h"

#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

/// Whether operands [0, count) are of types that values can be pointed into.
Status check_types(const Infer& n, int count) {
  if (count > kMostJoined)
    return Error(Code::unsupported,
                 cat("joins ", count, " tensors at once; at most ", kMostJoined, " are taken"));
  for (int i = 0; i < count; ++i)
    if (const Type type = n.in(i).type; bits(type) < 8 || type == Type::resource)
      return Error(Code::unsupported, cat("joins values of ", name(type)));
  return ok();
}

}  // namespace

Result<std::optional<Reducer>> infer_function(Infer& n, int subgraph, const char* role, int count) {
  if (count == 1) {
    TRY_SET(const std::optional<Reducer> known, read_reducer(n, subgraph, role, n.in(0).type));
    if (known) return known;
  }
  TRY(check_types(n, count));
  std::vector<Operand> values;
  for (int i = 0; i < 2 * count; ++i) values.push_back({n.in(i % count).type, {}, false});
  TRY_SET(const auto joined, plan_call(n, subgraph, role, values, count));
  for (int i = 0; i < count; ++i) {
    const Operand& got = joined[size_t(i)];
    if (got.type != values[size_t(i)].type || got.dynamic || got.shape.elements() != 1)
      return Error(Code::invalid_model,
                   cat(role, ", subgraph ", subgraph, ", gives ", name(got.type), " ",
                       got.dynamic ? "of a shape that depends on values" : got.shape.text(),
                       " as output ", i, " instead of one ", name(values[size_t(i)].type)));
  }
  return std::optional<Reducer>();
}

std::optional<Reducer> known_function(const Run& n, int subgraph, int count) {
  if (count > 1) return std::nullopt;
  auto known = read_reducer(n, subgraph, "", n.in(0).type);
  return known.ok() ? *known : std::nullopt;
}

CalledFunction::CalledFunction(Run& n, int subgraph, int count)
    : n_(n), subgraph_(subgraph), count_(count) {
  for (size_t i = 0; i < 2 * size_t(count); ++i) {
    Tensor& value = values_[i];
    value.type = n.in(int(i) % count).type;
    value.bytes = size_t(element_size(value.type));
    inputs_[i] = &value;
  }
}

Status CalledFunction::join(int64_t to, int first, int64_t from) {
  for (int i = 0; i < count_; ++i) {
    Tensor &so_far = values_[size_t(i)], &next = values_[size_t(count_ + i)];
    so_far.data = n_.out(i).data + to * int64_t(so_far.bytes);
    next.data = n_.in(first + i).data + from * int64_t(next.bytes);
  }
  const std::span<const Tensor* const> all(inputs_.data(), 2 * size_t(count_));
  return n_.call(subgraph_, all, all.first(size_t(count_)));
}

}  // namespace samara::ops
