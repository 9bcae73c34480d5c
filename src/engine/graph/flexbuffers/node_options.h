// Custom options that TensorFlow's converter makes of an operator it does not know: a list of the
// operator's name and the node itself, a serialized protobuf message.
#pragma once

#include <flatbuffers/flexbuffers.h>

#include <optional>
#include <string_view>

#include "engine/graph/op.h"

namespace samara::graph {

/// The node's bytes, which belong to the options; no value where they hold something else.
inline std::optional<std::string_view> node_in_options(const OpView& v) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(v.custom().data());
  const size_t size = v.custom().size();
  if (size < 3 || !flexbuffers::VerifyBuffer(bytes, size)) return std::nullopt;
  const flexbuffers::Reference root = flexbuffers::GetRoot(bytes, size);
  if (!root.IsVector() || root.IsMap() || root.AsVector().size() != 2) return std::nullopt;
  const flexbuffers::Reference node = root.AsVector()[1];
  if (!node.IsString()) return std::nullopt;
  return std::string_view(node.AsString().c_str(), node.AsString().length());
}

}  // namespace samara::graph
