#include <limits>

#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_pad_test {

Options padding(std::vector<int64_t> low, std::vector<int64_t> high,
                std::vector<int64_t> interior) {
  return options<fb::StablehloPadOptionsT>([&](auto& o) {
    o.edge_padding_low = std::move(low);
    o.edge_padding_high = std::move(high);
    o.interior_padding = std::move(interior);
  });
}

OP_TEST(stablehlo_pad, pads_edges_and_gaps_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_PAD", .options = padding({1, 0}, {0, 2}, {0, 1})};
    c.in(of(type, {2, 2}, {1, 0, 3, 4})).constant(of(type, {}, {9}));
    c.out(of(type, {3, 5}, {9, 9, 9, 9, 9, 1, 9, 0, 9, 9, 3, 9, 4, 9, 9}));
    run_everywhere(c);
  }
}
OP_TEST(stablehlo_pad, negative_edges_cut_off) {
  // 1 0 0 2 0 0 3 less two before and one after.
  OpCase c{.op = "STABLEHLO_PAD", .options = padding({-2}, {-1}, {2})};
  c.in(i32({3}, {1, 2, 3})).in(i32({}, {0})).out(i32({4}, {0, 2, 0, 0}));
  run_everywhere(c);
  OpCase all{.op = "STABLEHLO_PAD", .options = padding({-3}, {2}, {0})};
  all.in(i32({3}, {1, 2, 3})).in(i32({}, {7})).out(i32({2}, {7, 7}));
  run_everywhere(all);
}
OP_TEST(stablehlo_pad, takes_and_gives_nothing) {
  OpCase empty{.op = "STABLEHLO_PAD", .options = padding({1}, {1}, {5})};
  empty.in(f32({0})).in(f32({}, {7})).out(f32({2}, {7, 7}));
  run_everywhere(empty);
  OpCase none{.op = "STABLEHLO_PAD", .options = padding({-1, 0}, {-1, 3}, {0, 0})};
  none.in(f32({2, 1}, {1, 2})).in(f32({}, {7})).out(f32({0, 4}));
  run_everywhere(none);
}
OP_TEST(stablehlo_pad, refuses_bad_paddings) {
  const auto refused = [](Options o, const char* text) {
    OpCase c{.op = "STABLEHLO_PAD", .options = std::move(o)};
    c.in(f32({3}, {1, 2, 3})).in(f32({}, {0})).out(f32({1}));
    expect_error(c, Code::invalid_model, text);
  };
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  refused(padding({-2}, {-2}, {0}), "dimension 0 of size 3 cannot be padded by -2, -2");
  refused(padding({kMost}, {kMost}, {0}), "cannot be padded");
  refused(padding({int64_t{1} << 31}, {0}, {0}), "cannot be padded");
  refused(padding({0}, {0}, {-1}), "interior_padding [-1] has an entry");
  refused(padding({0}, {0}, {kMost}), "interior_padding");
  refused(padding({0, 0}, {0}, {0}), "pads 2 lower and 1 upper edges of rank 1");
  refused({}, "pads 0 lower");
}
OP_TEST(stablehlo_pad, refuses_a_wrong_padding_value) {
  OpCase c{.op = "STABLEHLO_PAD", .options = padding({1}, {0}, {0})};
  c.in(f32({3})).in(f32({2})).out(f32({4}));
  expect_error(c, Code::invalid_model, "the padding value has shape [2]");
  OpCase type{.op = "STABLEHLO_PAD", .options = padding({1}, {0}, {0})};
  type.in(f32({3})).in(i32({})).out(f32({4}));
  expect_error(type, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::stablehlo_pad_test
