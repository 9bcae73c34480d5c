#include "testing/op_test.h"

namespace samara::testing::reverse_sequence_test {

Options dims(int seq, int batch) {
  return options<fb::ReverseSequenceOptionsT>([=](auto& o) {
    o.seq_dim = seq;
    o.batch_dim = batch;
  });
}

OP_TEST(reverse_sequence, reverses_the_first_elements_of_each) {
  OpCase c{.op = "REVERSE_SEQUENCE", .options = dims(1, 0)};
  c.in(f32({2, 3}, {1, 2, 3, 4, 5, 6})).constant(i32({2}, {2, 3}));
  c.out(f32({2, 3}, {2, 1, 3, 6, 5, 4}));
  run_everywhere(c);
  OpCase none{.op = "REVERSE_SEQUENCE", .options = dims(1, 0)};
  none.in(u8({2, 2}, {1, 2, 3, 4})).constant(i64({2}, {0, 1})).out(u8({2, 2}, {1, 2, 3, 4}));
  run_everywhere(none);
}

OP_TEST(reverse_sequence, takes_the_batch_behind_the_sequence) {
  // [2, 2, 2, 2]: dimension 0 is reversed by lengths along dimension 2.
  OpCase c{.op = "REVERSE_SEQUENCE", .options = dims(0, 2)};
  c.in(i16({2, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}));
  c.constant(i32({2}, {2, 1}));
  c.out(i16({2, 2, 2, 2}, {8, 9, 2, 3, 12, 13, 6, 7, 0, 1, 10, 11, 4, 5, 14, 15}));
  run_everywhere(c);
}

OP_TEST(reverse_sequence, takes_long_numbers_and_dimensions_between) {
  OpCase c{.op = "REVERSE_SEQUENCE", .options = dims(2, 0)};
  c.in(i64({1, 2, 3}, {1, 2, 3, 4, 5, 6})).constant(i64({1}, {2}));
  c.out(i64({1, 2, 3}, {2, 1, 3, 5, 4, 6}));
  run_everywhere(c);
}

OP_TEST(reverse_sequence, refuses_wrong_dimensions_and_lengths) {
  const struct {
    int seq, batch;
    const char* text;
  } cases[] = {{2, 0, "dimension 2 is out of range for rank 2"},
               {0, -1, "dimension -1 is out of range"},
               {1, 1, "are both 1"}};
  for (const auto& [seq, batch, text] : cases) {
    OpCase c{.op = "REVERSE_SEQUENCE", .options = dims(seq, batch)};
    c.in(f32({2, 2})).constant(i32({2}, {1, 1})).out(f32({2, 2}));
    expect_error(c, Code::invalid_model, text);
  }
  OpCase count{.op = "REVERSE_SEQUENCE", .options = dims(1, 0)};
  count.in(f32({2, 2})).constant(i32({1}, {1})).out(f32({2, 2}));
  expect_error(count, Code::invalid_model, "has 1 lengths for a batch of 2");
  OpCase length{.op = "REVERSE_SEQUENCE", .options = dims(1, 0)};
  length.in(f32({2, 2})).constant(i32({2}, {1, 3})).out(f32({2, 2}));
  expect_error(length, Code::invalid_model, "length 3 at position 1 is beyond the dimension's 2");
}

}  // namespace samara::testing::reverse_sequence_test
