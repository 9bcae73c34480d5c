#include "cli/shared/npy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::cli {
namespace {

struct Name {
  Type type;
  std::string_view descr;
};
// The first entry of a type is what is written; all are read.
constexpr std::array<Name, 16> kNames{{{Type::f32, "<f4"},
                                       {Type::f16, "<f2"},
                                       {Type::f64, "<f8"},
                                       {Type::i8, "|i1"},
                                       {Type::u8, "|u1"},
                                       {Type::i16, "<i2"},
                                       {Type::u16, "<u2"},
                                       {Type::i32, "<i4"},
                                       {Type::u32, "<u4"},
                                       {Type::i64, "<i8"},
                                       {Type::u64, "<u8"},
                                       {Type::boolean, "|b1"},
                                       {Type::c64, "<c8"},
                                       {Type::c128, "<c16"},
                                       {Type::i8, "<i1"},
                                       {Type::u8, "<u1"}}};

constexpr std::string_view kMagic = "\x93NUMPY";

/// The text after 'key': in the header's dictionary, blanks skipped.
Result<std::string_view> field(std::string_view header, std::string_view key) {
  const size_t at = header.find(cat("'", key, "'"));
  if (at == std::string_view::npos)
    return Error(Code::data_loss, cat(".npy header lacks '", key, "'"));
  std::string_view rest = header.substr(at + key.size() + 2);
  const size_t start = rest.find_first_not_of(": ");
  if (start == std::string_view::npos) return Error(Code::data_loss, ".npy header is cut short");
  return rest.substr(start);
}

Result<std::vector<int32_t>> parse_shape(std::string_view text) {
  std::vector<int32_t> shape;
  if (text.empty() || text[0] != '(') return Error(Code::data_loss, ".npy shape is not a tuple");
  const char* at = text.data() + 1;
  const char* const end = text.data() + text.size();
  while (at < end && *at != ')') {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    int32_t dim = 0;
    const auto [next, error] = std::from_chars(at, end, dim);
    if (error != std::errc() || dim < 0)
      return Error(Code::data_loss, ".npy shape has a bad number");
    shape.push_back(dim);
    at = next;
  }
  if (at == end) return Error(Code::data_loss, ".npy shape does not end");
  return shape;
}

/// One element a byte from a packed type, lowest bits first, sign extended where signed.
std::vector<std::byte> unpack(Type type, std::span<const std::byte> data, size_t count) {
  const int width = bits(type), per_byte = 8 / width;
  std::vector<std::byte> out(count);
  for (size_t i = 0; i < count && i / per_byte < data.size(); ++i) {
    unsigned value = unsigned(data[i / per_byte]) >> (i % per_byte * width) & ((1u << width) - 1);
    if (type != Type::u4 && value >> (width - 1)) value |= 0xffu << width;
    out[i] = std::byte(value);
  }
  return out;
}

/// The dictionary before the data, which ends where the data begins.
Result<std::string_view> header_of(std::string_view text) {
  if (!text.starts_with(kMagic) || text.size() < 12)
    return Error(Code::data_loss, "not an .npy file");
  const int version = uint8_t(text[6]);
  if (version < 1 || version > 3) return Error(Code::unsupported, cat(".npy version ", version));
  const size_t length_bytes = version == 1 ? 2 : 4;
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i) length |= size_t(uint8_t(text[8 + i])) << (8 * i);
  const size_t start = 8 + length_bytes;
  if (!in_range(start, length, text.size()))
    return Error(Code::data_loss, ".npy header is cut short");
  return text.substr(start, length);
}

Result<Type> parse_type(std::string_view descr) {
  const size_t close = descr.size() > 1 ? descr.find('\'', 1) : std::string_view::npos;
  if (close == std::string_view::npos) return Error(Code::unsupported, ".npy holds a record type");
  const std::string_view wanted = descr.substr(1, close - 1);
  const auto* found =
      std::find_if(kNames.begin(), kNames.end(), [&](const Name& n) { return n.descr == wanted; });
  if (found == kNames.end()) return Error(Code::unsupported, cat(".npy type ", wanted));
  return found->type;
}

}  // namespace

Result<Array> parse_npy(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  TRY_SET(const std::string_view header, header_of(text));
  TRY_SET(const std::string_view descr, field(header, "descr"));
  TRY_SET(const std::string_view order, field(header, "fortran_order"));
  TRY_SET(const std::string_view dims, field(header, "shape"));
  if (!order.starts_with("False")) return Error(Code::unsupported, ".npy is in Fortran order");
  Array array;
  TRY_SET(array.shape, parse_shape(dims));
  TRY_SET(array.type, parse_type(descr));
  uint64_t size = bits(array.type) / 8;
  for (const int32_t dim : array.shape) {
    const auto product = checked_mul<uint64_t>(size, dim);
    if (!product) return Error(Code::data_loss, ".npy shape overflows");
    size = *product;
  }
  const auto rest = bytes.subspan(size_t(header.data() + header.size() - text.data()));
  if (rest.size() < size) {
    return Error(Code::data_loss,
                 cat(".npy has ", rest.size(), " bytes of data, its shape needs ", size));
  }
  array.data.assign(rest.begin(), rest.begin() + ptrdiff_t(size));
  return array;
}

Type npy_type(Type type) {
  switch (type) {
    case Type::bf16:
      return Type::u16;
    case Type::f8e4m3fn:
    case Type::f8e5m2:
    case Type::u4:
      return Type::u8;
    case Type::i4:
    case Type::i2:
      return Type::i8;
    default:
      return type;
  }
}

std::string npy_file(Type type, std::span<const int32_t> shape, std::span<const std::byte> data) {
  std::vector<std::byte> unpacked;
  if (bits(type) > 0 && bits(type) < 8) {
    size_t count = 1;
    for (const int32_t dim : shape) count *= size_t(dim);
    unpacked = unpack(type, data, count);
    data = unpacked;
  }
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const Name& n) { return n.type == npy_type(type); });
  std::string dims;
  for (const int32_t dim : shape) dims += cat(dim, ", ");
  if (shape.size() > 1) dims.resize(dims.size() - 2);
  if (shape.size() == 1) dims.resize(dims.size() - 1);
  std::string header = cat("{'descr': '", found == kNames.end() ? "|u1" : found->descr,
                           "', 'fortran_order': False, 'shape': (", dims, "), }");
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');  // data starts at 64 n
  header += '\n';
  std::string file(kMagic);
  file += {'\x01', '\x00', char(header.size() & 0xff), char(header.size() >> 8)};
  file += header;
  file.append(reinterpret_cast<const char*>(data.data()), data.size());
  return file;
}

}  // namespace samara::cli
