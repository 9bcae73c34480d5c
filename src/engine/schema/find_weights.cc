// Finds the large weight buffers of a model whose bytes cannot be trusted yet: a walk from the root
// over Model.buffers, in the layout of flatbuffers (docs: "FlatBuffers internals").
#include <algorithm>
#include <optional>

#include "base/checked.h"
#include "engine/schema/generated/tflite_generated.h"
#include "engine/schema/raw_walk.h"
#include "engine/schema/storage.h"

namespace samara::schema {
namespace {

/// Smaller buffers are not worth leaving out: they share pages with the structure around them.
constexpr uint64_t kLarge = 64 << 10;
/// More than any model has; keeps a hostile vector of buffers from taking long.
constexpr uint32_t kMostBuffers = 8 << 20;

/// The bytes of the Buffer at `buffer`.
std::optional<Range> data(const RawWalk& walk, uint64_t buffer) {
  if (const auto at = walk.field(buffer, fb::Buffer::VT_DATA)) {
    const auto vector = walk.follow(*at);
    const auto size = vector ? walk.load<uint32_t>(*vector) : std::nullopt;
    if (!size) return std::nullopt;
    return Range{*vector + 4, *size};
  }
  const auto offset_at = walk.field(buffer, fb::Buffer::VT_OFFSET);
  const auto size_at = walk.field(buffer, fb::Buffer::VT_SIZE);
  if (!offset_at || !size_at) return std::nullopt;
  const auto offset = walk.load<uint64_t>(*offset_at);
  const auto size = walk.load<uint64_t>(*size_at);
  if (!offset || !size) return std::nullopt;
  return Range{*offset, *size};
}

/// Sorted, and joined where they overlap.
std::vector<Range> join(std::vector<Range> ranges) {
  std::ranges::sort(ranges, {}, &Range::offset);
  std::vector<Range> out;
  for (const Range& r : ranges) {
    if (out.empty() || r.offset > out.back().offset + out.back().size) {
      out.push_back(r);
    } else {
      Range& last = out.back();
      last.size = std::max(last.size, r.offset + r.size - last.offset);
    }
  }
  return out;
}

}  // namespace

std::vector<Range> find_weights(std::span<const std::byte> bytes) {
  const RawWalk walk{bytes};
  std::vector<Range> out;
  const auto root = walk.follow(0);
  const auto field = root ? walk.field(*root, fb::Model::VT_BUFFERS) : std::nullopt;
  const auto buffers = field ? walk.follow(*field) : std::nullopt;
  const auto count = buffers ? walk.load<uint32_t>(*buffers) : std::nullopt;
  if (!count) return out;
  for (uint32_t i = 0; i < std::min(*count, kMostBuffers); ++i) {
    const auto buffer = walk.follow(*buffers + 4 + uint64_t{4} * i);
    if (!buffer) continue;
    const auto range = data(walk, *buffer);
    if (range && range->size >= kLarge && in_range(range->offset, range->size, bytes.size()))
      out.push_back(*range);
    // Many entries for the same few bytes: only a file made to harm has them.
    if (out.size() > (size_t{1} << 20)) out = join(std::move(out));
  }
  return join(std::move(out));
}

}  // namespace samara::schema
