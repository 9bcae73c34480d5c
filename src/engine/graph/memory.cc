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
                 cat("needs ", sum ? std::to_string(*sum) : "more than 2^64", " bytes of ", what_,
                     ", limit ", limit_));
  used_ = *sum;
  return ok();
}

Status Buffer::reserve(uint64_t bytes, Budget& budget) {
  if (bytes <= capacity_) return ok();
  const auto padded = checked_add(bytes, kAlignment);
  const auto size = padded ? narrow<size_t>(*padded) : std::nullopt;
  if (!size) return Error(Code::resource_exhausted, cat("needs ", bytes, " bytes in one piece"));
  // Tensors point at what is held: it stays until there is more, though counted as gone.
  const uint64_t held = memory_ ? capacity_ + kAlignment : 0;
  if (held) budget_->give(held);
  Status status = budget.take(*size);
  // calloc, aligned by hand: of large memory it touches no page before somebody uses it.
  void* const fresh = status.ok() ? std::calloc(1, *size) : nullptr;
  if (!fresh) {
    if (status.ok()) {
      budget.give(*size);
      status = Error(Code::resource_exhausted, cat("the system has no ", *size, " bytes left"));
    }
    if (held) (void)budget_->take(held).ok();
    return status;
  }
  std::free(memory_);
  memory_ = fresh;
  const auto past = reinterpret_cast<uintptr_t>(memory_) % kAlignment;
  data_ = static_cast<std::byte*>(memory_) + (past ? kAlignment - past : 0);
  capacity_ = *size - kAlignment;
  budget_ = &budget;
  return ok();
}

void Buffer::release() {
  if (!memory_) return;
  std::free(memory_);
  budget_->give(capacity_ + kAlignment);
  memory_ = nullptr;
  data_ = nullptr;
  capacity_ = 0;
}

void Buffer::swap(Buffer& other) {
  std::swap(memory_, other.memory_);
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(budget_, other.budget_);
}

std::byte* nowhere() {
  alignas(kAlignment) static std::byte place[kAlignment];
  return place;
}

}  // namespace samara::graph
