// Options of custom operators: a FlexBuffers map, verified before anything of it is read.
#pragma once

#include <flatbuffers/flexbuffers.h>

#include <cmath>

#include "engine/graph/op.h"

namespace samara::ops {

class FlexOptions {
 public:
  /// Errors   invalid_model  the bytes are no sound FlexBuffers map
  static Result<FlexOptions> read(const OpView& v) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(v.custom().data());
    if (v.custom().size() < 3) return Error(Code::invalid_model, "has no custom options");
    if (!flexbuffers::VerifyBuffer(bytes, v.custom().size()) ||
        !flexbuffers::GetRoot(bytes, v.custom().size()).IsMap()) {
      return Error(Code::invalid_model, "has custom options that are no FlexBuffers map");
    }
    return FlexOptions(flexbuffers::GetRoot(bytes, v.custom().size()).AsMap());
  }

  /// A whole number in [least, most]; `otherwise` where the map lacks the key.
  Result<int32_t> integer(const char* key, int64_t otherwise, int64_t least, int64_t most) const {
    const auto value = map_[key];
    const int64_t number = value.IsNull() ? otherwise : value.AsInt64();
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
  float number(const char* key) const { return map_[key].AsFloat(); }
  bool flag(const char* key) const { return !map_[key].IsNull() && map_[key].AsBool(); }

 private:
  explicit FlexOptions(flexbuffers::Map map) : map_(map) {}
  flexbuffers::Map map_;
};

}  // namespace samara::ops
