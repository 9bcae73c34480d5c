// Sparse tensors: level i of the storage is dimension traversal_order[i] of the tensor, whose
// dimensions are followed by those of its blocks. A dense level has every index; a compressed one
// (CSR) lists, for each path through the levels before, the indices that have values.
// Rules from: LiteRT tflite/kernels/internal/utils/sparsity_format_converter.h, schema.fbs.
#include <algorithm>
#include <limits>

#include "base/checked.h"
#include "engine/schema/decode.h"

namespace samara::schema {
namespace {

constexpr uint64_t kMostValues = uint64_t{1} << 40;

template <class Vector>
std::vector<int32_t> widened(const Vector* table) {
  std::vector<int32_t> out;
  if (table && table->values()) out.assign(table->values()->begin(), table->values()->end());
  return out;
}

std::vector<int32_t> index_list(fb::SparseIndexVector type, const void* table) {
  switch (type) {
    case fb::SparseIndexVector_Int32Vector:
      return widened(static_cast<const fb::Int32Vector*>(table));
    case fb::SparseIndexVector_Uint16Vector:
      return widened(static_cast<const fb::Uint16Vector*>(table));
    case fb::SparseIndexVector_Uint8Vector:
      return widened(static_cast<const fb::Uint8Vector*>(table));
    default:
      return {};
  }
}

std::vector<int32_t> plain(const flatbuffers::Vector<int32_t>* from) {
  std::vector<int32_t> out;
  if (from) out.assign(from->begin(), from->end());
  return out;
}

/// Dimensions of the tensor first, in any order, then those of the blocks in theirs.
Status check_traversal(const std::vector<int32_t>& order, size_t rank, size_t blocks) {
  if (order.size() != rank + blocks)
    return Error(Code::invalid_model, cat("has a traversal order of ", order.size(),
                                          " dimensions, not ", rank, " + ", blocks));
  std::vector<bool> seen(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const auto d = static_cast<size_t>(order[i]);
    const bool in_place = i < rank ? d < rank : d == i;
    if (order[i] < 0 || !in_place || seen[d])
      return Error(Code::invalid_model,
                   cat("has the traversal order ", std::span<const int32_t>(order),
                       ", which is no order of its dimensions"));
    seen[d] = true;
  }
  return ok();
}

/// One compressed level, given how many paths lead to it and how many indices there are.
Status check_compressed(const SparseDim& dim, uint64_t paths) {
  const auto& segments = dim.segments;
  const auto& indices = dim.indices;
  if (segments.size() != paths + 1)
    return Error(Code::invalid_model,
                 cat("has ", segments.size(), " segment bounds for ", paths, " segments"));
  if (segments.front() != 0 || static_cast<size_t>(segments.back()) != indices.size())
    return Error(Code::invalid_model, cat("has segments from ", segments.front(), " to ",
                                          segments.back(), " for ", indices.size(), " indices"));
  for (size_t s = 0; s + 1 < segments.size(); ++s) {
    if (segments[s] > segments[s + 1] || segments[s + 1] > segments.back())
      return Error(Code::invalid_model,
                   cat("has segment ", s, " from ", segments[s], " to ", segments[s + 1]));
    for (auto i = static_cast<size_t>(segments[s]); i < static_cast<size_t>(segments[s + 1]); ++i) {
      const bool rises = i == static_cast<size_t>(segments[s]) || indices[i] > indices[i - 1];
      if (indices[i] < 0 || indices[i] >= dim.size || !rises)
        return Error(Code::invalid_model,
                     cat("has index ", indices[i], " at ", i, " of a dimension of ", dim.size));
    }
  }
  return ok();
}

/// Sizes of the levels: of the tensor's dimensions in blocks, then of the blocks.
Result<std::vector<int32_t>> level_sizes(const fb::SparsityParameters& from, const Sparsity& s,
                                         const std::vector<int32_t>& shape) {
  const size_t rank = shape.size();
  std::vector<int32_t> sizes = shape;
  for (size_t b = 0; b < s.block_map.size(); ++b) {
    const auto d = static_cast<size_t>(s.block_map[b]);
    const bool rises = b == 0 || s.block_map[b] > s.block_map[b - 1];
    if (s.block_map[b] < 0 || d >= rank || !rises)
      return Error(Code::invalid_model,
                   cat("has the block map ", std::span<const int32_t>(s.block_map)));
    const fb::DimensionMetadata& block =
        *from.dim_metadata()->Get(static_cast<flatbuffers::uoffset_t>(rank + b));
    const int32_t size = block.dense_size();
    if (block.format() != fb::DimensionType_DENSE || size <= 0 || shape[d] % size != 0)
      return Error(Code::invalid_model,
                   cat("has blocks of ", size, " along dimension ", d, " of ", shape[d]));
    sizes[d] = shape[d] / size;
    sizes.push_back(size);
  }
  return sizes;
}

}  // namespace

Result<Sparsity> decode_sparsity(const fb::SparsityParameters& from,
                                 const std::vector<int32_t>& shape, uint64_t& values,
                                 FunctionRef<Status(uint64_t)> spend) {
  Sparsity out;
  const auto frame = [] { return std::string("sparsity"); };
  const auto length = [](const auto* v) { return v ? v->size() : 0; };
  constexpr size_t kMost = 2 * kMaxRank;
  if (length(from.traversal_order()) > kMost || length(from.block_map()) > kMost)
    return Error(Code::invalid_model, "has too many dimensions").in(frame());
  out.traversal_order = plain(from.traversal_order());
  out.block_map = plain(from.block_map());
  TRY(check_traversal(out.traversal_order, shape.size(), out.block_map.size()).in(frame));
  if (length(from.dim_metadata()) != out.traversal_order.size())
    return Error(Code::invalid_model, cat("describes ", length(from.dim_metadata()),
                                          " dimensions, not ", out.traversal_order.size()))
        .in(frame());
  TRY_SET(const auto sizes, level_sizes(from, out, shape).in(frame));
  values = 1;
  for (size_t level = 0; level < out.traversal_order.size(); ++level) {
    const auto level_frame = [&] { return cat("sparsity, level ", level); };
    const fb::DimensionMetadata& m =
        *from.dim_metadata()->Get(static_cast<flatbuffers::uoffset_t>(level));
    SparseDim dim;
    dim.size = sizes[static_cast<size_t>(out.traversal_order[level])];
    if (m.format() == fb::DimensionType_DENSE) {
      if (m.dense_size() != dim.size)
        return Error(Code::invalid_model,
                     cat("is dense with ", m.dense_size(), " indices, not ", dim.size))
            .in(level_frame());
      const auto next = checked_mul<uint64_t>(values, static_cast<uint64_t>(dim.size));
      if (!next || *next > kMostValues)
        return Error(Code::invalid_model, "has too many values").in(level_frame());
      values = *next;
    } else if (m.format() == fb::DimensionType_SPARSE_CSR) {
      dim.dense = false;
      dim.segments = index_list(m.array_segments_type(), m.array_segments());
      dim.indices = index_list(m.array_indices_type(), m.array_indices());
      TRY(spend(4 * (uint64_t{dim.segments.size()} + dim.indices.size())));
      TRY(check_compressed(dim, values).in(level_frame));
      values = dim.indices.size();
    } else {
      return Error(Code::unsupported, cat("has format ", static_cast<int>(m.format())))
          .in(level_frame());
    }
    out.dims.push_back(std::move(dim));
  }
  return out;
}

}  // namespace samara::schema
