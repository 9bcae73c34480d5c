// TensorFlow Lite's packed strings: int32 count, count + 1 int32 offsets from the start of the
// whole, then the bytes (LiteRT tflite/string_util.h).
#include <cstring>

#include "base/checked.h"
#include "base/text.h"
#include "engine/runtime/session_impl.h"

namespace samara {
namespace {

int32_t read_i32(std::span<const std::byte> bytes, size_t index) {
  int32_t value = 0;
  std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
  return value;
}

}  // namespace

Result<std::vector<std::string_view>> unpack_strings(std::span<const std::byte> packed) {
  if (packed.size() < 4)
    return Error(Code::invalid_argument,
                 cat("packed strings need at least 4 bytes, have ", packed.size()));
  const int32_t count = read_i32(packed, 0);
  if (count < 0 || uint64_t(count) > (packed.size() - 4) / 4)
    return Error(Code::invalid_argument,
                 cat("packed strings claim ", count, " strings in ", packed.size(), " bytes"));
  const uint64_t header = 4 * (uint64_t(count) + 2);
  if (count > 0 && header > packed.size())
    return Error(Code::invalid_argument, "packed strings lack their last offset");
  std::vector<std::string_view> out;
  out.reserve(size_t(count));
  for (int32_t i = 0; i < count; ++i) {
    const int64_t begin = read_i32(packed, size_t(i) + 1), end = read_i32(packed, size_t(i) + 2);
    if (begin < int64_t(header) || end < begin || end > int64_t(packed.size()))
      return Error(Code::invalid_argument, cat("packed string ", i, " claims bytes ", begin, " to ",
                                               end, " of ", packed.size()));
    out.emplace_back(reinterpret_cast<const char*>(packed.data()) + begin, size_t(end - begin));
  }
  return out;
}

std::vector<std::byte> pack_strings(std::span<const std::string> strings) {
  std::vector<int32_t> header{int32_t(strings.size())};
  size_t end = 4 * (strings.size() + 2);
  header.push_back(int32_t(end));
  for (const std::string& s : strings) header.push_back(int32_t(end += s.size()));
  std::vector<std::byte> out(end);
  std::memcpy(out.data(), header.data(), 4 * header.size());
  size_t at = 4 * header.size();
  for (const std::string& s : strings) {
    if (!s.empty()) std::memcpy(out.data() + at, s.data(), s.size());
    at += s.size();
  }
  return out;
}

Result<std::vector<std::byte>> pack_input(std::span<const std::string> strings,
                                          const graph::Tensor& t, const std::string& what) {
  if (t.type != Type::string)
    return Error(Code::invalid_argument, cat(what, " holds ", name(t.type), ", not strings"));
  if (t.constant) return Error(Code::invalid_argument, cat(what, " is a constant of the model"));
  if (int64_t(strings.size()) != t.shape.elements())
    return Error(Code::invalid_argument, cat(what, " takes ", t.shape.elements(), " strings (",
                                             t.shape.text(), "), not ", strings.size()));
  uint64_t bytes = 8;
  for (const std::string& s : strings) bytes += 4 + s.size();
  if (bytes > uint64_t(INT32_MAX))
    return Error(Code::invalid_argument,
                 cat(what, ": packed strings hold less than 2 GiB, not ", bytes));
  return pack_strings(strings);
}

}  // namespace samara
