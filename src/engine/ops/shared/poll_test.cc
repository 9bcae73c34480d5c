// Operators that no thread pool shares out ask, while they work, whether the run is to end. The run is
// cancelled between the graph's own question and the operator's first step, so that it can end only
// where the operator asks.
#include <atomic>
#include <string>
#include <vector>

#include "flatbuffers/flexbuffers.h"
#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing::poll_test {

/// Cancels the run when `op` is about to begin.
struct Canceller : graph::Observer {
  std::string op;
  std::atomic<bool> cancel = false;
  void before(const graph::NodeInfo& node, const graph::Operands&) override {
    if (node.op == op) cancel = true;
  }
};

void expect_polls(const std::string& op, const ModelBuilder& m) {
  SCOPED_TRACE(op);
  const std::vector<std::byte> bytes = m.bytes();
  auto model = Model::load(bytes);
  ASSERT_TRUE(model.ok()) << model.error().text();
  auto session = Session::create(*model);
  ASSERT_TRUE(session.ok()) << session.error().text();
  Canceller canceller;
  canceller.op = op;
  RunOptions options;
  options.observer = &canceller;
  options.cancel = &canceller.cancel;
  const Status status = (*session)->run(options);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), Code::cancelled) << status.error().text();
  const Status again = (*session)->run();
  EXPECT_TRUE(again.ok()) << again.error().text();
}
/// One operator; zeros for inputs that are not constants.
void expect_polls(const std::string& op, const std::vector<Literal>& inputs,
                  const std::vector<Literal>& outputs, const Options& options = {}) {
  ModelBuilder m;
  std::vector<int32_t> in, out;
  for (const Literal& l : inputs)
    in.push_back(l.role == Role::constant ? m.constant(l) : m.input(l));
  for (const Literal& l : outputs) out.push_back(m.tensor(l));
  m.op(op, in, out, options);
  for (const int32_t t : out) m.output(t);
  expect_polls(op, m);
}
Literal fixed(const Literal& l) { return l.as(Role::constant); }

constexpr int32_t kMany = 100'000;

OP_TEST(polling, of_suppression_and_detections) {
  const Literal half = fixed(f32({}, {0.5f})), none = fixed(f32({}, {0}));
  const Literal boxes = f32({kMany, 4}), scores = f32({kMany}), most = fixed(i32({}, {8}));
  expect_polls("NON_MAX_SUPPRESSION_V4", {boxes, scores, most, half, none}, {i32({8}), i32({})});
  expect_polls("NON_MAX_SUPPRESSION_V5", {boxes, scores, most, half, none, half},
               {i32({8}), f32({8}), i32({})});
  for (const bool regular : {false, true}) {
    flexbuffers::Builder options;
    options.Map([&] {
      options.Int("max_detections", 4);
      options.Int("max_classes_per_detection", 1);
      options.Int("num_classes", 1);
      options.Bool("use_regular_nms", regular);
      options.Float("nms_iou_threshold", 0.5f);
      for (const char* key : {"y_scale", "x_scale", "h_scale", "w_scale"}) options.Float(key, 1);
    });
    options.Finish();
    ModelBuilder m;
    const int in[] = {m.input(f32({1, kMany, 4})), m.input(f32({1, kMany, 1})),
                      m.input(f32({kMany, 4}))};
    const int out[] = {m.tensor(f32({1, 4, 4})), m.tensor(f32({1, 4})), m.tensor(f32({1, 4})),
                       m.tensor(f32({1}))};
    m.custom("TFLite_Detection_PostProcess", {in, in + 3}, {out, out + 4}, options.GetBuffer());
    for (const int t : out) m.output(t);
    expect_polls("TFLite_Detection_PostProcess", m);
  }
}

OP_TEST(polling, of_sorts) {
  for (const int32_t k : {3, kMany - 1})
    expect_polls("TOPK_V2", {f32({kMany}), fixed(i32({}, {k}))}, {f32({k}), i32({k})});
  expect_polls("UNIQUE", {i32({kMany})}, {i32({1}), i32({kMany})}, fb::UniqueOptionsT{});
}

