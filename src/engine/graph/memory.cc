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
  const uint64_t held = data_ ? capacity_ + kAlignment : 0;
  if (held) budget_->give(held);
  Buffer fresh;
  Status status = budget.take(*size);
  if (status.ok()) {
    status = fresh.allocate(*size);
    if (!status.ok()) budget.give(*size);
  }
  if (!status.ok()) {
    if (held) (void)budget_->take(held).ok();
    return status;
  }
  fresh.capacity_ = *size - kAlignment;
  fresh.budget_ = &budget;
  data_ = nullptr;  // given back above
  std::free(std::exchange(memory_, nullptr));
  swap(fresh);
  return ok();
}

/// Zeroed memory; of large memory no page is touched before somebody uses it.
Status Buffer::allocate(size_t size) {
  constexpr size_t kLarge = 1 << 20, kManyPages = 4 << 20;
  if (size >= kLarge) {
    TRY_SET(pages_, Mapping::in_full(size));
    if (size >= kManyPages) pages_.prefer_large_pages();
    data_ = pages_.writable().data();
    return ok();
  }
  memory_ = std::calloc(1, size);
  if (!memory_)
    return Error(Code::resource_exhausted, cat("the system has no ", size, " bytes left"));
  const auto past = reinterpret_cast<uintptr_t>(memory_) % kAlignment;
  data_ = static_cast<std::byte*>(memory_) + (past ? kAlignment - past : 0);
  return ok();
}

void Buffer::release() {
  if (!data_) return;
  std::free(memory_);
  budget_->give(capacity_ + kAlignment);
  memory_ = nullptr;
  pages_ = {};
  data_ = nullptr;
  capacity_ = 0;
}

void Buffer::swap(Buffer& other) {
  std::swap(memory_, other.memory_);
  std::swap(pages_, other.pages_);
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(budget_, other.budget_);
}

std::byte* nowhere() {
  alignas(kAlignment) static std::byte place[kAlignment];
  return place;
}

}  // namespace samara::graph
