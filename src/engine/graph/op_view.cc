#include "samara/graph/op.h"

namespace samara::graph {
namespace {

// A flatbuffers table without fields: a vtable of 4 bytes (its own size 4, the table's size 4),
// then the table, which is the distance back to the vtable. Every accessor finds its field absent
// and returns the schema's default. Bytes, since flatbuffers are little-endian everywhere.
alignas(8) constexpr uint8_t kEmpty[8] = {4, 0, 4, 0, 4, 0, 0, 0};

}  // namespace

const void* OpView::table(uint8_t member, bool second) const {
  if (options_ && type_ == member && second_ == second) return options_;
  if (options_) mismatched_ = true;
  return kEmpty + 4;
}

std::string Shape::text() const {
  std::string out = "[";
  for (int i = 0; i < rank_; ++i) {
    if (i) out += ", ";
    out += std::to_string(dims_[i]);
  }
  return out + "]";
}

}  // namespace samara::graph