OP_TEST(polling, of_look_ups) {
  expect_polls("EMBEDDING_LOOKUP", {i32({kMany}), f32({1, 2})}, {f32({kMany, 2})});
  expect_polls("EMBEDDING_LOOKUP", {i32({kMany}), fixed(i8({1, 2}, {1, 2}).q(0.5f))},
               {f32({kMany, 2})});
  expect_polls("EMBEDDING_LOOKUP_SPARSE",
               {i32({kMany}), i32({kMany, 2}), fixed(i32({2}, {1, 1})), f32({kMany}), f32({1, 2})},
               {f32({1, 2})}, fb::EmbeddingLookupSparseOptionsT{});
  expect_polls("HASHTABLE_LOOKUP", {i32({kMany}), i32({1}), f32({1, 2})},
               {f32({kMany, 2}), u8({kMany})});
  expect_polls("GATHER", {f32({1, kMany, 1}), i32({1})}, {f32({1, 1})},
               options<fb::GatherOptionsT>([](auto& o) { o.axis = 2; }));
  expect_polls("GATHER_ND", {f32({1, 2}), i32({kMany, 1})}, {f32({kMany, 2})});
}

OP_TEST(polling, of_hash_tables) {
  Literal handle = i32({1}, {0});
  handle.type = Type::resource;
  for (const char* op : {"HASHTABLE_IMPORT", "HASHTABLE_FIND"}) {
    ModelBuilder m;
    const int h = m.tensor(handle), keys = m.input(i64({kMany}));
    const int values = m.constant(strings({kMany}, std::vector<std::string>(kMany, "v")));
    m.op("HASHTABLE", {}, {h}, options<fb::HashtableOptionsT>([](auto& o) {
           o.key_dtype = fb::TensorType_INT64;
           o.value_dtype = fb::TensorType_STRING;
         }));
    m.op("HASHTABLE_IMPORT", {h, keys, values}, {});
    const int found = m.tensor(strings({kMany}, std::vector<std::string>(kMany, "")));
    m.op("HASHTABLE_FIND", {h, keys, values}, {found});
    m.output(found);
    expect_polls(op, m);
  }
}

OP_TEST(polling, of_scatters_and_segments) {
  expect_polls("SCATTER_ND", {i32({kMany, 1}), f32({kMany}), fixed(i32({1}, {1}))}, {f32({1})});
  expect_polls("SPARSE_TO_DENSE", {i32({kMany}), fixed(i32({1}, {1})), f32({kMany}), f32({})},
               {f32({1})});
  expect_polls("WHERE", {f32({kMany})}, {i64({0, 1})});
  expect_polls("SEGMENT_SUM", {f32({kMany}), fixed(i32({kMany}))}, {f32({1})});
  expect_polls("UNSORTED_SEGMENT_MAX", {f32({kMany}), i32({kMany}), fixed(i32({}, {1}))},
               {f32({1})});
  expect_polls("ONE_HOT", {i32({kMany}), fixed(i32({}, {2})), f32({}), f32({})}, {f32({kMany, 2})},
               options<fb::OneHotOptionsT>([](auto& o) { o.axis = -1; }));
}

OP_TEST(polling, of_strings) {
  const Literal words = strings({kMany}, std::vector<std::string>(kMany, ""));
  expect_polls("GATHER", {words, fixed(i32({kMany}))}, {words}, fb::GatherOptionsT{});
  expect_polls("TILE", {words, fixed(i32({1}, {2}))}, {strings({1}, {""})});
}

OP_TEST(polling, of_random_numbers_and_transforms) {
  for (const char* op : {"RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL"})
    expect_polls(op, {fixed(i32({1}, {kMany}))}, {f32({kMany})}, fb::RandomOptionsT{});
  expect_polls("MULTINOMIAL", {f32({kMany, 1}), fixed(i32({}, {1}))}, {i64({kMany, 1})},
               fb::RandomOptionsT{});
  expect_polls("RFFT2D", {f32({512, 512}), fixed(i32({2}, {512, 512}))}, {c64({512, 257})},
               fb::Rfft2dOptionsT{});
}

}  // namespace samara::testing::poll_test
