// Options of custom operators: a FlexBuffers map, verified before anything of it is read.
#pragma once

#include <flatbuffers/flexbuffers.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"

namespace samara::graph {

class FlexOptions {
 public:
  /// Errors   invalid_model  the bytes are no sound FlexBuffers map
  static Result<FlexOptions> read(const OpView& v) {
    const auto* const bytes = reinterpret_cast<const uint8_t*>(v.custom().data());
    const size_t size = v.custom().size();
    if (size < 3) return Error(Code::invalid_model, "has no custom options");
    // flatbuffers' verifier takes a key that no zero ends: here the zero behind the bytes ends it.
    std::vector<uint8_t> copy(bytes, bytes + size);
    copy.push_back(0);
    if (!flexbuffers::VerifyBuffer(copy.data(), size) ||
        !flexbuffers::GetRoot(copy.data(), size).IsMap()) {
      return Error(Code::invalid_model, "has custom options that are no FlexBuffers map");
    }
    return FlexOptions(std::move(copy));
  }
  FlexOptions(FlexOptions&&) = default;
  FlexOptions& operator=(FlexOptions&&) = default;

  /// A whole number in [least, most]; `otherwise` where the map lacks the key.
  Result<int32_t> integer(const char* key, int64_t otherwise, int64_t least, int64_t most) const {
    const auto value = map_[key];
    const int64_t number = value.IsNull() ? otherwise : whole(value);
    if (number >= least && number <= most) return int32_t(number);
    return Error(Code::invalid_model,
                 cat("option ", key, " is ", number, ", not in ", least, "..", most));
  }
  /// A finite number greater than 0.
  Result<float> positive(const char* key) const {
    const float number = map_[key].AsFloat();
    if (std::isfinite(number) && number > 0) return number;
    return Error(Code::invalid_model, cat("option ", key, " is ", number, ", not above 0"));
  }
  bool has(const char* key) const { return !map_[key].IsNull(); }
  float number(const char* key) const { return map_[key].AsFloat(); }
  std::string text(const char* key) const { return map_[key].AsString().str(); }
  /// The N inner numbers, each at least 1, of a list [1, ..., 1]: windows and strides.
  template <size_t N>
  Result<std::array<int32_t, N>> inner(const char* key) const {
    const auto wrong = [&] {
      return Error(Code::invalid_model,
                   cat("option ", key, " is no list of 1, ", N, " numbers of at least 1, and 1"));
    };
    const auto list = map_[key];
    if (!list.IsAnyVector()) return wrong();
    const auto at = [&](size_t i) {
      return whole(list.IsTypedVector()        ? list.AsTypedVector()[i]
                   : list.IsFixedTypedVector() ? list.AsFixedTypedVector()[i]
                                               : list.AsVector()[i]);
    };
    const size_t size = list.IsTypedVector()        ? list.AsTypedVector().size()
                        : list.IsFixedTypedVector() ? list.AsFixedTypedVector().size()
                                                    : list.AsVector().size();
    if (size != N + 2 || at(0) != 1 || at(N + 1) != 1) return wrong();
    std::array<int32_t, N> out;
    for (size_t i = 0; i < N; ++i) {
      const int64_t value = at(i + 1);
      if (value < 1 || value > INT32_MAX) return wrong();
      out[i] = int32_t(value);
    }
    return out;
  }
  bool flag(const char* key, bool otherwise = false) const {
    const auto value = map_[key];
    if (value.IsFloat()) return value.AsDouble() != 0;
    return value.IsNull() ? otherwise : value.AsBool();
  }
  /// 64 bits of any meaning; 0 where the map lacks the key.
  uint64_t word(const char* key) const {
    const auto value = map_[key];
    return value.IsFloat() ? uint64_t(whole(value)) : value.AsUInt64();
  }
  /// A list of whole numbers of at least `least`, with one or more of them.
  Result<std::vector<int32_t>> integers(const char* key, int64_t least) const {
    const auto list = map_[key].AsTypedVector();
    std::vector<int32_t> out;
    for (size_t i = 0; i < list.size(); ++i) {
      const int64_t number = whole(list[i]);
      if (number < least || number > INT32_MAX)
        return Error(Code::invalid_model, cat("option ", key, " has ", number, " at ", i));
      out.push_back(int32_t(number));
    }
    if (out.empty()) return Error(Code::invalid_model, cat("option ", key, " has no numbers"));
    return out;
  }
  /// A list of texts. Errors: invalid_model where it is something else
  Result<std::vector<std::string>> texts(const char* key) const {
    const auto list = map_[key];
    const bool typed = list.IsTypedVector();
    const size_t size = typed             ? list.AsTypedVector().size()
                        : list.IsVector() ? list.AsVector().size()
                                          : 0;
    std::vector<std::string> out;
    for (size_t i = 0; i < size; ++i) {
      const auto text = typed ? list.AsTypedVector()[i] : list.AsVector()[i];
      if (text.IsString()) {
        out.push_back(text.AsString().str());
      } else if (text.IsKey()) {
        out.emplace_back(text.AsKey());
      }
    }
    if (out.size() == size && size > 0) return out;
    return Error(Code::invalid_model, cat("option ", key, " is no list of texts"));
  }

 private:
  explicit FlexOptions(std::vector<uint8_t> bytes)
      : bytes_(std::move(bytes)),
        map_(flexbuffers::GetRoot(bytes_.data(), bytes_.size() - 1).AsMap()) {}
  /// AsInt64() with a float that no int64_t holds as the lowest number, which no option may be.
  static int64_t whole(flexbuffers::Reference value) {
    if (!value.IsFloat()) return value.AsInt64();
    const double number = value.AsDouble();
    return number >= -0x1p63 && number < 0x1p63 ? int64_t(number) : INT64_MIN;
  }
  std::vector<uint8_t> bytes_;
  flexbuffers::Map map_;
};

/// The option "padding" of windows.
inline Result<kernels::Padding> window_padding(const FlexOptions& options) {
  const std::string text = options.text("padding");
  if (text == "SAME") return kernels::Padding::same;
  if (text == "VALID") return kernels::Padding::valid;
  return Error(Code::invalid_model, cat("option padding is '", text, "', not SAME or VALID"));
}

}  // namespace samara::graph
