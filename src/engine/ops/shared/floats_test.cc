// Layers of float16 and bfloat16: the numbers are small integers, which both hold exactly, so that
// results are those of float32.
#include <cstring>

#include "testing/op_test.h"

namespace samara::testing::floats_test {

Literal as(Type type, const Literal& floats) {
  const std::vector<float> values = floats.values<float>();
  if (type == Type::f32) return floats;
  Literal out = type == Type::f16 ? f16(floats.shape, values) : raw(type, floats.shape, {});
  if (type == Type::bf16) {
    out.bytes.resize(values.size() * 2);
    for (size_t i = 0; i < values.size(); ++i)
      std::memcpy(&out.bytes[i * 2], reinterpret_cast<const char*>(&values[i]) + 2, 2);
  }
  out.role = floats.role;
  return out;
}

/// The case with its float32 operands in other types: activations, weights, bias.
OpCase typed(OpCase c, Type data, Type weights, Type bias) {
  const Type types[] = {data, weights, bias};
  for (size_t i = 0; i < c.inputs.size(); ++i) c.inputs[i] = as(types[i], c.inputs[i]);
  c.outputs[0] = as(data, c.outputs[0]);
  return c;
}

void run_all_types(const OpCase& c) {
  struct Row {
    Type data, weights, bias;
  };
  for (const auto& [data, weights, bias] :
       {Row{Type::f16, Type::f16, Type::f16}, Row{Type::f16, Type::f16, Type::f32},
        Row{Type::f16, Type::f32, Type::f32}, Row{Type::bf16, Type::bf16, Type::bf16},
        Row{Type::bf16, Type::f32, Type::bf16}, Row{Type::f32, Type::f16, Type::f32},
        Row{Type::f32, Type::bf16, Type::bf16}, Row{Type::f32, Type::f32, Type::f16}}) {
    SCOPED_TRACE(int(data) * 10000 + int(weights) * 100 + int(bias));
    run_everywhere(typed(c, data, weights, bias));
  }
}

OpCase conv() {
  OpCase c{.op = "CONV_2D", .options = options<fb::Conv2DOptionsT>([](auto& o) {
                              o.padding = fb::Padding_VALID;
                              o.stride_h = o.stride_w = 1;
                            })};
  c.in(f32({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6}))
      .constant(f32({2, 2, 2, 1}, {1, 0, 0, 1, 2, -1, 1, 0}));
  c.constant(f32({2}, {1, -1}));
  return c.out(f32({1, 1, 2, 2}, {7, 3, 9, 5}));
}
OpCase depthwise() {
  OpCase c{.op = "DEPTHWISE_CONV_2D", .options = options<fb::DepthwiseConv2DOptionsT>([](auto& o) {
                                        o.padding = fb::Padding_VALID;
                                        o.stride_h = o.stride_w = 1;
                                      })};
  c.in(f32({1, 1, 2, 2}, {1, 2, 3, 4})).constant(f32({1, 1, 2, 2}, {1, 10, 2, 20}));
  c.constant(f32({2}, {1, -1}));
  return c.out(f32({1, 1, 1, 2}, {8, 99}));
}
OpCase fully() {
  OpCase c{.op = "FULLY_CONNECTED", .options = options<fb::FullyConnectedOptionsT>([](auto&) {})};
  c.in(f32({2, 2}, {1, 2, 3, 4})).constant(f32({3, 2}, {1, 1, 2, 0, 0, -3}));
  c.constant(f32({3}, {1, 2, 3}));
  return c.out(f32({2, 3}, {4, 4, -3, 8, 8, -9}));
}
OpCase matmul(bool adj_x, bool adj_y) {
  OpCase c{.op = "BATCH_MATMUL", .options = options<fb::BatchMatMulOptionsT>([=](auto& o) {
                                   o.adj_x = adj_x;
                                   o.adj_y = adj_y;
                                 })};
  c.in(f32({2, 2, 2}, adj_x ? std::vector<float>{1, 3, 2, 4, 5, 7, 6, 8}
                            : std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
  c.constant(f32({2, 2}, adj_y ? std::vector<float>{1, 3, 2, 4} : std::vector<float>{1, 2, 3, 4}));
  return c.out(f32({2, 2, 2}, {7, 10, 15, 22, 23, 34, 31, 46}));
}

OP_TEST(floats, conv_2d_takes_halves) { run_all_types(conv()); }
OP_TEST(floats, depthwise_conv_2d_takes_halves) { run_all_types(depthwise()); }
OP_TEST(floats, fully_connected_takes_halves) { run_all_types(fully()); }
OP_TEST(floats, batch_matmul_takes_halves) {
  for (const int adjoint : {0, 1, 2, 3}) run_all_types(matmul(adjoint & 1, adjoint & 2));
}

OP_TEST(floats, transpose_conv_takes_halves) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = options<fb::TransposeConvOptionsT>([](auto& o) {
                                     o.padding = fb::Padding_VALID;
                                     o.stride_h = 1;
                                     o.stride_w = 2;
                                   })};
  c.constant(i32({4}, {1, 1, 5, 2})).constant(f32({2, 1, 3, 1}, {1, 2, 3, -1, 0, 2}));
  c.in(f32({1, 1, 2, 1}, {1, 10})).constant(f32({2}, {0, 1}));
  c.out(f32({1, 1, 5, 2}, {1, 0, 2, 1, 13, -7, 20, 1, 30, 21}));
  for (const Type data : {Type::f32, Type::f16, Type::bf16})
    for (const Type weights : {Type::f32, data == Type::f32 ? Type::bf16 : data}) {
      OpCase d = c;
      d.inputs[1] = as(weights, c.inputs[1]);
      d.inputs[2] = as(data, c.inputs[2]);
      d.inputs[3] = as(data, c.inputs[3]);
      d.outputs[0] = as(data, c.outputs[0]);
      run_everywhere(d);
    }
}

OP_TEST(floats, rounds_once_to_nearest_even) {
  // 2048 + 1 lies halfway between the halves 2048 and 2050; + 2 + 1 between 2050 and 2052.
  OpCase c{.op = "FULLY_CONNECTED", .options = options<fb::FullyConnectedOptionsT>([](auto&) {})};
  c.in(f16({2, 3}, {2048, 1, 0, 2048, 2, 1})).constant(f16({1, 3}, {1, 1, 1}));
  c.out(f16({2, 1}, {2048, 2052}));
  run_everywhere(c);
}

OP_TEST(floats, two_kinds_of_halves_are_computed_as_floats) {
  for (const OpCase& c : {conv(), depthwise(), fully(), matmul(false, false)}) {
    run_everywhere(typed(c, Type::f16, Type::bf16, Type::f32));
    OpCase mixed = typed(c, Type::f16, Type::f16, Type::f32);
    mixed.outputs[0] = as(Type::f32, f32(mixed.outputs[0].shape));
    expect_error(mixed, Code::invalid_model, "float32");
  }
}

}  // namespace samara::testing::floats_test
