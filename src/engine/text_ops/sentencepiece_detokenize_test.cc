#include "engine/text_ops/sentencepiece/model_test.h"
#include "engine/text_ops/sentencepiece/tokenize_cases_test.h"

namespace samara::testing {
namespace {

OpCase detokenizes(const Literal& model, const std::vector<std::vector<int>>& codes,
                   const std::vector<std::string>& texts,
                   const char* op = "TFSentencepieceDetokenizeOp") {
  std::vector<int32_t> all, splits{0};
  for (const std::vector<int>& row : codes) {
    all.insert(all.end(), row.begin(), row.end());
    splits.push_back(int32_t(all.size()));
  }
  OpCase c{.op = op, .custom = true};
  c.constant(model).in(i32({int32_t(all.size())}, all));
  c.in(i32({int32_t(splits.size())}, splits));
  c.out(strings({int32_t(texts.size())}, texts));
  return c;
}

OP_TEST(sentencepiece_detokenize, gives_the_texts_that_tensorflow_text_gives) {
  run_everywhere(detokenizes(stored_model("plain_decoder"), kPlain, kPlainBack));
  run_everywhere(detokenizes(stored_model("plain_decoder"), kPlain, kPlainBack,
                             "TFText>FastSentencepieceDetokenize"));
  run_everywhere(detokenizes(stored_model("plain_decoder"), {}, {}));
}

OP_TEST(sentencepiece_detokenize, keeps_the_first_space_and_counts_from_the_offset) {
  const Literal model = changed<Decoder>([](auto& d) {
    d.remove_dummy_prefix = false;
    d.encoding_offset = 5;
  });
  run_everywhere(detokenizes(model, {{47, 20}}, {" the house"}));
}

OP_TEST(sentencepiece_detokenize, refuses_what_does_not_fit) {
  const Literal model = stored_model("plain_decoder");
  expect_error(detokenizes(model, {{100}}, {""}), Code::invalid_argument, "none of the 100 from 0");
  expect_error(detokenizes(model, {{-1}}, {""}), Code::invalid_argument, "code -1 is none");
  expect_error(detokenizes(u8({9}), {{1}}, {""}), Code::invalid_model, "no sound flatbuffer");
  expect_error(
      detokenizes(changed<Decoder>([](auto& d) { d.version = fb::sentencepiece::Version(3); }),
                  {{1}}, {""}),
      Code::unsupported, "has version 3");
  const Literal encoder = stored_model("plain_encoder");
  expect_error(detokenizes(encoder, {{1}}, {""}), Code::invalid_model, "SentencePiece model");
  for (const std::vector<int32_t>& splits : {std::vector<int32_t>{0, 3}, {0, 2, 1}, {-1, 1}}) {
    OpCase c = detokenizes(model, {{1, 2}}, {""});
    c.inputs[2] = i32({int32_t(splits.size())}, splits);
    expect_error(c, Code::invalid_argument, "has row split");
  }
  OpCase none = detokenizes(model, {{1}}, {""});
  none.inputs[2] = i32({0});
  expect_error(none, Code::invalid_model, "the row splits are empty");
}

}  // namespace
}  // namespace samara::testing
