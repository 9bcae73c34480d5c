#include "engine/text_ops/example/wire.h"

namespace samara::text_ops {

bool Wire::take(size_t size, uint64_t& value) {
  if (rest_.empty()) return false;
  if (rest_.size() < size) return fail();
  value = 0;
  for (size_t i = 0; i < size; ++i) value |= uint64_t{uint8_t(rest_[i])} << (8 * i);
  rest_.remove_prefix(size);
  return true;
}

bool Wire::next_varint(uint64_t& value) {
  if (rest_.empty()) return false;
  value = 0;
  constexpr size_t kMost = 10;
  for (size_t i = 0; i < kMost && i < rest_.size(); ++i) {
    const auto byte = uint8_t(rest_[i]);
    value |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte >> 7) continue;
    rest_.remove_prefix(i + 1);
    return true;
  }
  return fail();
}

bool Wire::next(Field& field) {
  uint64_t tag = 0;
  if (!next_varint(tag)) return false;
  field = {};
  field.number = tag >> 3;
  field.kind = Kind(tag & 7);
  uint64_t size = 0;
  switch (field.kind) {
    case varint:
      return next_varint(field.value) || fail();
    case fixed64:
      return take(8, field.value) || fail();
    case fixed32:
      return take(4, field.value) || fail();
    case bytes:
      if (!next_varint(size) || size > rest_.size()) return fail();
      field.text = rest_.substr(0, size_t(size));
      rest_.remove_prefix(size_t(size));
      return true;
    default:  // groups, which nobody writes any more
      return fail();
  }
}

}  // namespace samara::text_ops
