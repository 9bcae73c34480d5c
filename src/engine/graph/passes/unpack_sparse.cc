// Sparse constants become dense ones, so that no operator needs to know of sparsity. The levels of
// storage are those that schema/sparsity.cc has checked: sizes, segments and indices are in range,
// and the values are as many as the levels tell.
#include <array>
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {
namespace {

class Unpacker {
 public:
  Unpacker(const schema::Sparsity& from, const Shape& shape, const std::byte* values,
           size_t element, std::byte* out)
      : from_(from), values_(values), element_(element), out_(out) {
    std::array<int64_t, kMaxRank> steps{}, blocks;
    blocks.fill(1);
    for (int d = shape.rank(); d-- > 0;) steps[d] = shape.range(d + 1, shape.rank());
    const auto rank = size_t(shape.rank());
    for (size_t b = 0; b < from.block_map.size(); ++b)
      blocks[size_t(from.block_map[b])] = from.dims[rank + b].size;
    for (size_t level = 0; level < from.dims.size(); ++level) {
      const auto d = size_t(from.traversal_order[level]);
      steps_[level] = d < rank ? steps[d] * blocks[d] : steps[size_t(from.block_map[d - rank])];
    }
  }
  void run() { visit(0, 0, 0); }

 private:
  /// All values below path number `path` of a level; `at` is the element that the path led to.
  void visit(size_t level, size_t path, int64_t at) {
    if (level == from_.dims.size()) {
      std::memcpy(out_ + size_t(at) * element_, values_ + path * element_, element_);
      return;
    }
    const schema::SparseDim& dim = from_.dims[level];
    if (dim.dense) {
      for (int32_t i = 0; i < dim.size; ++i)
        visit(level + 1, path * size_t(dim.size) + size_t(i), at + i * steps_[level]);
      return;
    }
    const auto end = size_t(dim.segments[path + 1]);
    for (auto i = size_t(dim.segments[path]); i < end; ++i)
      visit(level + 1, i, at + dim.indices[i] * steps_[level]);
  }

  const schema::Sparsity& from_;
  const std::byte* values_;
  size_t element_;
  std::byte* out_;
  std::array<int64_t, 2 * kMaxRank> steps_{};  // elements of the tensor from index to index
};

Status unpack(Graph& graph, const schema::Sparsity& from, Tensor& t) {
  if (bits(t.type) % 8 != 0)
    return Error(Code::unsupported, cat("is sparse and of type ", name(t.type)));
  const auto bytes = tensor_bytes(t.type, t.shape);
  if (!bytes) return Error(Code::resource_exhausted, "is too large");
  Buffer memory;
  TRY(memory.reserve(*bytes, graph.folded_budget()));
  Unpacker(from, t.shape, t.data, size_t(bits(t.type) / 8), memory.data()).run();
  t.data = memory.data();
  t.bytes = size_t(*bytes);
  graph.keep(std::move(memory));
  return ok();
}

}  // namespace

Status unpack_sparse(Graph& graph) {
  for (Subgraph& s : graph.subgraphs()) {
    for (Tensor& t : s.tensors) {
      const schema::Tensor& from = s.file->tensors[size_t(t.index)];
      if (!from.sparsity || !from.constant) continue;
      TRY(unpack(graph, *from.sparsity, t).in([&] {
        return cat("tensor ", t.index, " '", t.name, "'");
      }));
    }
  }
  return ok();
}

}  // namespace samara::graph::passes
