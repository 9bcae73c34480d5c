// Test tools for operators that take many types, and for those that take a function as a subgraph.
#pragma once

#include <bit>
#include <initializer_list>
#include <string>
#include <vector>

#include "engine/kernels/half/half.h"
#include "testing/op_test.h"

namespace samara::testing {

inline const std::vector<Type> kFloatTypes{Type::f32, Type::f16, Type::bf16, Type::f64};
inline const std::vector<Type> kIntegerTypes{Type::i8,  Type::u8,  Type::i16, Type::u16,
                                             Type::i32, Type::u32, Type::i64, Type::u64};
inline const std::vector<Type> kNumberTypes{Type::f32, Type::f16, Type::bf16, Type::f64,
                                            Type::i8,  Type::u8,  Type::i16,  Type::u16,
                                            Type::i32, Type::u32, Type::i64,  Type::u64};
/// What is moved by size: one of every size, and those that are easy to forget.
inline const std::vector<Type> kMovedTypes{Type::f32, Type::f16, Type::bf16,    Type::f64,
                                           Type::i8,  Type::u16, Type::boolean, Type::u64,
                                           Type::c64, Type::c128};

/// A literal of any type of whole bytes; negative values wrap in unsigned types.
inline Literal of(Type type, Literal::Dims shape, const std::vector<double>& values) {
  std::vector<uint8_t> bytes;
  const auto put = [&](auto v) {
    const auto* from = reinterpret_cast<const uint8_t*>(&v);
    bytes.insert(bytes.end(), from, from + sizeof v);
  };
  for (const double v : values) {
    switch (type) {
      case Type::f32:
        put(float(v));
        break;
      case Type::f16:
        put(kernels::Half(float(v)).bits);
        break;
      case Type::bf16:
        put(kernels::BFloat16(float(v)).bits);
        break;
      case Type::f64:
        put(v);
        break;
      case Type::c64:
        put(float(v));
        put(0.0f);
        break;
      case Type::c128:
        put(v);
        put(0.0);
        break;
      case Type::boolean:
        put(uint8_t(v != 0));
        break;
      default:
        switch (bits(type)) {
          case 8:
            put(uint8_t(int64_t(v)));
            break;
          case 16:
            put(uint16_t(int64_t(v)));
            break;
          case 32:
            put(uint32_t(int64_t(v)));
            break;
          default:
            put(uint64_t(int64_t(v)));
            break;
        }
    }
  }
  return raw(type, std::move(shape), std::move(bytes));
}

/// Half an element of the 16-bit floats' last places, for results that they round.
inline float tolerance_of(Type type) {
  return type == Type::bf16 ? 8e-3f : type == Type::f16 ? 1e-3f : 1e-5f;
}

/// Subgraph 0 is one operator on run-time inputs; further subgraphs follow by hand.
inline ModelBuilder model_of(const std::string& op, const Options& options,
                             const std::vector<Literal>& inputs,
                             const std::vector<Literal>& outputs) {
  ModelBuilder m;
  std::vector<int32_t> in, out;
  for (const Literal& l : inputs) in.push_back(m.input(l));
  for (const Literal& l : outputs) out.push_back(m.tensor(l));
  m.op(op, in, out, options);
  for (const int32_t t : out) m.output(t);
  return m;
}
/// Adds a subgraph that gives `op` of two scalars of `type`.
inline void add_function(ModelBuilder& m, const std::string& op, Type type,
                         Type result = Type::variant) {
  m.subgraph("function");
  const int a = m.input(of(type, {}, {0})), b = m.input(of(type, {}, {0}));
  const int c = m.tensor(of(result == Type::variant ? type : result, {}, {0}));
  m.op(op, {a, b}, {c});
  m.output(c);
}
inline void expect_model(const ModelBuilder& m, const std::vector<Literal>& inputs,
                         const std::vector<Literal>& outputs, float tolerance = 1e-5f) {
  for (const int threads : {1, 2}) {
    const auto got = run_model(m.bytes(), inputs, {.threads = threads, .runs = 2});
    ASSERT_TRUE(got.ok()) << got.error().text();
    ASSERT_EQ(got->size(), outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i)
      EXPECT_EQ(difference(outputs[i], (*got)[i], tolerance), "") << "output " << i;
  }
}
inline void expect_model_error(const ModelBuilder& m, const std::vector<Literal>& inputs, Code code,
                               const std::string& text) {
  const auto got = run_model(m.bytes(), inputs);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code(), code);
  EXPECT_NE(got.error().text().find(text), std::string::npos) << got.error().text();
}

}  // namespace samara::testing
