#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_slice_test {

Options slice(std::vector<int64_t> start, std::vector<int64_t> limit, std::vector<int64_t> step) {
  return options<fb::StablehloSliceOptionsT>([&](auto& o) {
    o.start_indices = std::move(start);
    o.limit_indices = std::move(limit);
    o.strides = std::move(step);
  });
}

OP_TEST(stablehlo_slice, cuts_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_SLICE", .options = slice({1, 0}, {2, 3}, {1, 2})};
    c.in(of(type, {2, 3}, {1, 2, 3, 4, 0, 6})).out(of(type, {1, 2}, {4, 6}));
    run_everywhere(c);
  }
  OpCase none{.op = "STABLEHLO_SLICE", .options = slice({3}, {3}, {5})};
  none.in(f32({3}, {1, 2, 3})).out(f32({0}));
  run_everywhere(none);
}
OP_TEST(stablehlo_slice, refuses_parts_that_are_not_there) {
  const auto refused = [](Options o, const char* text) {
    OpCase c{.op = "STABLEHLO_SLICE", .options = std::move(o)};
    c.in(f32({3})).out(f32({1}));
    expect_error(c, Code::invalid_model, text);
  };
  refused(slice({0}, {4}, {1}), "from 0 to 4 is no part of dimension 0 of size 3");
  refused(slice({2}, {1}, {1}), "from 2 to 1");
  refused(slice({-1}, {1}, {1}), "start_indices [-1]");
  refused(slice({0}, {1}, {0}), "strides [0]");
  refused(slice({0}, {1}, {int64_t{1} << 40}), "strides");
  refused(slice({0}, {1, 1}, {1}), "limit_indices has 2 entries for rank 1");
  refused({}, "start_indices has 0 entries");
}

}  // namespace samara::testing::stablehlo_slice_test
