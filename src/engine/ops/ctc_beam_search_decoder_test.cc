#include <flatbuffers/flexbuffers.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::ctc_beam_search_decoder_test {

OpCase decoder(int width, int paths, bool merge) {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Int("beam_width", width);
    builder.Int("top_paths", paths);
    builder.Bool("merge_repeated", merge);
  });
  builder.Finish();
  return {.op = "CTCBeamSearchDecoder", .custom = true, .custom_options = builder.GetBuffer()};
}

// Expected: the results that LiteRT's own test names for these scores.
OP_TEST(ctc_beam_search_decoder, follows_litert_with_one_beam) {
  OpCase c = decoder(1, 1, true);
  c.tolerance = 1e-5f;
  c.in(f32({2, 1, 2}, {-0.50922557f, -1.35512652f, -2.55445064f, -1.58419356f}));
  c.in(i32({1}, {2})).out(i32({1, 2}, {0, 0})).out(i32({1}, {0})).out(i32({2}, {1, 1}));
  c.out(f32({1, 1}, {-0.357094f}));
  run_everywhere(c);
}

OP_TEST(ctc_beam_search_decoder, follows_litert_with_few_beams) {
  OpCase c = decoder(3, 2, true);
  c.in(f32({3, 2, 5},
           {-2.206851f,   -0.09542714f, -0.2393415f,  -3.81866197f, -0.27241158f, -0.20371124f,
            -0.68236623f, -1.1397166f,  -0.17422639f, -1.85224048f, -0.9406037f,  -0.32544678f,
            -0.21846784f, -0.38377237f, -0.33498676f, -0.10139782f, -0.51886883f, -0.21678554f,
            -0.15267063f, -1.91164412f, -0.31328673f, -0.27462716f, -0.65975336f, -1.53671973f,
            -2.76554225f, -0.23920634f, -1.2370502f,  -4.98751576f, -3.12995717f, -0.43129368f}));
  c.in(i32({2}, {3, 3}));
  c.out(i32({4, 2}, {0, 0, 0, 1, 1, 0, 1, 1})).out(i64({3, 2}, {0, 0, 0, 1, 1, 0}));
  c.out(i32({4}, {1, 2, 3, 0})).out(i64({3}, {2, 1, 0}));
  c.out(i32({2}, {2, 2})).out(i64({2}, {2, 2}));
  c.out(f32({2, 2}, {-2.65148f, -2.65864f, -2.17914f, -2.61357f}));
  run_everywhere(c);
}

/// The log probability of every labelling: the sum over all alignments, one by one.
std::vector<std::pair<double, std::vector<int>>> all_labellings(const std::vector<float>& scores,
                                                                int steps, int classes) {
  std::map<std::vector<int>, double> sums;
  int alignments = 1;
  for (int t = 0; t < steps; ++t) alignments *= classes;
  for (int a = 0; a < alignments; ++a) {
    std::vector<int> labels;
    double p = 1;
    for (int t = 0, rest = a, previous = -1; t < steps; ++t, rest /= classes) {
      const float* const at = scores.data() + t * classes;
      double sum = 0;
      for (int k = 0; k < classes; ++k) sum += std::exp(at[k]);
      const int k = rest % classes;
      p *= std::exp(at[k]) / sum;
      if (k != previous && k != classes - 1) labels.push_back(k);
      previous = k;
    }
    sums[labels] += p;
  }
  std::vector<std::pair<double, std::vector<int>>> list;
  for (const auto& [labels, p] : sums) list.emplace_back(std::log(p), labels);
  std::sort(list.begin(), list.end(), std::greater<>());
  return list;
}

