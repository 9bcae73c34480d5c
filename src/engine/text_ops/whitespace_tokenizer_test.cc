#include "testing/op_test.h"

namespace samara::testing {
namespace {

OpCase words(const Literal& texts, const Literal& out) {
  OpCase c{.op = "tftext:WhitespaceTokenizer", .custom = true};
  c.in(texts).out(out);
  return c;
}

OP_TEST(whitespace_tokenizer, pads_to_the_longest_text) {
  run_everywhere(words(strings({3}, {"a bc", "", " d  e\tf\n"}),
                       strings({3, 3}, {"a", "bc", "", "", "", "", "d", "e", "f"})));
  run_everywhere(words(strings({2, 2}, {"x y", "z", "", "u"}),
                       strings({2, 2, 2}, {"x", "y", "z", "", "", "", "u", ""})));
  run_everywhere(words(strings({}, {"one two"}), strings({2}, {"one", "two"})));
  run_everywhere(words(strings({2}, {" ", ""}), strings({2, 0}, {})));
  run_everywhere(words(strings({0}, {}), strings({0, 0}, {})));
}

OP_TEST(whitespace_tokenizer, gives_row_splits) {
  OpCase one = words(strings({3}, {"a bc", "", "d"}), strings({3}, {"a", "bc", "d"}));
  one.out(i64({4}, {0, 2, 2, 3}));
  run_everywhere(one);
  OpCase two = words(strings({2, 3}, {"a", "b c", "", "", "d e f", "g"}),
                     strings({7}, {"a", "b", "c", "d", "e", "f", "g"}));
  two.out(i64({3}, {0, 3, 6})).out(i64({7}, {0, 1, 3, 3, 3, 6, 7}));
  run_everywhere(two);
  OpCase none = words(strings({0}, {}), strings({0}, {}));
  none.out(i64({1}, {0}));
  run_everywhere(none);
}

OP_TEST(whitespace_tokenizer, knows_the_spaces_of_unicode) {
  // No-break space, next line, Ogham space, Mongolian separator, em space, both separators, narrow
  // and mathematical spaces, ideographic space, byte order mark; a zero-width space is none.
  const std::string spaces =
      "a\xc2\xa0"
      "b\xc2\x85"
      "c\xe1\x9a\x80"
      "d\xe1\xa0\x8e"
      "e\xe2\x80\x83"
      "f\xe2\x80\xa8"
      "g\xe2\x80\xa9"
      "h\xe2\x80\xaf"
      "i\xe2\x81\x9f"
      "j\xe3\x80\x80"
      "k\xef\xbb\xbf"
      "l\x0b"
      "m\xe2\x80\x8bn";
  run_everywhere(
      words(strings({1}, {spaces}), strings({1, 13}, {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                                      "j", "k", "l", "m\xe2\x80\x8bn"})));
}

OP_TEST(whitespace_tokenizer, ends_a_text_at_its_first_bad_byte) {
  for (const char* bad : {"\xff x", "\xc3", "\xe2\x80", "\x80", "\xef\xbf\xbd x", "\xc0\x80 x"})
    run_everywhere(words(strings({1}, {std::string("a b") + bad}), strings({1, 2}, {"a", "b"})));
}

OP_TEST(whitespace_tokenizer, refuses_what_does_not_fit) {
  OpCase outputs = words(strings({2, 1}, {"a", "b"}), strings({2}, {"a", "b"}));
  outputs.out(i64({3}));
  expect_error(outputs, Code::invalid_model, "has 2 outputs for texts of shape [2, 1]");
  expect_error(words(i32({1}), strings({1, 1}, {""})), Code::unsupported, "may be string");
  OpCase splits = words(strings({1}, {"a"}), strings({1}, {"a"}));
  splits.out(i32({2}));
  expect_error(splits, Code::unsupported, "may be int64");
  expect_error(words(strings({1, 1, 1, 1, 1, 1, 1, 1}, {"a"}), strings({1}, {"a"})),
               Code::invalid_model, "1 is padded");
}

}  // namespace
}  // namespace samara::testing
