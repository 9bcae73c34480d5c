#include <flatbuffers/flexbuffers.h>

#include "testing/op_test.h"

namespace samara::testing::ngram_hash_test {

struct HashSettings {
  uint64_t seed = 123;
  std::vector<int> lengths = {1, 2}, vocabularies = {100, 200};
  int most = 0;  // 0: not said
  bool lower = true;
};

OpCase hashes(const HashSettings& s, const std::string& text, int tokens,
              std::vector<int32_t> out) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.UInt("seed", s.seed);
    const auto list = [&](const char* key, const std::vector<int>& values) {
      builder.TypedVector(key, [&] {
        for (const int v : values) builder.Int(v);
      });
    };
    if (!s.lengths.empty()) list("ngram_lengths", s.lengths);
    if (!s.vocabularies.empty()) list("vocab_sizes", s.vocabularies);
    if (s.most != 0) builder.Int("max_splits", s.most);
    if (!s.lower) builder.Bool("lowercase_input", false);
  });
  builder.Finish();
  OpCase c{.op = "NGramHash", .custom = true, .custom_options = builder.GetBuffer()};
  c.in(strings({1}, {text})).out(i32({1, int32_t(s.lengths.size()), tokens}, std::move(out)));
  return c;
}

// Expected: the published hash (MurmurHash64A with another last step), computed in Python.
OP_TEST(ngram_hash, numbers_n_grams) {
  run_everywhere(hashes({}, "Hi!", 5, {93, 24, 60, 46, 3, 5, 59, 40, 183, 3}));
  run_everywhere(hashes({.most = 4}, "wow", 4, {93, 5, 18, 3, 186, 133, 90, 3}));
  run_everywhere(
      hashes({.lengths = {1}, .vocabularies = {100}, .lower = false}, "Hi", 4, {93, 63, 60, 3}));
  run_everywhere(hashes({.seed = 1, .lengths = {1}, .vocabularies = {7}}, "", 2, {5, 5}));
  run_everywhere(
      hashes({.seed = 1, .lengths = {1}, .vocabularies = {7}, .most = 1}, "ab", 2, {5, 5}));
}

OP_TEST(ngram_hash, takes_other_scripts_and_long_n_grams) {
  run_everywhere(hashes({.seed = 9, .lengths = {3, 5}, .vocabularies = {1000, 65536}},
                        "БЙп ありがと", 10,
                        {53,    479,   41,    853,   309,  51,    715,  371,   292,  498,
                         61979, 50340, 29088, 13960, 5867, 35300, 1052, 18491, 6916, 5818}));
  run_everywhere(hashes(
      {.seed = UINT64_MAX, .lengths = {12}, .vocabularies = {INT32_MAX}}, "a long enough text", 20,
      {369607976,  1758478684, 630151250,  559217702,  1418688417, 1610446106, 1004292000,
       1279989554, 1997899694, 1319647203, 1088634420, 222539832,  226015169,  1260807544,
       374227623,  675749324,  355930021,  1041684997, 19705254,   1022780126}));
}

OP_TEST(ngram_hash, takes_bytes_that_are_no_text) {
  // Each bad byte is a space, as "!" is; a character that is cut off ends the text.
  const HashSettings one{.lengths = {1}, .vocabularies = {100}};
  for (const char* text : {"!!", "\xff!", "\xc0!", "!\x80\xe3\x81", "?\xf8\x80\x80\x80\xf0"})
    run_everywhere(hashes(one, text, text[0] == '?' ? 7 : 4,
                          text[0] == '?' ? std::vector<int32_t>{93, 46, 46, 46, 46, 46, 3}
                                         : std::vector<int32_t>{93, 46, 46, 3}));
}

OP_TEST(ngram_hash, refuses_options_that_make_no_sense) {
  const auto refuse = [](const HashSettings& s, const char* text) {
    expect_error(hashes(s, "a", 3, {}), Code::invalid_model, text);
  };
  refuse({.lengths = {}}, "option ngram_lengths has no numbers");
  refuse({.vocabularies = {}}, "option vocab_sizes has no numbers");
  refuse({.vocabularies = {5}}, "has 2 lengths of n-grams and 1 sizes of vocabularies");
  refuse({.vocabularies = {5, 0}}, "option vocab_sizes has 0 at 1");
  refuse({.most = -1}, "option max_splits is -1");
  OpCase none{.op = "NGramHash", .custom = true};
  none.in(strings({1}, {"a"})).out(i32({1}));
  expect_error(none, Code::invalid_model, "has no custom options");
  OpCase empty = hashes({}, "a", 3, {});
  empty.inputs[0] = strings({0}, {});
  expect_error(empty, Code::invalid_model, "the input has no text");
}

}  // namespace samara::testing::ngram_hash_test
