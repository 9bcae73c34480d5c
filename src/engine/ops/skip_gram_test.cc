#include "testing/op_test.h"

namespace samara::testing::skip_gram_test {

OpCase grams(int size, int skip, bool all, const std::string& text, std::vector<std::string> out) {
  OpCase c{.op = "SKIP_GRAM", .options = options<fb::SkipGramOptionsT>([=](auto& o) {
                                o.ngram_size = size;
                                o.max_skip_size = skip;
                                o.include_all_ngrams = all;
                              })};
  const auto count = int32_t(out.size());
  c.in(strings({1}, {text})).out(strings({count}, std::move(out)));
  return c;
}

OP_TEST(skip_gram, gives_runs_of_words) {
  const char* text = "The quick\t brown fox";
  run_everywhere(grams(2, 0, false, text, {"The quick", "quick brown", "brown fox"}));
  run_everywhere(grams(2, 1, false, text,
                       {"The quick", "The brown", "quick brown", "quick fox", "brown fox"}));
  run_everywhere(grams(1, 0, false, text, {"The", "quick", "brown", "fox"}));
  run_everywhere(grams(3, 0, true, text,
                       {"The quick brown", "The quick", "The", "quick brown fox", "quick brown",
                        "quick", "brown fox", "brown", "fox"}));
}

OP_TEST(skip_gram, splits_as_litert_does) {
  run_everywhere(grams(1, 0, false, "", {}));
  run_everywhere(grams(5, 0, true, "too few words", {}));
  run_everywhere(grams(0, 0, true, "a b", {}));
  run_everywhere(grams(1, 0, false, " lost kept  word ", {"kept", "word"}));
  run_everywhere(grams(1, 0, false, "  kept", {"kept"}));
  run_everywhere(grams(1, 0, false, "\xc3\xa4\n\xc3\xb6", {"\xc3\xa4", "\xc3\xb6"}));
}

OP_TEST(skip_gram, refuses_no_text_and_too_much) {
  OpCase none{.op = "SKIP_GRAM"};
  none.in(strings({0}, {})).out(strings({0}, {}));
  expect_error(none, Code::invalid_model, "the input has no string");
  std::string text = "a";
  for (int i = 0; i < 400; ++i) text += " a";
  OpCase many = grams(200, 400, true, text, {});
  many.stateful = true;
  expect_error(many, Code::resource_exhausted, "would be beyond 32-bit offsets");
}

}  // namespace samara::testing::skip_gram_test
