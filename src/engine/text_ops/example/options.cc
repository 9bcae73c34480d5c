// Options of ParseExample: a map of numbers, or what the converter makes of TensorFlow's node: its
// name and the node itself, a protobuf message whose attributes hold the same.
#include <string>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/flexbuffers/node_options.h"
#include "engine/text_ops/example/example.h"
#include "engine/text_ops/example/wire.h"

namespace samara::text_ops {
namespace {

constexpr int64_t kMostFeatures = 4096;

Error malformed() {
  return Error(Code::invalid_model, "the custom options hold no sound TensorFlow node");
}

/// TensorShapeProto: dim = 2 {size = 1}, unknown_rank = 3.
Result<Shape> read_shape(std::string_view message) {
  Shape out;
  Wire shape(message);
  for (Wire::Field f; shape.next(f);) {
    if (f.number == 3 && f.kind == Wire::varint && f.value != 0)
      return Error(Code::unsupported, "a dense feature of unknown rank");
    if (f.number != 2 || f.kind != Wire::bytes) continue;
    uint64_t size = 0;
    Wire dim(f.text);
    for (Wire::Field g; dim.next(g);)
      if (g.number == 1 && g.kind == Wire::varint) size = g.value;
    if (!dim.sound()) return malformed();
    if (int64_t(size) < 0) return Error(Code::unsupported, "a dense feature of unknown length");
    if (out.rank() == kMaxRank - 1 || size > INT32_MAX)
      return Error(Code::invalid_model, "a dense feature's shape is too large");
    out.push(int32_t(size));
  }
  if (!shape.sound()) return malformed();
  return out;
}

/// AttrValue.ListValue: shape = 7.
Status read_shapes(std::string_view message, std::vector<Shape>& shapes) {
  Wire list(message);
  for (Wire::Field f; list.next(f);) {
    if (f.number != 7 || f.kind != Wire::bytes) continue;
    if (shapes.size() == size_t{kMostFeatures}) return malformed();
    TRY_SET(shapes.emplace_back(), read_shape(f.text));
  }
  return list.sound() ? ok() : malformed();
}

/// AttrValue: list = 1, i = 3.
Status read_attribute(std::string_view name, std::string_view value, ExampleParams& p) {
  const bool number = name == "Nsparse" || name == "num_sparse";
  Wire attribute(value);
  for (Wire::Field f; attribute.next(f);) {
    if (f.number == 3 && f.kind == Wire::varint && number) {
      if (f.value > uint64_t{kMostFeatures}) return malformed();
      p.sparse = int(f.value);
    }
    if (f.number == 1 && f.kind == Wire::bytes && name == "dense_shapes")
      TRY(read_shapes(f.text, p.shapes));
  }
  return attribute.sound() ? ok() : malformed();
}

/// NodeDef: attr = 5, entries of a map {key = 1, value = 2}.
Status read_node(std::string_view message, ExampleParams& p) {
  Wire node(message);
  for (Wire::Field f; node.next(f);) {
    if (f.number != 5 || f.kind != Wire::bytes) continue;
    std::string_view key, value;
    Wire entry(f.text);
    for (Wire::Field g; entry.next(g);)
      if (g.kind == Wire::bytes && g.number <= 2) (g.number == 1 ? key : value) = g.text;
    if (!entry.sound()) return malformed();
    TRY(read_attribute(key, value, p));
  }
  return node.sound() ? ok() : malformed();
}

}  // namespace

template <bool second>
Result<ExampleParams> parse_example_options(const OpView& v) {
  ExampleParams p;
  p.second = second;
  if (const auto node = node_in_options(v)) {
    TRY(read_node(*node, p));
    return p;
  }
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  const char* const key = options.has("num_sparse") ? "num_sparse" : "Nsparse";
  TRY_SET(p.sparse, options.integer(key, 0, 0, kMostFeatures));
  return p;
}
template Result<ExampleParams> parse_example_options<false>(const OpView& v);
template Result<ExampleParams> parse_example_options<true>(const OpView& v);

}  // namespace samara::text_ops
