#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing {
namespace {

struct Settings {
  int width = 2;
  std::string separator = " ";
  int axis = -1;
  std::string reduction = "STRING_JOIN";
};

OpCase joins(const Settings& s, const Literal& in, const Literal& out) {
  OpCase c{.op = "tftext:Ngrams", .custom = true, .custom_options = flex([&](auto& b) {
                                                    b.Int("width", s.width);
                                                    b.Int("axis", s.axis);
                                                    b.String("reduction_type", s.reduction);
                                                    b.String("string_separator", s.separator);
                                                  })};
  c.in(in).out(out);
  return c;
}

OP_TEST(ngrams, joins_neighbours_along_the_last_dimension) {
  run_everywhere(joins({}, strings({4}, {"this", "is", "a", "test"}),
                       strings({3}, {"this is", "is a", "a test"})));
  run_everywhere(joins({.separator = ""}, strings({2, 3}, {"a", "b", "c", "d", "", "f"}),
                       strings({2, 2}, {"ab", "bc", "d", "f"})));
  run_everywhere(joins({.width = 1}, strings({2}, {"a", "b"}), strings({2}, {"a", "b"})));
  run_everywhere(joins({.width = 4, .separator = "--"}, strings({2, 2}, {"a", "b", "c", "d"}),
                       strings({2, 0}, {})));
  run_everywhere(joins({}, strings({3, 0}, {}), strings({3, 0}, {})));
}

OP_TEST(ngrams, joins_within_ragged_rows) {
  OpCase one =
      joins({}, strings({5}, {"a", "b", "c", "d", "e"}), strings({3}, {"a b", "b c", "d e"}));
  one.in(i64({5}, {0, 3, 3, 5, 5})).out(i64({5}, {0, 2, 2, 3, 3}));
  run_everywhere(one);
  OpCase two = joins({.width = 3, .separator = "|"}, strings({5}, {"a", "b", "c", "d", "e"}),
                     strings({2}, {"b|c|d", "c|d|e"}));
  two.in(i64({3}, {0, 1, 2})).in(i64({3}, {0, 1, 5}));
  two.out(i64({3}, {0, 1, 2})).out(i64({3}, {0, 0, 2}));
  run_everywhere(two);
}

OP_TEST(ngrams, refuses_options_and_splits_that_make_no_sense) {
  const auto refuse = [](const Settings& s, const char* text) {
    expect_error(joins(s, strings({2}, {"a", "b"}), strings({1}, {"a b"})), Code::invalid_model,
                 text);
  };
  refuse({.width = 0}, "option width is 0");
  refuse({.axis = 0}, "option axis is 0");
  refuse({.reduction = "SUM"}, "option reduction_type is 'SUM'");
  expect_error(joins({}, strings({}, {"a"}), strings({}, {""})), Code::invalid_model, "a scalar");
  for (const std::vector<int64_t>& splits : {std::vector<int64_t>{0, 3}, {0, 2, 1}, {-1, 2}}) {
    OpCase c = joins({}, strings({2}, {"a", "b"}), strings({1}, {"a b"}));
    const auto size = int32_t(splits.size());
    c.in(i64({size}, splits)).out(i64({size}));
    expect_error(c, Code::invalid_argument, "has row split");
  }
  OpCase empty = joins({}, strings({2}, {"a", "b"}), strings({1}, {"a b"}));
  empty.in(i64({0})).out(i64({0}));
  expect_error(empty, Code::invalid_model, "row splits 1 are empty");
  OpCase none{.op = "tftext:Ngrams", .custom = true};
  none.in(strings({1}, {"a"})).out(strings({1}, {"a"}));
  expect_error(none, Code::invalid_model, "has no custom options");
}

OP_TEST(ngrams, refuses_more_than_offsets_reach) {
  std::vector<std::string> words(40000, std::string(5, 'x'));
  expect_error(joins({.width = 20000}, strings({40000}, words), strings({1}, {""})),
               Code::resource_exhausted, "beyond 32-bit offsets");
}

}  // namespace
}  // namespace samara::testing
