#include "engine/ops/shared/tensor_list.h"

#include <cstring>

#include "engine/graph/memory.h"
#include "engine/graph/poller.h"

namespace samara::ops {
namespace {

constexpr uint32_t kMagic = 0x7473694C;  // "List"
constexpr int64_t kAlign = 16;           // of an element's values

struct Header {
  uint32_t magic = kMagic;
  int32_t type = 0, size = 0, reserved = 0;
  PartialShape shape;
};
struct Entry {
  int64_t offset = -1;  // in the variant; -1: not set
  int32_t rank = 0, reserved = 0;
  std::array<int32_t, kMaxRank> dims{};
};

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(static_cast<void*>(&value), from, sizeof value);
  return value;
}
Entry entry_at(const std::byte* data, int32_t i) {
  return load<Entry>(data + sizeof(Header) + size_t(i) * sizeof(Entry));
}

/// Whether the values of a set entry lie within `bytes`.
bool is_sound(const Entry& e, Type type, uint64_t bytes) {
  if (e.rank < 0 || e.rank > kMaxRank || e.offset < 0 || e.offset % kAlign != 0) return false;
  const auto size = tensor_bytes(type, Shape(std::span(e.dims).first(size_t(e.rank))));
  return size && uint64_t(e.offset) <= bytes && *size <= bytes - uint64_t(e.offset);
}

int64_t aligned(int64_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

}  // namespace

PartialShape PartialShape::of(const Shape& shape) {
  PartialShape out;
  out.rank_ = shape.rank();
  std::copy_n(shape.dims().begin(), shape.rank(), out.dims_.begin());
  return out;
}

Result<PartialShape> PartialShape::read(const Operands& n, int i) {
  PartialShape out;
  const Shape& given = n.in(i).shape;
  if (given.rank() == 0) return out;
  if (given.elements() > kMaxRank)
    return Error(Code::unsupported, cat("input ", i, " is a shape of rank ", given.elements(),
                                        ", at most ", kMaxRank));
  out.rank_ = int32_t(given.elements());
  for (int d = 0; d < out.rank_; ++d) {
    out.dims_[size_t(d)] = n.values<int32_t>(i)[size_t(d)];
    if (out.dims_[size_t(d)] < kUnknown)
      return value_error(n, i, cat("dimension ", d, " is ", out.dims_[size_t(d)]));
  }
  return out;
}

std::optional<PartialShape> PartialShape::merged(const PartialShape& other) const {
  if (rank_ == kUnknown) return other;
  PartialShape out = *this;
  if (other.rank_ == kUnknown) return out;
  if (other.rank_ != rank_) return std::nullopt;
  for (size_t d = 0; d < size_t(rank_); ++d) {
    if (out.dims_[d] == kUnknown) out.dims_[d] = other.dims_[d];
    if (other.dims_[d] != kUnknown && other.dims_[d] != out.dims_[d]) return std::nullopt;
  }
  return out;
}

std::optional<Shape> PartialShape::whole() const {
  if (rank_ == kUnknown) return std::nullopt;
  Shape out;
  for (size_t d = 0; d < size_t(rank_); ++d) {
    if (dims_[d] < 0) return std::nullopt;
    out.push(dims_[d]);
  }
  return out;
}

std::string PartialShape::text() const {
  if (rank_ == kUnknown) return "of unknown rank";
  std::string out = "[";
  for (int d = 0; d < rank_; ++d) out += cat(d ? ", " : "", dims_[size_t(d)]);
  return out + "]";
}

TensorList TensorList::again(const Tensor& t) {
  const auto header = load<Header>(t.data);
  TensorList out;
  out.data_ = t.data;
  out.type_ = Type(header.type);
  out.size_ = header.size;
  out.shape_ = header.shape;
  return out;
}

Result<TensorList> TensorList::open(const Tensor& t) {
  const auto wrong = [&] {
    return Error(Code::invalid_argument, cat("'", t.name, "' is no list of tensors"));
  };
  if (t.type != Type::variant || t.data == nullptr || t.bytes < sizeof(Header)) return wrong();
  const auto header = load<Header>(t.data);
  TensorList out = again(t);
  const uint64_t room = (t.bytes - sizeof(Header)) / sizeof(Entry);
  if (header.magic != kMagic || header.type < 0 || header.type > UINT8_MAX ||
      !check_element_type(out.type_).ok() || header.size < 0 || uint64_t(header.size) > room ||
      header.shape.rank() < PartialShape::kUnknown || header.shape.rank() > kMaxRank)
    return wrong();
  for (int32_t i = 0; i < header.size; ++i)
    if (const Entry e = entry_at(t.data, i); e.offset != -1 && !is_sound(e, out.type_, t.bytes))
      return wrong();
  return out;
}

TensorList::Item TensorList::operator[](int32_t i) const {
  const Entry e = entry_at(data_, i);
  if (e.offset < 0) return {};
  return {true, Shape(std::span(e.dims).first(size_t(e.rank))), data_ + e.offset};
}

Result<Shape> TensorList::common_shape(const PartialShape& hint) const {
  auto known = hint.merged(shape_);
  for (int32_t i = 0; i < size_ && known; ++i)
    if (const Item item = (*this)[i]; item.set) known = known->merged(PartialShape::of(item.shape));
  if (!known)
    return Error(Code::invalid_argument, cat("the elements of a list of shape ", shape_.text(),
                                             " are not all of one shape like ", hint.text()));
  if (const auto whole = known->whole()) return *whole;
  return Error(Code::invalid_argument,
               cat("nothing tells the shape of elements that are not set: ", known->text()));
}

Status TensorList::check_type(const Tensor& t) const {
  if (t.type == type_) return ok();
  return Error(Code::invalid_argument,
               cat("the list is of ", name(type_), ", '", t.name, "' is ", name(t.type)));
}

Status infer_list(Infer& n, int out) {
  TRY(n.has_type(n.in(0), {Type::variant}));
  TRY(n.has_type(n.out(out), {Type::variant}));
  return n.set_shape(n.out(out), {});
}

Status check_partial_shape(const Infer& n, int i) {
  TRY(n.has_type(n.in(i), {Type::i32}));
  if (n.in(i).shape.rank() <= 1) return ok();
  return Error(Code::invalid_model, cat("'", n.in(i).name, "' has shape ", n.in(i).shape.text(),
                                        "; a list's shape is a vector, or a scalar"));
}

Status check_element_type(Type type) {
  if (bits(type) >= 8 && type != Type::resource) return ok();
  return Error(Code::unsupported, cat("lists of ", name(type), " are not known"));
}

Status make_list(Run& n, const Tensor& out, Type type, const PartialShape& shape, int32_t size,
                 FunctionRef<TensorList::Item(int32_t)> item) {
  Poller poll(n);
  const int64_t begin = aligned(int64_t(sizeof(Header)) + size * int64_t{sizeof(Entry)});
  TRY(n.resize(out, {}, begin));  // before anything is done for ever so many elements
  int64_t total = begin;
  for (int32_t i = 0; i < size; ++i) {
    TRY(poll(8));
    const TensorList::Item next = item(i);
    if (!next.set) continue;
    const auto bytes = tensor_bytes(type, next.shape);
    const auto sum = bytes ? checked_add(total, int64_t(*bytes) + kAlign) : std::nullopt;
    if (!sum) return Error(Code::resource_exhausted, "a list would have more bytes than there are");
    total = aligned(*sum - kAlign);
  }
  TRY(n.resize(out, {}, total));
  Header header;
  header.type = int32_t(type);
  header.size = size;
  header.shape = shape;
  std::memcpy(out.data, &header, sizeof header);
  int64_t at = begin;
  for (int32_t i = 0; i < size; ++i) {
    const TensorList::Item next = item(i);
    Entry entry;
    if (next.set) {
      const auto bytes = size_t(*tensor_bytes(type, next.shape));
      TRY(poll(8 + int64_t(bytes) / 16));
      entry.offset = at;
      entry.rank = next.shape.rank();
      std::copy_n(next.shape.dims().begin(), entry.rank, entry.dims.begin());
      if (bytes > 0 && next.data) std::memcpy(out.data + at, next.data, bytes);
      if (bytes > 0 && !next.data) std::memset(out.data + at, 0, bytes);
      at = aligned(at + int64_t(bytes));
    }
    std::memcpy(out.data + sizeof header + size_t(i) * sizeof entry, &entry, sizeof entry);
  }
  return ok();
}

Status give_item(Run& n, const Tensor& out, const TensorList::Item& item) {
  TRY(n.resize(out, item.shape));
  if (out.bytes == 0) return ok();
  if (item.data) {
    std::memcpy(out.data, item.data, out.bytes);
  } else {
    std::memset(out.data, 0, out.bytes);
  }
  return ok();
}

}  // namespace samara::ops
