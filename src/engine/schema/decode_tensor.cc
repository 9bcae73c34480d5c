// Tensors: shape, quantization, and the constant's bytes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/checked.h"
#include "engine/schema/decode.h"

namespace samara::schema {
namespace {

/// Elements of a shape. Empty dimensions count as 1 for the overflow check, so that products of
/// any of the dimensions are safe too.
std::optional<uint64_t> elements(const std::vector<int32_t>& shape) {
  int64_t product = 1;
  bool empty = false;
  for (const int32_t d : shape) {
    empty = empty || d == 0;
    const auto next = checked_mul<int64_t>(product, std::max(d, 1));
    if (!next) return std::nullopt;
    product = *next;
  }
  return empty ? 0 : static_cast<uint64_t>(product);
}

std::optional<uint64_t> bytes_of(uint64_t count, Type type) {
  const auto in_bits = checked_mul<uint64_t>(count, static_cast<uint64_t>(bits(type)));
  if (!in_bits) return std::nullopt;
  return *in_bits / 8 + (*in_bits % 8 != 0);
}

/// Numbers that decide which memory is read or written (indices, sizes, offsets) are kept where
/// nobody can change them after they were looked at; weights are not.
bool steers(Type type) {
  switch (type) {
    case Type::i16:
    case Type::i32:
    case Type::i64:
    case Type::u16:
    case Type::u32:
    case Type::u64:
    case Type::boolean:
    case Type::string:
      return true;
    default:
      return false;
  }
}

bool aligned(std::span<const std::byte> bytes, Type type) {
  const auto to = static_cast<uintptr_t>(std::clamp(bits(type) / 8, 1, 8));
  return reinterpret_cast<uintptr_t>(bytes.data()) % to == 0;
}

/// The values that a zero point of the type can have.
std::pair<int64_t, int64_t> zero_point_range(Type type) {
  switch (type) {
    case Type::u8:
      return {0, 255};
    case Type::i8:
      return {-128, 127};
    case Type::i16:
      return {-32768, 32767};
    case Type::u16:
      return {0, 65535};
    case Type::i4:
      return {-8, 7};
    case Type::u4:
      return {0, 15};
    case Type::i2:
      return {-2, 1};
    default:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
}

std::string_view shown(std::vector<int32_t>& shape, std::string& text) {
  return text = cat(std::span<const int32_t>(shape));
}

/// The axis must have as many places as there are scales; of one scale it means nothing.
Status settle_axis(Tensor& out) {
  int& axis = out.quantization.axis;
  const size_t count = out.quantization.scales.size();
  if (count == 1) {
    axis = 0;
    return ok();
  }
  const auto fits = [&] {
    return axis >= 0 && static_cast<size_t>(axis) < out.shape.size() &&
           static_cast<size_t>(out.shape[static_cast<size_t>(axis)]) == count;
  };
  // Older quantizers give a bias the axis of its filter.
  if (!fits() && out.shape.size() == 1) axis = 0;
  if (fits()) return ok();
  std::string text;
  return Error(Code::invalid_model, cat("has ", count, " scales along dimension ", axis, " of ",
                                        shown(out.shape, text)));
}

}  // namespace

Result<Tensor> Decoder::tensor(const fb::Tensor& tensor, size_t tensors) {
  Tensor out;
  TRY_SET(out.name, text(tensor.name()));
  const int type = tensor.type();
  if (type < 0 || type >= kTypes)
    return Error(Code::unsupported, cat("has element type ", type, ", which is not known here"));
  out.type = static_cast<Type>(type);
  out.is_variable = tensor.is_variable();
  out.buffer = tensor.buffer();
  out.external_buffer = tensor.external_buffer();
  TRY(shape(tensor, out));
  TRY(constant(tensor, out));
  // Without a flag that says otherwise, an empty shape may mean "unknown" as well as "scalar".
  out.has_rank = tensor.has_rank() || !out.shape.empty() || out.constant;
  if (tensor.quantization()) TRY(quantization(*tensor.quantization(), tensors, out));
  return out;
}

Status Decoder::shape(const fb::Tensor& tensor, Tensor& out) {
  const auto too_long = [](const auto* v) { return v && v->size() > unsigned{kMaxRank}; };
  if (too_long(tensor.shape()))
    return Error(Code::unsupported,
                 cat("has ", tensor.shape()->size(), " dimensions, more than ", kMaxRank));
  TRY_SET(out.shape, list<int32_t>(tensor.shape()));
  std::string text;
  for (const int32_t d : out.shape)
    if (d < 0)
      return Error(Code::invalid_model, cat("has a negative dimension: ", shown(out.shape, text)));
  if (tensor.shape_signature() && tensor.shape_signature()->size() > 0) {
    if (tensor.shape_signature()->size() != out.shape.size())
      return Error(Code::invalid_model,
                   cat("has ", out.shape.size(), " dimensions, but ",
                       tensor.shape_signature()->size(), " in its shape signature"));
    TRY_SET(out.signature, list<int32_t>(tensor.shape_signature()));
    for (size_t i = 0; i < out.shape.size(); ++i)
      if (out.signature[i] != -1 && out.signature[i] != out.shape[i])
        return Error(Code::invalid_model,
                     cat("has the shape signature ", std::span<const int32_t>(out.signature),
                         " but the shape ", shown(out.shape, text)));
  }
  const auto count = elements(out.shape);
  const auto size = count ? bytes_of(*count, out.type) : std::nullopt;
  if (!size || *size > static_cast<uint64_t>(std::numeric_limits<ptrdiff_t>::max()))
    return Error(Code::invalid_model, cat("is too large: ", shown(out.shape, text)));
  if (*size > limits_.tensor_bytes)
    return Error(Code::resource_exhausted,
                 cat("takes ", *size, " bytes, more than ", limits_.tensor_bytes));
  return ok();
}

Status Decoder::constant(const fb::Tensor& tensor, Tensor& out) {
  TRY_SET(auto bytes, buffer(out.buffer));
  if (out.external_buffer != 0) {
    if (!bytes.empty())
      return Error(Code::invalid_model, "has both a buffer and an external buffer");
    TRY_SET(bytes, external(out.external_buffer));
  }
  if (bytes.empty()) {
    if (tensor.sparsity()) return Error(Code::invalid_model, "is sparse but has no data");
    return ok();
  }
  if (out.is_variable) return Error(Code::invalid_model, "is a variable but has constant data");
  uint64_t count = *elements(out.shape);
  if (out.type == Type::string) {
    TRY_SET(out.data, keep(bytes));
    TRY(take(bytes.size(), keep_budget_));
    TRY(check_strings(out.data, count));
    out.constant = true;
    return ok();
  }
  if (bits(out.type) == 0)
    return Error(Code::invalid_model, cat("of type ", name(out.type), " has constant data"));
  if (tensor.sparsity()) {
    TRY_SET(Sparsity sparsity, decode_sparsity(*tensor.sparsity(), out.shape, count,
                                               [&](uint64_t n) { return spend(n); }));
    out.sparsity = std::make_unique<Sparsity>(std::move(sparsity));
  }
  const auto wanted = bytes_of(count, out.type);
  if (!wanted || *wanted != bytes.size()) {
    std::string text;
    return Error(Code::invalid_model,
                 cat("has ", bytes.size(), " bytes of data, but ", name(out.type), " ",
                     shown(out.shape, text), " takes ", wanted.value_or(0)));
  }
  if (steers(out.type) || !aligned(bytes, out.type)) {
    TRY_SET(bytes, keep(bytes));
  }
  out.data = bytes;
  out.constant = true;
  return ok();
}

Result<std::span<const std::byte>> Decoder::buffer(uint32_t index) {
  std::span<const std::byte> none;
  const size_t count = model_.buffers() ? model_.buffers()->size() : 0;
  if (index == 0) return none;  // by convention "no data", whatever it holds
  if (index >= count) return Error(Code::invalid_model, cat("has buffer ", index, " of ", count));
  const fb::Buffer& from = *model_.buffers()->Get(index);
  if (from.data()) {
    const auto* start = reinterpret_cast<const std::byte*>(from.data()->data());
    const auto offset = static_cast<uint64_t>(start - storage_.structure().data());
    return storage_.weights({offset, from.data()->size()}).in([&] {
      return cat("buffer ", index);
    });
  }
  if (from.offset() <= 1) return none;
  return storage_.weights({from.offset(), from.size()}).in([&] { return cat("buffer ", index); });
}

Result<std::span<const std::byte>> Decoder::external(uint32_t id) {
  const auto known = external_data_.find(id);
  if (known != external_data_.end()) return known->second;
  const auto found = external_by_id_.find(id);
  if (found == external_by_id_.end())
    return Error(Code::invalid_model, cat("has external buffer ", id, ", which does not exist"));
  const fb::ExternalBuffer& from = *found->second;
  const auto* groups = model_.external_buffer_groups();
  if (!groups || from.group() >= groups->size())
    return Error(Code::invalid_model, cat("has external buffer ", id, " of group ", from.group(),
                                          " of ", groups ? groups->size() : 0));
  if (from.packing() && from.packing()->size() > 0)
    return Error(Code::unsupported, cat("has external buffer ", id, " packed as '",
                                        from.packing()->string_view().substr(0, 60), "'"));
  const uint64_t before = external_.bytes();
  const auto* name = groups->Get(from.group())->name();
  TRY_SET(const auto bytes, external_.range(name ? name->string_view() : std::string_view(),
                                            {from.offset(), from.length()}));
  keep_budget_ += external_.bytes() - before;
  external_data_.emplace(id, bytes);
  return bytes;
}

Result<std::span<const std::byte>> Decoder::keep(std::span<const std::byte> bytes) {
  if (bytes.empty()) return bytes;
  auto& known = kept_[bytes.data()];
  if (known.size() >= bytes.size()) return known.first(bytes.size());
  TRY(take(bytes.size(), keep_budget_));
  TRY_SET(known, storage_.kept(bytes));
  return known;
}

Status Decoder::quantization(const fb::QuantizationParameters& q, size_t tensors, Tensor& out) {
  Quantization& to = out.quantization;
  TRY_SET(to.min, list<float>(q.min()));
  TRY_SET(to.max, list<float>(q.max()));
  switch (q.details_type()) {
    case fb::QuantizationDetails_NONE:
    case fb::QuantizationDetails_CustomQuantization:  // means something to its writer alone
      break;
    case fb::QuantizationDetails_BlockwiseQuantization:
      if (const auto* details = q.details_as_BlockwiseQuantization())
        return blockwise(*details, tensors, to);
      break;
    default:
      return Error(Code::unsupported, cat("is quantized in a way that is not known here (",
                                          static_cast<int>(q.details_type()), ")"));
  }
  return affine(q, out);
}

Status Decoder::affine(const fb::QuantizationParameters& q, Tensor& out) {
  Quantization& to = out.quantization;
  TRY_SET(to.scales, list<float>(q.scale()));
  if (to.scales.empty()) return ok();
  const size_t count = to.scales.size(), points = q.zero_point() ? q.zero_point()->size() : 0;
  if (points != count)
    return Error(Code::invalid_model, cat("has ", count, " scales and ", points, " zero points"));
  for (const float scale : to.scales)
    // 0 stands in real files where nothing reads it; whatever computes with a scale refuses 0.
    if (!std::isfinite(scale) || scale < 0)
      return Error(Code::invalid_model, cat("has the scale ", scale));
  const auto [least, most] = zero_point_range(out.type);
  TRY(spend(count * sizeof(int32_t)));
  for (const int64_t point : *q.zero_point()) {
    if (point < least || point > most)
      return Error(Code::invalid_model,
                   cat("has the zero point ", point, ", which ", name(out.type), " cannot hold"));
    to.zero_points.push_back(static_cast<int32_t>(point));
  }
  to.axis = q.quantized_dimension();
  return settle_axis(out);
}

Status Decoder::blockwise(const fb::BlockwiseQuantization& q, size_t tensors, Quantization& out) {
  const auto exists = [&](int32_t i) { return i >= 0 && static_cast<size_t>(i) < tensors; };
  out.block_size = q.block_size();
  out.block_scales = q.scales();
  out.block_zero_points = q.zero_points() < 0 ? kNone : q.zero_points();
  if (!exists(out.block_scales))
    return Error(Code::invalid_model,
                 cat("has its scales in tensor ", out.block_scales, " of ", tensors));
  if (out.block_zero_points != kNone && !exists(out.block_zero_points))
    return Error(Code::invalid_model,
                 cat("has its zero points in tensor ", out.block_zero_points, " of ", tensors));
  if (out.block_size <= 0)
    return Error(Code::invalid_model, cat("is quantized in blocks of ", out.block_size));
  return ok();
}

Status check_strings(std::span<const std::byte> bytes, uint64_t count) {
  // int32 count; count + 1 int32 offsets from the start; the characters.
  const auto at = [&](uint64_t i) {
    int32_t out = 0;
    std::memcpy(&out, bytes.data() + 4 * i, 4);
    return out;
  };
  if (bytes.size() < 4) return Error(Code::invalid_model, "has no table of its strings");
  const int32_t held = at(0);
  if (held < 0 || static_cast<uint64_t>(held) != count)
    return Error(Code::invalid_model, cat("holds ", held, " strings, but its shape has ", count));
  const uint64_t header = 4 * (count + 2);
  if (header > bytes.size())
    return Error(Code::invalid_model,
                 cat("has a table of ", count, " strings in ", bytes.size(), " bytes"));
  int64_t before = static_cast<int64_t>(header);
  for (uint64_t i = 0; i <= count; ++i) {
    const int64_t offset = at(1 + i);
    if (offset < before || static_cast<uint64_t>(offset) > bytes.size())
      return Error(Code::invalid_model,
                   cat("has string ", i, " at byte ", offset, " of ", bytes.size()));
    before = offset;
  }
  return ok();
}

}  // namespace samara::schema
