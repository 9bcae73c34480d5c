#include "engine/ops/shared/hash_table.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "engine/graph/strings.h"
#include "engine/ops/shared/sort.h"
#include "engine/ops/shared/variable.h"

namespace samara::ops {
namespace {

/// The entry in [0, size) whose key compares equal; -1 if there is none.
template <class Key, class At>
int64_t binary_search(int64_t size, const Key& key, const At& at) {
  int64_t low = 0, high = size;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const Key found = at(middle);
    if (found == key) return middle;
    (found < key ? low : high) = found < key ? middle + 1 : middle;
  }
  return -1;
}

/// Sorts the numbers of elements by their keys, the first of equal ones first, and keeps that one.
template <class At>
Result<size_t> sort_unique(const Run& n, std::span<int32_t> order, std::span<int32_t> spare,
                           const At& key) {
  for (size_t i = 0; i < order.size(); ++i) order[i] = int32_t(i);
  TRY(sort(n, order, spare, [&](int32_t a, int32_t b) {
    const auto x = key(a), y = key(b);
    return x < y || (x == y && a < b);
  }));
  const auto same = [&](int32_t a, int32_t b) { return key(a) == key(b); };
  return size_t(std::unique(order.begin(), order.end(), same) - order.begin());
}

}  // namespace

Status check_table_operands(Infer& n, const Tensor& keys, const Tensor& values) {
  TRY(check_handle(n));
  TRY(n.has_type(keys, {Type::i64, Type::string}));
  return n.has_type(values, {table_value_type(keys.type)});
}

Result<HashTable> HashTable::find(Run& n) {
  const int32_t id = *n.in_data<int32_t>(0);
  Resource* const found = n.resource(id);
  if (found != nullptr && found->type == Type::variant) return HashTable(found);
  return Error(Code::invalid_argument, cat("there is no hash table with the handle ", id));
}

Status HashTable::check_keys(const Tensor& keys) const {
  if (keys.type == key_type()) return ok();
  return Error(Code::invalid_model, cat("the table's keys are ", name(key_type()), ", '", keys.name,
                                        "' is ", name(keys.type)));
}

Status HashTable::fill(Run& n) const {
  const bool integer_keys = n.in(1).type == Type::i64;
  const Tensor &integers = n.in(integer_keys ? 1 : 2), &texts = n.in(integer_keys ? 2 : 1);
  const auto numbers = n.view<const int64_t>(integers);
  TRY_SET(const Strings strings, Strings::open(texts));
  auto* const memory = reinterpret_cast<int32_t*>(n.scratch(0).data());
  const std::span<int32_t> all{memory, numbers.size()};
  const std::span<int32_t> spare{memory + numbers.size(), numbers.size()};
  auto sorted = integer_keys
                    ? sort_unique(n, all, spare, [&](int32_t i) { return numbers[size_t(i)]; })
                    : sort_unique(n, all, spare, [&](int32_t i) { return strings[i]; });
  TRY_SET(const size_t count, std::move(sorted));
  const auto order = all.first(count);
  uint64_t total = uint64_t(count) * 12 + 4;
  for (const int32_t i : order) total += strings[i].size();
  if (total > std::numeric_limits<int32_t>::max())
    return Error(Code::resource_exhausted,
                 cat("a table of ", total, " bytes is beyond its offsets"));
  const auto bytes = size_t(total);
  // Once in a session's life: the one allocation that a table needs, besides its own.
  const std::unique_ptr<std::byte[]> image(new (std::nothrow) std::byte[bytes]);
  if (!image) return Error(Code::resource_exhausted, cat("no memory for a table of ", bytes));
  std::byte* offset = image.get() + count * 8;
  std::byte* text = offset + count * 4 + 4;
  const auto put_offset = [&](std::byte* at) {
    const auto value = int32_t(at - image.get());
    std::memcpy(offset, &value, 4);
    offset += 4;
  };
  Poller poll(n);
  for (size_t e = 0; e < count; ++e) {
    TRY(poll(16));
    const int64_t number = numbers[size_t(order[e])];
    std::memcpy(image.get() + e * 8, &number, 8);
    const std::string_view s = strings[order[e]];
    put_offset(text);
    if (!s.empty()) std::memcpy(text, s.data(), s.size());
    text += s.size();
  }
  put_offset(text);
  Tensor value;
  value.type = Type::variant;
  value.shape = Shape{resource_->shape[0], int32_t(count)};
  value.data = image.get();
  value.bytes = bytes;
  return n.assign(*resource_, value);
}

int64_t HashTable::locate(int64_t key) const {
  return binary_search(size(), key, [&](int64_t e) { return integer(e); });
}
int64_t HashTable::locate(std::string_view key) const {
  return binary_search(size(), key, [&](int64_t e) { return string(e); });
}

int64_t HashTable::integer(int64_t entry) const {
  int64_t value = 0;
  std::memcpy(&value, resource_->data + entry * 8, 8);
  return value;
}
std::string_view HashTable::string(int64_t entry) const {
  int32_t offset[2];
  std::memcpy(offset, resource_->data + size() * 8 + entry * 4, 8);
  return {reinterpret_cast<const char*>(resource_->data) + offset[0],
          size_t(offset[1] - offset[0])};
}

}  // namespace samara::ops
