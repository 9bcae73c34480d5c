#include "engine/graph/memory.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::graph {

std::optional<uint64_t> tensor_bytes(Type type, const Shape& shape) {
  uint64_t elements = 1;
  bool empty = false;
  for (const int32_t d : shape.dims()) {
    if (d < 0) return std::nullopt;
    // Of [0, big, big] the product is 0, but a product of some of its dimensions may overflow.
    if (d == 0) empty = true;
    const auto next = checked_mul<uint64_t>(elements, d == 0 ? 1 : uint64_t(d));
    if (!next) return std::nullopt;
    elements = *next;
  }
  const int element_bits = type == Type::resource ? 32 : bits(type);
  const auto all_bits = checked_mul<uint64_t>(elements, uint64_t(element_bits ? element_bits : 1));
  // Kernels address elements and bytes with ptrdiff_t.
  constexpr uint64_t kMost = uint64_t(PTRDIFF_MAX) - kAlignment;
  if (!all_bits || elements > kMost || *all_bits / 8 >= kMost) return std::nullopt;
  if (empty || element_bits == 0) return 0;
  return (*all_bits + 7) / 8;
}

Status Budget::take(uint64_t bytes) {
  const auto sum = checked_add(used_, bytes);
  if (!sum || *sum > limit_)
    return Error(Code::resource_exhausted,
                 cat("needs ", sum ? std::to_string(*sum) : "more than 2^64",
                     " bytes of activations, limit ", limit_));
  used_ = *sum;
  return ok();
}

Status Buffer::reserve(uint64_t bytes, Budget& budget) {
  if (bytes <= capacity_) return ok();
  release();
  const auto rounded = align_up(bytes, kAlignment);
  const auto size = rounded ? narrow<size_t>(*rounded) : std::nullopt;
  if (!size) return Error(Code::resource_exhausted, cat("needs ", bytes, " bytes in one piece"));
  TRY(budget.take(*size));
  void* const memory = std::aligned_alloc(kAlignment, *size);
  if (!memory) {
    budget.give(*size);
    return Error(Code::resource_exhausted, cat("the system has no ", *size, " bytes left"));
  }
  std::memset(memory, 0, *size);
  data_ = static_cast<std::byte*>(memory);
  capacity_ = *size;
  budget_ = &budget;
  return ok();
}

void Buffer::release() {
  if (!data_) return;
  std::free(data_);
  budget_->give(capacity_);
  data_ = nullptr;
  capacity_ = 0;
}

void Buffer::swap(Buffer& other) {
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(budget_, other.budget_);
}

std::byte* nowhere() {
  alignas(kAlignment) static std::byte place[kAlignment];
  return place;
}

}  // namespace samara::graph
