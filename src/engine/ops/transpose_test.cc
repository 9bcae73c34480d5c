#include <algorithm>

#include "testing/op_test.h"

namespace samara::testing::transpose_test {

/// What the definition says, element by element.
template <class T>
std::vector<T> transposed(const std::vector<T>& in, const std::vector<int32_t>& shape,
                          const std::vector<int32_t>& perm) {
  std::vector<T> out;
  std::vector<int32_t> at(shape.size());
  for (size_t i = 0; i < in.size(); ++i) {
    size_t rest = i, place = 0;
    for (size_t d = perm.size(); d-- > 0;) {
      at[size_t(perm[d])] = int32_t(rest % size_t(shape[size_t(perm[d])]));
      rest /= size_t(shape[size_t(perm[d])]);
    }
    for (size_t d = 0; d < shape.size(); ++d) place = place * size_t(shape[d]) + size_t(at[d]);
    out.push_back(in[place]);
  }
  return out;
}

template <class T>
std::vector<T> counted(const std::vector<int32_t>& shape) {
  size_t n = 1;
  for (const int32_t d : shape) n *= size_t(d);
  std::vector<T> out(n);
  for (size_t i = 0; i < n; ++i) out[i] = T(i * 7 % 251);
  return out;
}

template <class T>
void check(Literal (*make)(Literal::Dims, std::vector<T>), std::vector<int32_t> shape,
           std::vector<int32_t> perm) {
  Literal::Dims out;
  for (const int32_t p : perm) out.push_back(shape[size_t(p)]);
  OpCase c{.op = "TRANSPOSE"};
  c.in(make(shape, counted<T>(shape))).constant(i32({int32_t(perm.size())}, perm));
  c.out(make(out, transposed(counted<T>(shape), shape, perm)));
  run_everywhere(c);
}

OP_TEST(transpose, every_order_of_three_dimensions) {
  std::vector<int32_t> perm{0, 1, 2};
  do {
    check(f32, {3, 20, 37}, perm);
    check(i8, {3, 20, 37}, perm);
    check(i16, {3, 20, 37}, perm);
    check(i64, {3, 20, 37}, perm);
  } while (std::next_permutation(perm.begin(), perm.end()));
}

OP_TEST(transpose, up_to_eight_dimensions) {
  check(f32, {2, 3, 1, 2, 3}, {4, 2, 0, 3, 1});
  check(i8, {2, 1, 3, 1, 2, 1, 3, 2}, {7, 6, 5, 4, 3, 2, 1, 0});
  check(f32, {5}, {0});
}

OP_TEST(transpose, shares_large_tensors_among_threads) {
  check(f32, {300, 257}, {1, 0});
  check(i8, {8, 130, 200}, {0, 2, 1});
  check(f32, {4, 64, 33, 40}, {0, 2, 3, 1});
}

OP_TEST(transpose, takes_negative_axes_and_scalars) {
  OpCase c{.op = "TRANSPOSE"};
  c.in(i32({2, 2}, {1, 2, 3, 4})).constant(i32({2}, {-1, 0})).out(i32({2, 2}, {1, 3, 2, 4}));
  run_everywhere(c);
  OpCase scalar{.op = "TRANSPOSE"};
  scalar.in(f32({}, {4})).constant(i32({0})).out(f32({}, {4}));
  run_everywhere(scalar);
}

OP_TEST(transpose, refuses_what_is_no_permutation) {
  const struct {
    std::vector<int32_t> perm;
    const char* text;
  } cases[] = {{{0, 0}, "occurs twice"},
               {{0, 2}, "axis 2 is out of range"},
               {{0, -3}, "axis -3 is out of range"},
               {{0}, "perm has 1 entries for rank 2"},
               {{0, 1, 2}, "perm has 3 entries for rank 2"}};
  for (const auto& [perm, text] : cases) {
    OpCase c{.op = "TRANSPOSE"};
    c.in(f32({2, 3})).constant(i32({int32_t(perm.size())}, perm)).out(f32({3, 2}));
    expect_error(c, Code::invalid_model, text);
  }
}

OP_TEST(transpose, takes_parts_of_bytes) {
  for (const Type type : {Type::i4, Type::u4}) {
    OpCase c{.op = "TRANSPOSE"};
    c.in(raw(type, {2, 3}, {0x21, 0x43, 0xf5})).constant(i32({2}, {1, 0}));
    c.out(raw(type, {3, 2}, {0x41, 0x52, 0xf3}));
    run_everywhere(c);
  }
}

}  // namespace samara::testing::transpose_test
