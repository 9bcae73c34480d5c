// ModelBuilder: .tflite models made in tests, of any number of operators and subgraphs.
//
//   ModelBuilder m;
//   const int x = m.input(f32({2}, {}), "x"), y = m.tensor(f32({2}, {}), "y");
//   m.op("ADD", {x, m.constant(f32({2}, {1, 2}))}, {y});
//   m.output(y);
//   run_model(m.bytes(), {f32({2}, {3, 4})});
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/schema/generated/tflite_object_generated.h"
#include "testing/literal.h"

namespace samara::testing {

/// An operator's options, made from any table of either union: Options(fb::PackOptionsT{}).
struct Options {
  fb::BuiltinOptionsUnion first;
  fb::BuiltinOptions2Union second;

  Options() = default;
  template <class T>
    requires std::is_base_of_v<flatbuffers::NativeTable, T>
  Options(T table) {  // NOLINT: implicit by design
    if constexpr (fb::BuiltinOptionsUnionTraits<T>::enum_value != fb::BuiltinOptions_NONE)
      first.Set(std::move(table));
    else
      second.Set(std::move(table));
  }
};

/// Options with fields set: options<fb::LeakyReluOptionsT>([](auto& o) { o.alpha = 0.5f; }).
template <class T, class F>
Options options(F&& fill) {
  T table;
  fill(table);
  return table;
}

class ModelBuilder {
 public:
  ModelBuilder();

  /// Begins another subgraph, to which all that follows belongs; returns its index. The first,
  /// 0, is there from the start.
  int subgraph(std::string name);
  /// A tensor without data: only type, shape and quantization of `like` count.
  int tensor(const Literal& like, std::string name = "");
  /// A tensor with the literal's values.
  int constant(const Literal& value, std::string name = "");
  int variable(const Literal& like, std::string name = "");
  /// A tensor that is the subgraph's next input.
  int input(const Literal& like, std::string name = "");
  /// Makes a tensor the subgraph's next output.
  void output(int tensor) { current().outputs.push_back(tensor); }
  /// An operator by its name in the schema, or a custom one with its options' bytes.
  fb::OperatorT& op(std::string_view name, std::vector<int32_t> inputs,
                    std::vector<int32_t> outputs, const Options& options = {}, int version = 1);
  fb::OperatorT& custom(std::string_view code, std::vector<int32_t> inputs,
                        std::vector<int32_t> outputs, std::vector<uint8_t> options = {});
  using Names = std::vector<std::pair<std::string, int>>;
  void signature(std::string key, int subgraph, const Names& inputs, const Names& outputs);
  void metadata(std::string name, std::vector<uint8_t> data);

  /// For whatever has no word above; changes show in bytes().
  fb::ModelT& model() { return model_; }
  fb::SubGraphT& current() { return *model_.subgraphs.back(); }
  fb::TensorT& at(int tensor) { return *current().tensors[size_t(tensor)]; }
  std::vector<std::byte> bytes() const;

 private:
  uint32_t code(fb::BuiltinOperator builtin, std::string_view custom, int version);
  uint32_t buffer(const void* data, size_t size);
  fb::ModelT model_;
};

}  // namespace samara::testing
