#include "engine/graph/strings.h"

#include <cstring>
#include <limits>

#include "engine/graph/poller.h"

namespace samara::graph {
namespace {

int32_t load(const std::byte* data, int64_t i) {
  int32_t v = 0;
  std::memcpy(&v, data + i * 4, 4);
  return v;
}
void store(std::byte* data, int64_t i, int64_t value) {
  const auto v = int32_t(value);
  std::memcpy(data + i * 4, &v, 4);
}

}  // namespace

Result<Strings> Strings::open(const Tensor& t) {
  const int64_t count = t.shape.elements();
  const auto bytes = int64_t(t.bytes);
  const auto malformed = [&] {
    return Error(Code::invalid_argument, cat("'", t.name, "' is not a well-formed string tensor"));
  };
  Strings out;
  out.data_ = t.data;
  if (count == 0) return out;
  const int64_t header = 4 * (count + 2);
  if (t.data == nullptr || bytes < header || load(t.data, 0) != count) return malformed();
  int64_t last = header;
  for (int64_t i = 0; i <= count; ++i) {
    const int64_t offset = load(t.data, 1 + i);
    if (offset < last || offset > bytes) return malformed();
    last = offset;
  }
  return out;
}

std::string_view Strings::operator[](int64_t i) const {
  const int32_t begin = load(data_, 1 + i), end = load(data_, 2 + i);
  return {reinterpret_cast<const char*>(data_) + begin, size_t(end - begin)};
}

Result<StringsWriter> StringsWriter::open(Run& n, const Tensor& out, const Shape& shape,
                                          int64_t text) {
  const int64_t count = shape.elements();
  StringsWriter w;
  w.at_ = 4 * (count + 2);
  if (w.at_ + text > std::numeric_limits<int32_t>::max())
    return Error(Code::resource_exhausted, cat("'", out.name, "' would hold ", w.at_ + text,
                                               " bytes of strings, beyond 32-bit offsets"));
  TRY(n.resize(out, shape, w.at_ + text));
  w.data_ = out.data;
  store(w.data_, 0, count);
  store(w.data_, 1, w.at_);
  return w;
}
void StringsWriter::add(std::string_view piece) {
  if (!piece.empty()) std::memcpy(data_ + at_, piece.data(), piece.size());
  at_ += int64_t(piece.size());
}
void StringsWriter::end() { store(data_, 2 + next_++, at_); }

Status make_strings(Run& n, const Tensor& out, const Shape& shape,
                    FunctionRef<std::string_view(int64_t)> element) {
  const int64_t count = shape.elements();
  int64_t text = 0;
  Poller poll(n);
  for (int64_t i = 0; i < count; ++i) {
    TRY(poll(8));
    text += int64_t(element(i).size());
  }
  TRY_SET(StringsWriter writer, StringsWriter::open(n, out, shape, text));
  for (int64_t i = 0; i < count; ++i) {
    const std::string_view piece = element(i);
    TRY(poll(8 + int64_t(piece.size()) / 16));
    writer.add(piece);
    writer.end();
  }
  return ok();
}

Status pick_strings(Run& n, const Tensor& in, const Tensor& out, const Shape& shape,
                    FunctionRef<int64_t(int64_t)> source) {
  TRY_SET(const Strings strings, Strings::open(in));
  return make_strings(n, out, shape, [&](int64_t i) { return strings[source(i)]; });
}

}  // namespace samara::graph