OP_TEST(ctc_beam_search_decoder, is_exact_with_beams_for_all) {
  constexpr int kSteps = 5, kClasses = 3, kPaths = 4;
  const Literal scores = random_f32({kSteps, 1, kClasses}, 3, -2, 2);
  const auto best = all_labellings(scores.values<float>(), kSteps, kClasses);
  OpCase c = decoder(200, kPaths, false);
  c.in(scores).in(i32({1}, {kSteps}));
  std::vector<Literal> indices, values, shapes;
  std::vector<float> odds;
  for (int k = 0; k < kPaths; ++k) {
    const auto& labels = best[size_t(k)].second;
    const auto count = int32_t(labels.size());
    std::vector<int32_t> places;
    for (int32_t i = 0; i < count; ++i) places.insert(places.end(), {0, i});
    indices.push_back(i32({count, 2}, places));
    values.push_back(i32({count}, {labels.begin(), labels.end()}));
    shapes.push_back(i32({2}, {1, count}));
    odds.push_back(float(best[size_t(k)].first));
  }
  for (const auto* list : {&indices, &values, &shapes})
    for (const Literal& l : *list) c.out(l);
  c.out(f32({1, kPaths}, odds));
  run_everywhere(c);
}

OP_TEST(ctc_beam_search_decoder, takes_sequences_without_steps) {
  OpCase c = decoder(2, 1, true);
  c.in(f32({1, 2, 2}, {5, 0, 0, 5})).in(i32({2}, {1, 0}));
  c.out(i32({1, 2}, {0, 0})).out(i32({1}, {0})).out(i32({2}, {2, 1}));
  c.out(f32({2, 1}, {-0.0067153485f, 0}));
  run_everywhere(c);
}

OP_TEST(ctc_beam_search_decoder, survives_scores_that_are_no_numbers) {
  OpCase c = decoder(2, 1, true);
  c.in(f32({1, 1, 3}, {NAN, 1, 2})).in(i32({1}, {1}));
  c.out(i32({0, 2})).out(i32({0})).out(i32({2}, {1, 0})).out(f32({1, 1}, {-INFINITY}));
  run_everywhere(c);
}

void refuse(OpCase c, const Literal& scores, const Literal& lengths, Code code, const char* text) {
  c.in(scores).in(lengths).out(i32({0, 2})).out(i32({0})).out(i32({2})).out(f32({1, 1}));
  expect_error(c, code, text);
}

OP_TEST(ctc_beam_search_decoder, refuses_what_does_not_fit) {
  const Literal scores = f32({1, 1, 2});
  refuse(decoder(1, 1, true), scores, i32({1}, {2}), Code::invalid_argument,
         "length 2 at position 0 is beyond 1 steps");
  refuse(decoder(1, 1, true), scores, i32({2}), Code::invalid_model,
         "has 2 lengths for a batch of 1");
  refuse(decoder(1, 1, true), f32({1, 1, 0}), i32({1}), Code::invalid_model, "has no classes");
  refuse(decoder(0, 1, true), scores, i32({1}), Code::invalid_model, "option beam_width is 0");
  refuse(decoder(1, 2, true), scores, i32({1}), Code::invalid_model, "option top_paths is 2");
  OpCase far{.op = "CTCBeamSearchDecoder", .custom = true};
  far.custom_options = flex([](auto& b) { b.Double("beam_width", 1e30); });  // fits no integer
  refuse(far, scores, i32({1}), Code::invalid_model, "option beam_width is -9223372036854775808");
  refuse({.op = "CTCBeamSearchDecoder", .custom = true}, scores, i32({1}), Code::invalid_model,
         "has no custom options");
  OpCase paths = decoder(9, 2, true);  // of no steps there is one labelling
  paths.in(scores).in(i32({1}, {0}));
  for (int i = 0; i < 2; ++i) paths.out(i32({0, 2}));
  for (int i = 0; i < 2; ++i) paths.out(i32({0}));
  for (int i = 0; i < 2; ++i) paths.out(i32({2}));
  paths.out(f32({1, 2}));
  expect_error(paths, Code::invalid_argument, "has 1 labellings, 2 are asked for");
}

}  // namespace samara::testing::ctc_beam_search_decoder_test
