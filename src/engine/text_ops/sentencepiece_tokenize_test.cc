#include <random>

#include "base/file.h"
#include "engine/text_ops/sentencepiece/model_test.h"
#include "engine/text_ops/sentencepiece/tokenize_cases_test.h"

namespace samara::testing {
namespace {

struct Flags {
  bool begin = false, end = false, reverse = false;
};

OpCase tokenizes(const Literal& model, const std::vector<std::string>& texts,
                 const std::vector<std::vector<int>>& codes, Flags f = {},
                 const char* op = "TFSentencepieceTokenizeOp") {
  std::vector<int32_t> all, splits{0};
  for (std::vector<int> row : codes) {
    if (f.begin) row.insert(row.begin(), 1);
    if (f.end) row.push_back(2);
    if (f.reverse) std::reverse(row.begin(), row.end());
    all.insert(all.end(), row.begin(), row.end());
    splits.push_back(int32_t(all.size()));
  }
  OpCase c{.op = op, .custom = true};
  c.constant(model).in(strings({int32_t(texts.size())}, texts)).in(i32({}, {0})).in(f32({}, {1}));
  for (const bool flag : {f.begin, f.end, f.reverse}) c.in(boolean({}, {flag}));
  c.out(i32({int32_t(all.size())}, all)).out(i32({int32_t(splits.size())}, splits));
  return c;
}

OP_TEST(sentencepiece_tokenize, gives_the_codes_that_tensorflow_text_gives) {
  run_everywhere(tokenizes(stored_model("plain_encoder"), kTexts, kPlain));
  run_everywhere(tokenizes(stored_model("keep_encoder"), kTexts, kKeep));
  run_everywhere(tokenizes(stored_model("plain_encoder"), kTexts, kPlain, {},
                           "TFText>FastSentencepieceTokenize"));
  run_everywhere(tokenizes(stored_model("plain_encoder"), {}, {}));
}

OP_TEST(sentencepiece_tokenize, marks_begin_and_end_in_either_order) {
  for (const Flags f : {Flags{true, true, false}, Flags{true, true, true}, Flags{false, true, true},
                        Flags{true, false, false}})
    run_everywhere(tokenizes(stored_model("plain_encoder"), kTexts, kPlain, f));
}

OP_TEST(sentencepiece_tokenize, adds_the_offset_to_all_codes_but_the_unknown) {
  auto codes = kPlain;
  for (auto& row : codes)
    for (int& code : row) code += code == 0 ? 0 : 1000;
  run_everywhere(
      tokenizes(changed<Encoder>([](auto& e) { e.encoding_offset = 1000; }), kTexts, codes));
}

OP_TEST(sentencepiece_tokenize, gives_no_codes_where_no_pieces_lead_to_the_end) {
  const Literal model = changed<Encoder>([](auto& e) { e.unknown_code = -1; });
  run_everywhere(tokenizes(model, {"the house", "a#"}, {{42, 15}, {}}));
}

OP_TEST(sentencepiece_tokenize, refuses_models_that_are_none) {
  const auto refuse = [](const Literal& model, Code code, const char* text) {
    expect_error(tokenizes(model, {"the a\t"}, {{}}), code, text);
  };
  refuse(u8({3}, {1, 2, 3}), Code::invalid_model, "is no sound flatbuffer");
  refuse(u8({64}), Code::invalid_model, "is no sound flatbuffer");
  refuse(changed<Encoder>([](auto& e) { e.version = fb::sentencepiece::Version(1); }),
         Code::unsupported, "has version 1");
  refuse(changed<Encoder>([](auto& e) { e.pieces = nullptr; }), Code::invalid_model,
         "has no pieces for encoding");
  refuse(changed<Encoder>([](auto& e) { e.pieces->nodes.clear(); }), Code::invalid_model,
         "has no pieces for encoding");
  refuse(changed<Encoder>([](auto& e) { e.pieces_scores.resize(7); }), Code::invalid_model, "of 7");
  refuse(changed<Encoder>([](auto& e) { e.normalized_replacements = {1}; }), Code::invalid_model,
         "lacks the replacement at ");
}

OP_TEST(sentencepiece_tokenize, refuses_operands_that_do_not_fit) {
  OpCase flag = tokenizes(stored_model("plain_encoder"), {"a"}, {{6}});
  flag.inputs[5] = boolean({2}, {0, 1});
  expect_error(flag, Code::invalid_model, "input 5 must be one flag");
  OpCase missing = tokenizes(stored_model("plain_encoder"), {"a"}, {{6}});
  missing.inputs.pop_back();
  expect_error(missing, Code::invalid_model, "takes 7 inputs");
  OpCase large = tokenizes(stored_model("plain_encoder"), {std::string(5 << 20, 'a')}, {{}});
  expect_error(large, Code::resource_exhausted, "more than 4194304 bytes");
}

// Whatever is wrong within a model's tries and texts gives codes or an error, and no more.
OP_TEST(sentencepiece_tokenize, survives_damaged_models) {
  std::mt19937 random(7);
  const Literal whole = stored_model("plain_encoder");
  int ran = 0;
  for (int i = 0; i < 1500; ++i) {
    Literal model = whole;
    for (int k = 0; k <= i % 3; ++k)
      model.bytes[random() % model.bytes.size()] = std::byte(random());
    const OpCase c = tokenizes(model, {}, {});
    ModelBuilder m;
    std::vector<int> inputs;
    for (const Literal& input : c.inputs) inputs.push_back(m.constant(input));
    inputs[1] = m.constant(strings({2}, {kTexts[2], kTexts[9]}));
    const int codes = m.tensor(i32({1})), splits = m.tensor(i32({3}));
    m.custom(c.op, inputs, {codes, splits});
    m.output(codes);
    ran += run_model(m.bytes(), {}).ok();
  }
  EXPECT_GT(ran, 100);
  EXPECT_LT(ran, 1500);
}

}  // namespace
}  // namespace samara::testing
