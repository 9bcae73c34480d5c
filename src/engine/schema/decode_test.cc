// Each rule of the verifier, broken once: the model is refused, and the text says where and why.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "samara/schema/model_file.h"
#include "testing/model_builder.h"

namespace samara::schema {
namespace {

using testing::f32;
using testing::i32;
using testing::i8;
using testing::Literal;
using testing::ModelBuilder;
using testing::Options;
using testing::options;

using Opened = Result<std::shared_ptr<const ModelFile>>;

Opened open(const ModelBuilder& m, const OpenOptions& how = {}) {
  return ModelFile::from_bytes(m.bytes(), true, how);
}

/// x (input) + c (constant) -> y; then a second subgraph of the same kind that nobody calls.
struct Sample : ModelBuilder {
  int x, c, y;
  Sample() {
    x = input(f32({2, 3}), "x");
    c = constant(f32({2, 3}, {1, 2, 3, 4, 5, 6}), "c");
    y = tensor(f32({2, 3}), "y");
    op("ADD", {x, c}, {y}, Options(fb::AddOptionsT{}));
    output(y);
    current().name = "main";
    signature("serve", 0, {{"in", x}}, {{"out", y}});
    metadata("note", {1, 2, 3});
  }
  fb::OperatorT& first_op() { return *current().operators[0]; }
  fb::BufferT& buffer_of(int t) { return *model().buffers[at(t).buffer]; }
  /// Appends `words` as the data of tensor t.
  void set_ints(int t, std::vector<int32_t> words) {
    auto& data = buffer_of(t).data;
    data.resize(words.size() * 4);
    __builtin_memcpy(data.data(), words.data(), data.size());
  }
  void set_scales(int t, std::vector<float> scales, std::vector<int64_t> points, int axis = 0) {
    at(t).quantization = std::make_unique<fb::QuantizationParametersT>();
    at(t).quantization->scale = std::move(scales);
    at(t).quantization->zero_point = std::move(points);
    at(t).quantization->quantized_dimension = axis;
  }
};

TEST(Decode, takes_the_sample) {
  const auto opened = open(Sample());
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const ModelFile& m = **opened;
  EXPECT_EQ(m.version(), 3u);
  ASSERT_EQ(m.subgraphs().size(), 1u);
  const Subgraph& g = m.subgraphs()[0];
  EXPECT_EQ(g.name, "main");
  ASSERT_EQ(g.tensors.size(), 3u);
  EXPECT_EQ(g.tensors[1].name, "c");
  EXPECT_TRUE(g.tensors[1].constant);
  EXPECT_EQ(g.tensors[1].shape, (std::vector<int32_t>{2, 3}));
  ASSERT_EQ(g.tensors[1].data.size(), 24u);
  EXPECT_EQ(reinterpret_cast<const float*>(g.tensors[1].data.data())[5], 6.0f);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(g.tensors[1].data.data()) % 16, 0u);
  EXPECT_FALSE(g.tensors[0].constant);
  ASSERT_EQ(g.operators.size(), 1u);
  EXPECT_EQ(m.codes()[g.operators[0].code].name, "ADD");
  EXPECT_EQ(g.operators[0].options_type, fb::BuiltinOptions_AddOptions);
  ASSERT_EQ(m.signatures().size(), 1u);
  EXPECT_EQ(m.signatures()[0].key, "serve");
  EXPECT_EQ(m.signatures()[0].inputs[0].name, "in");
  EXPECT_EQ(m.signatures()[0].outputs[0].tensor, 2);
  ASSERT_EQ(m.metadata().size(), 1u);
  EXPECT_EQ(m.metadata()[0].data.size(), 3u);
}

struct Rule {
  const char* name;
  void (*break_it)(Sample& m);
  Code code;
  const char* says;  // part of the text, frames and all
};

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

class Refuses : public ::testing::TestWithParam<Rule> {};

TEST_P(Refuses, and_says_why) {
  Sample m;
  GetParam().break_it(m);
  const auto opened = open(m);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), GetParam().code) << opened.error().text();
  EXPECT_NE(opened.error().text().find(GetParam().says), std::string::npos)
      << opened.error().text();
}

/// IF, WHILE and others that name subgraphs.
template <class T, class F>
void call(Sample& m, const char* op, F&& fill) {
  m.current().operators.clear();
  m.op(op, {m.x, m.c}, {m.y}, options<T>(fill));
}

constexpr auto kBad = Code::invalid_model;

const Rule kRules[] = {
    {"version", [](Sample& m) { m.model().version = 2; }, kBad, "schema version 2, not 3"},
    {"no_subgraph", [](Sample& m) { m.model().subgraphs.clear(); }, kBad, "no subgraph"},
    {"code_index", [](Sample& m) { m.first_op().opcode_index = 9; }, kBad, "operator code 9 of 1"},
    {"code_version", [](Sample& m) { m.model().operator_codes[0]->version = 0; }, kBad,
     "has version 0"},
    {"code_negative",
     [](Sample& m) {
       m.model().operator_codes[0]->builtin_code = fb::BuiltinOperator(-5);
       m.model().operator_codes[0]->deprecated_builtin_code = -5;
     },
     kBad, "is negative: -5"},
    {"custom_without_name",
     [](Sample& m) {
       m.model().operator_codes[0]->builtin_code = fb::BuiltinOperator_CUSTOM;
       m.first_op().builtin_options = {};
     },
     kBad, "operator code 0"},
    {"input_index", [](Sample& m) { m.first_op().inputs[1] = 3; }, kBad,
     "input 1 is tensor 3 of 3"},
    {"input_negative", [](Sample& m) { m.first_op().inputs[1] = -2; }, kBad, "tensor -2"},
    {"output_absent", [](Sample& m) { m.first_op().outputs[0] = -1; }, kBad,
     "output 0 is tensor -1"},
    {"intermediate_index", [](Sample& m) { m.first_op().intermediates = {7}; }, kBad,
     "intermediate 0 is tensor 7"},
    {"graph_input_index", [](Sample& m) { m.current().inputs = {5}; }, kBad, "input 0 is tensor 5"},
    {"graph_output_index", [](Sample& m) { m.current().outputs = {-1}; }, kBad,
     "output 0 is tensor -1"},
    {"graph_input_twice", [](Sample& m) { m.current().inputs = {0, 0}; }, kBad,
     "tensor 0 'x' as two inputs"},
    {"reads_too_early",
     [](Sample& m) {
       const int z = m.tensor(f32({2, 3}), "late");
       m.first_op().inputs[1] = z;
     },
     kBad, "reads tensor 3 'late' before any operator has written it"},
    {"reads_itself", [](Sample& m) { m.first_op().inputs[0] = m.y; }, kBad, "operator 0 ADD"},
    {"writes_input", [](Sample& m) { m.first_op().outputs = {m.x}; }, kBad,
     "writes tensor 0 'x', an input of the subgraph"},
    {"writes_constant", [](Sample& m) { m.first_op().outputs = {m.c}; }, kBad,
     "writes tensor 1 'c', a constant"},
    {"writes_variable", [](Sample& m) { m.first_op().outputs = {m.variable(f32({2, 3}), "v")}; },
     kBad, "a variable"},
    {"writes_twice", [](Sample& m) { m.op("ADD", {m.x, m.c}, {m.y}, Options(fb::AddOptionsT{})); },
     kBad, "operator 1 ADD"},
    {"one_operator_writes_twice", [](Sample& m) { m.first_op().outputs = {m.y, m.y}; }, kBad,
     "written already"},
    {"output_never_written", [](Sample& m) { m.current().outputs = {m.tensor(f32({1}), "lost")}; },
     kBad, "output 0 is tensor 3 'lost', which nothing writes"},
    {"element_type", [](Sample& m) { m.at(m.x).type = fb::TensorType(77); }, Code::unsupported,
     "element type 77"},
    {"rank", [](Sample& m) { m.at(m.x).shape.assign(9, 1); }, Code::unsupported,
     "9 dimensions, more than 8"},
    {"negative_dimension", [](Sample& m) { m.at(m.x).shape = {2, -3}; }, kBad,
     "negative dimension: [2, -3]"},
    {"shape_overflow", [](Sample& m) { m.at(m.x).shape = {1 << 30, 1 << 30, 1 << 30}; }, kBad,
     "is too large"},
    {"empty_shape_overflow", [](Sample& m) { m.at(m.x).shape = {1 << 30, 1 << 30, 1 << 30, 0}; },
     kBad, "is too large"},
    {"bytes_overflow", [](Sample& m) { m.at(m.x).shape = {1 << 30, 1 << 30, 4}; }, kBad,
     "is too large"},
    {"signature_rank", [](Sample& m) { m.at(m.x).shape_signature = {-1}; }, kBad,
     "2 dimensions, but 1 in its shape signature"},
    {"signature_value", [](Sample& m) { m.at(m.x).shape_signature = {-1, 4}; }, kBad,
     "the shape signature [-1, 4] but the shape [2, 3]"},
    {"buffer_index", [](Sample& m) { m.at(m.c).buffer = 99; }, kBad, "has buffer 99 of"},
    {"too_few_bytes", [](Sample& m) { m.buffer_of(m.c).data.resize(20); }, kBad,
     "has 20 bytes of data, but float32 [2, 3] takes 24"},
    {"too_many_bytes", [](Sample& m) { m.buffer_of(m.c).data.resize(28); }, kBad,
     "has 28 bytes of data"},
    {"variable_with_data", [](Sample& m) { m.at(m.c).is_variable = true; }, kBad,
     "a variable but has constant data"},
    {"resource_with_data", [](Sample& m) { m.at(m.c).type = fb::TensorType_RESOURCE; }, kBad,
     "resource has constant data"},
    {"buffer_beyond_the_file",
     [](Sample& m) {
       m.buffer_of(m.c).data.clear();
       m.buffer_of(m.c).offset = ~uint64_t{0} - 7;
       m.buffer_of(m.c).size = 24;
     },
     kBad, "outside the file"},
    {"custom_options_beyond_the_file",
     [](Sample& m) {
       m.first_op().large_custom_options_offset = 1 << 20;
       m.first_op().large_custom_options_size = ~uint64_t{0} - 100;
     },
     kBad, "outside the file"},
    {"external_and_buffer", [](Sample& m) { m.at(m.c).external_buffer = 1; }, kBad,
     "both a buffer and an external buffer"},
    {"external_missing", [](Sample& m) { m.at(m.x).external_buffer = 4; }, kBad,
     "external buffer 4, which does not exist"},
    // Quantization.
    {"scale_nan",
     [](Sample& m) { m.set_scales(m.x, {std::numeric_limits<float>::quiet_NaN()}, {0}); }, kBad,
     "has the scale nan"},
    {"scale_infinite",
     [](Sample& m) { m.set_scales(m.x, {std::numeric_limits<float>::infinity()}, {0}); }, kBad,
     "has the scale inf"},
    {"scale_negative", [](Sample& m) { m.set_scales(m.x, {-1}, {0}); }, kBad, "has the scale -1"},
    {"points_missing", [](Sample& m) { m.set_scales(m.x, {1}, {}); }, kBad,
     "1 scales and 0 zero points"},
    {"points_too_many", [](Sample& m) { m.set_scales(m.x, {1}, {0, 0}); }, kBad,
     "1 scales and 2 zero points"},
    {"point_out_of_range", [](Sample& m) { m.set_scales(m.x, {1}, {int64_t{1} << 31}); }, kBad,
     "zero point 2147483648"},
    {"point_of_int8",
     [](Sample& m) {
       m.at(m.x).type = fb::TensorType_INT8;
       m.set_scales(m.x, {1}, {-129});
     },
     kBad, "zero point -129, which int8 cannot hold"},
    {"channel_count", [](Sample& m) { m.set_scales(m.x, {1, 1, 1}, {0, 0, 0}, 0); }, kBad,
     "3 scales along dimension 0 of [2, 3]"},
    {"channel_axis", [](Sample& m) { m.set_scales(m.x, {1, 1, 1}, {0, 0, 0}, 2); }, kBad,
     "along dimension 2"},
    {"channel_axis_negative", [](Sample& m) { m.set_scales(m.x, {1, 1, 1}, {0, 0, 0}, -1); }, kBad,
     "along dimension -1"},
    {"block_scales",
     [](Sample& m) {
       m.set_scales(m.x, {}, {});
       fb::BlockwiseQuantizationT blocks;
       blocks.scales = 3;
       blocks.block_size = 2;
       m.at(m.x).quantization->details.Set(blocks);
     },
     kBad, "scales in tensor 3 of 3"},
    {"block_size",
     [](Sample& m) {
       m.set_scales(m.x, {}, {});
       fb::BlockwiseQuantizationT blocks;
       blocks.scales = 1;
       m.at(m.x).quantization->details.Set(blocks);
     },
     kBad, "in blocks of 0"},
    {"multi_axis",
     [](Sample& m) {
       m.set_scales(m.x, {}, {});
       m.at(m.x).quantization->details.Set(fb::MultiAxisQuantizationT{});
     },
     Code::unsupported, "quantized in a way"},
    // Options.
    {"foreign_options", [](Sample& m) { m.first_op().builtin_options.Set(fb::MulOptionsT{}); },
     kBad, "options of another operator"},
    {"foreign_second_options",
     [](Sample& m) { m.first_op().builtin_options_2.Set(fb::DilateOptionsT{}); }, kBad,
     "second table"},
    // Strings.
    {"strings_cut_off",
     [](Sample& m) {
       m.at(m.c).type = fb::TensorType_STRING;
       m.buffer_of(m.c).data.resize(3);
     },
     kBad, "no table of its strings"},
    {"strings_count",
     [](Sample& m) {
       m.at(m.c).type = fb::TensorType_STRING;
       m.set_ints(m.c, {5, 28, 28, 28, 28, 28, 28});
     },
     kBad, "holds 5 strings, but its shape has 6"},
    {"strings_count_negative",
     [](Sample& m) {
       m.at(m.c).type = fb::TensorType_STRING;
       m.set_ints(m.c, {-1, 8});
     },
     kBad, "holds -1 strings"},
    {"strings_table",
     [](Sample& m) {
       m.at(m.c).type = fb::TensorType_STRING;
       m.set_ints(m.c, {6, 32, 32, 32, 32, 32, 32});
     },
     kBad, "table of 6 strings in 28 bytes"},
    {"strings_offset",
     [](Sample& m) {
       m.at(m.c).type = fb::TensorType_STRING;
       m.set_ints(m.c, {6, 32, 32, 32, 1 << 30, 32, 32, 32});
     },
     kBad, "has string 3 at byte 1073741824"},
    {"strings_falling",
     [](Sample& m) {
       m.at(m.c).type = fb::TensorType_STRING;
       m.set_ints(m.c, {6, 32, 36, 34, 36, 36, 36, 36, 0});
     },
     kBad, "has string 2 at byte 34"},
    // Signatures and metadata.
    {"signature_subgraph", [](Sample& m) { m.model().signature_defs[0]->subgraph_index = 1; }, kBad,
     "'serve' is of subgraph 1 of 1"},
    {"signature_tensor",
     [](Sample& m) { m.model().signature_defs[0]->inputs[0]->tensor_index = 1; }, kBad,
     "'in' is tensor 1, which the subgraph does not have there"},
    {"signature_tensor_huge",
     [](Sample& m) { m.model().signature_defs[0]->outputs[0]->tensor_index = ~0u; }, kBad,
     "'out' is tensor 4294967295"},
    {"signature_twice", [](Sample& m) { m.signature("serve", 0, {}, {}); }, kBad,
     "two signatures 'serve'"},
    {"signature_name_twice", [](Sample& m) { m.signature("other", 0, {{"a", 0}, {"a", 0}}, {}); },
     kBad, "'a' twice"},
    {"metadata_buffer", [](Sample& m) { m.model().metadata[0]->buffer = 77; }, kBad,
     "metadata 0 'note'"},
    // Calls.
    {"calls_nobody",
     [](Sample& m) { call<fb::IfOptionsT>(m, "IF", [](auto& o) { o.then_subgraph_index = 5; }); },
     kBad, "calls subgraph 5 of 1"},
    {"calls_negative",
     [](Sample& m) {
       call<fb::WhileOptionsT>(m, "WHILE", [](auto& o) { o.body_subgraph_index = -1; });
     },
     kBad, "calls subgraph -1"},
    {"calls_itself", [](Sample& m) { call<fb::IfOptionsT>(m, "IF", [](auto&) {}); }, kBad,
     "calls itself"},
    {"calls_itself_by_default",
     [](Sample& m) {
       m.current().operators.clear();
       m.op("CALL_ONCE", {}, {m.y});
     },
     kBad, "calls itself"},
    {"case_calls_nobody",
     [](Sample& m) {
       call<fb::StablehloCaseOptionsT>(m, "STABLEHLO_CASE",
                                       [](auto& o) { o.branch_subgraph_indices = {1}; });
     },
     kBad, "calls subgraph 1 of 1"},
    {"composite_calls_nobody",
     [](Sample& m) {
       call<fb::StableHLOCompositeOptionsT>(m, "STABLEHLO_COMPOSITE",
                                            [](auto& o) { o.decomposition_subgraph_index = 2; });
     },
     kBad, "calls subgraph 2 of 1"},
};

INSTANTIATE_TEST_SUITE_P(Rules, Refuses, ::testing::ValuesIn(kRules),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Decode, errors_name_the_place) {
  Sample m;
  m.first_op().inputs[1] = 3;
  const auto opened = open(m);
  ASSERT_FALSE(opened.ok());
  ASSERT_EQ(opened.error().frames().size(), 3u);
  EXPECT_EQ(opened.error().frames()[0], "operator 0 ADD");
  EXPECT_EQ(opened.error().frames()[1], "subgraph 0 'main'");
  EXPECT_EQ(opened.error().frames()[2], "model in memory");
}

TEST(Decode, subgraphs_that_call_each_other_are_refused) {
  Sample m;
  call<fb::IfOptionsT>(m, "IF", [](auto& o) { o.then_subgraph_index = o.else_subgraph_index = 1; });
  m.subgraph("second");
  const int a = m.input(f32({1})), b = m.tensor(f32({1}));
  m.op("IF", {a}, {b}, options<fb::IfOptionsT>([](auto& o) { o.then_subgraph_index = 0; }));
  m.output(b);
  const auto opened = open(m);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().text().find("calls itself"), std::string::npos);
}

/// A chain of `length` subgraphs, each calling the next by CALL_ONCE.
ModelBuilder chain(int length) {
  ModelBuilder m;
  for (int i = 0; i < length; ++i) {
    if (i > 0) m.subgraph("g");
    const int y = m.tensor(f32({1}));
    if (i + 1 < length)
      m.op("CALL_ONCE", {}, {y},
           options<fb::CallOnceOptionsT>([&](auto& o) { o.init_subgraph_index = i + 1; }));
  }
  return m;
}

TEST(Decode, calls_are_as_deep_as_the_limit) {
  EXPECT_TRUE(open(chain(64)).ok());
  const auto deep = open(chain(65));
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().code(), Code::resource_exhausted);
  OpenOptions how;
  how.limits.call_depth = 10'000;
  EXPECT_TRUE(open(chain(10'000), how).ok());
}

TEST(Decode, limits_are_kept) {
  const Sample m;
  const auto with = [&](auto set) {
    OpenOptions how;
    set(how.limits);
    const auto opened = open(m, how);
    return opened.ok() ? std::string("ok") : std::string(name(opened.error().code()));
  };
  EXPECT_EQ(with([](Limits&) {}), "ok");
  EXPECT_EQ(with([](Limits& l) { l.tensors = 3; }), "ok");
  EXPECT_EQ(with([](Limits& l) { l.tensors = 2; }), "resource_exhausted");
  EXPECT_EQ(with([](Limits& l) { l.operators = 0; }), "resource_exhausted");
  EXPECT_EQ(with([](Limits& l) { l.subgraphs = 0; }), "resource_exhausted");
  EXPECT_EQ(with([](Limits& l) { l.tensor_bytes = 24; }), "ok");
  EXPECT_EQ(with([](Limits& l) { l.tensor_bytes = 23; }), "resource_exhausted");
  EXPECT_EQ(with([&](Limits& l) { l.file_bytes = m.bytes().size(); }), "ok");
  EXPECT_EQ(with([&](Limits& l) { l.file_bytes = m.bytes().size() - 1; }), "resource_exhausted");
}

TEST(Decode, tolerates_what_real_files_have) {
  Sample m;
  m.at(m.x).shape_signature = {-1, 3};
  m.set_scales(m.x, {0}, {0}, 7);     // one scale: the axis means nothing
  m.first_op().inputs.push_back(-1);  // an optional input left out
  m.first_op().intermediates = {-1};
  m.current().outputs = {m.y, m.y, m.x, m.c};  // twice, an input, a constant
  const int bias = m.constant(i32({2}, {1, 2}), "bias");
  m.set_scales(bias, {1, 2}, {0, 0}, 3);          // the axis of the filter it belongs to
  const int empty = m.tensor(i32({0}), "empty");  // no data and no elements
  m.first_op().inputs.push_back(empty);
  m.model().description = "\xff odd";
  const auto opened = open(m);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const Subgraph& g = (*opened)->subgraphs()[0];
  EXPECT_EQ(g.tensors[size_t(bias)].quantization.axis, 0);
  EXPECT_EQ(g.tensors[0].quantization.axis, 0);
  EXPECT_EQ(g.tensors[0].signature, (std::vector<int32_t>{-1, 3}));
  EXPECT_TRUE(g.tensors[size_t(empty)].constant);
  EXPECT_EQ(g.operators[0].inputs[2], kNone);
  EXPECT_EQ((*opened)->description(), "\xef\xbf\xbd odd");
}

TEST(Decode, newer_operators_are_named_by_number) {
  Sample m;
  m.model().operator_codes[0]->builtin_code = fb::BuiltinOperator(210);
  m.model().operator_codes[0]->deprecated_builtin_code = 127;
  const auto opened = open(m);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ((*opened)->codes()[0].name, "BUILTIN_210");
  EXPECT_EQ((*opened)->codes()[0].builtin, 210);
  EXPECT_EQ((*opened)->subgraphs()[0].operators[0].options, nullptr);
}

// Verifiers skip what a union of type NONE points to.
TEST(Decode, options_of_no_type_are_no_options) {
  for (const bool second : {false, true}) {
    Sample m;
    if (second) {
      m.first_op().builtin_options = {};
      m.first_op().builtin_options_2.Set(fb::DilateOptionsT{});
    }
    std::vector<std::byte> bytes = m.bytes();
    const fb::Operator* op = fb::GetModel(bytes.data())->subgraphs()->Get(0)->operators()->Get(0);
    auto& table = *const_cast<flatbuffers::Table*>(reinterpret_cast<const flatbuffers::Table*>(op));
    const flatbuffers::voffset_t field =
        second ? fb::Operator::VT_BUILTIN_OPTIONS_2_TYPE : fb::Operator::VT_BUILTIN_OPTIONS_TYPE;
    ASSERT_TRUE(table.SetField<uint8_t>(field, 0, 0));
    ASSERT_NE(second ? op->builtin_options_2() : op->builtin_options(), nullptr);
    const auto opened = ModelFile::from_bytes(bytes, true, {});
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ((*opened)->subgraphs()[0].operators[0].options, nullptr);
  }
}

TEST(Decode, older_files_have_the_old_code_field_alone) {
  Sample m;
  m.model().operator_codes[0]->builtin_code = fb::BuiltinOperator_ADD;
  m.model().operator_codes[0]->deprecated_builtin_code = fb::BuiltinOperator_MUL;
  m.first_op().builtin_options.Set(fb::MulOptionsT{});
  const auto opened = open(m);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ((*opened)->codes()[0].name, "MUL");
}

TEST(Decode, int4_constants_take_half_a_byte_each) {
  Sample m;
  const int w = m.constant(i8({3}, {1, 2, 3}), "w");
  m.at(w).type = fb::TensorType_INT4;
  EXPECT_FALSE(open(m).ok());
  m.buffer_of(w).data.resize(2);
  EXPECT_TRUE(open(m).ok());
}

TEST(Decode, a_long_vector_shared_by_many_tensors_is_refused) {
  // 20,000 tensors that all name one quantization of 100,000 scales: 16 GB once decoded.
  flatbuffers::FlatBufferBuilder b;
  const auto scales = b.CreateVector(std::vector<float>(100'000, 1.0f));
  const auto points = b.CreateVector(std::vector<int64_t>(100'000, 0));
  const auto shape = b.CreateVector(std::vector<int32_t>{100'000});
  const auto q = fb::CreateQuantizationParameters(b, 0, 0, scales, points);
  std::vector<flatbuffers::Offset<fb::Tensor>> tensors;
  for (int i = 0; i < 20'000; ++i)
    tensors.push_back(fb::CreateTensor(b, shape, fb::TensorType_FLOAT32, 0, 0, q));
  const auto graph = fb::CreateSubGraph(b, b.CreateVector(tensors));
  const auto graphs = b.CreateVector(std::vector{graph});
  fb::FinishModelBuffer(b, fb::CreateModel(b, 3, 0, graphs));
  const auto opened =
      ModelFile::from_bytes(std::as_bytes(std::span(b.GetBufferPointer(), b.GetSize())), true, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), Code::resource_exhausted);
}

// Sparse tensors: [2, 4], rows dense, columns compressed: {1: 5}, {0: 6, 3: 7}.
struct SparseSample : Sample {
  int s;
  SparseSample() {
    s = constant(f32({3}, {5, 6, 7}), "sparse");
    at(s).shape = {2, 4};
    auto& sparsity = at(s).sparsity;
    sparsity = std::make_unique<fb::SparsityParametersT>();
    sparsity->traversal_order = {0, 1};
    auto rows = std::make_unique<fb::DimensionMetadataT>();
    rows->dense_size = 2;
    sparsity->dim_metadata.push_back(std::move(rows));
    auto columns = std::make_unique<fb::DimensionMetadataT>();
    columns->format = fb::DimensionType_SPARSE_CSR;
    sparsity->dim_metadata.push_back(std::move(columns));
    set({0, 1, 3}, {1, 0, 3});
  }
  void set(std::vector<uint8_t> segments, std::vector<int32_t> indices) {
    fb::Uint8VectorT bounds;
    bounds.values = std::move(segments);
    fb::Int32VectorT list;
    list.values = std::move(indices);
    at(s).sparsity->dim_metadata[1]->array_segments.Set(bounds);
    at(s).sparsity->dim_metadata[1]->array_indices.Set(list);
  }
  fb::SparsityParametersT& sparsity() { return *at(s).sparsity; }
};

TEST(Sparse, is_read) {
  SparseSample m;
  const auto opened = open(m);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const Tensor& t = (*opened)->subgraphs()[0].tensors[size_t(m.s)];
  ASSERT_NE(t.sparsity, nullptr);
  EXPECT_TRUE(t.sparsity->dims[0].dense);
  EXPECT_EQ(t.sparsity->dims[0].size, 2);
  EXPECT_EQ(t.sparsity->dims[1].size, 4);
  EXPECT_EQ(t.sparsity->dims[1].segments, (std::vector<int32_t>{0, 1, 3}));
  EXPECT_EQ(t.sparsity->dims[1].indices, (std::vector<int32_t>{1, 0, 3}));
}

TEST(Sparse, blocks_are_read) {
  SparseSample m;  // [2, 4] in blocks of 2 along the columns: one block a row
  m.buffer_of(m.s).data.resize(16);
  m.sparsity().traversal_order = {0, 1, 2};
  m.sparsity().block_map = {1};
  m.sparsity().dim_metadata.push_back(std::make_unique<fb::DimensionMetadataT>());
  m.sparsity().dim_metadata[2]->dense_size = 2;
  m.set({0, 1, 2}, {1, 0});
  const auto opened = open(m);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ((*opened)->subgraphs()[0].tensors[size_t(m.s)].sparsity->dims[1].size, 2);
  m.sparsity().dim_metadata[2]->dense_size = 3;
  EXPECT_FALSE(open(m).ok());
  m.sparsity().dim_metadata[2]->dense_size = 0;
  EXPECT_FALSE(open(m).ok());
}

struct SparseRule {
  const char* name;
  void (*break_it)(SparseSample& m);
  const char* says;
};

TEST(Sparse, each_rule_is_kept) {
  const SparseRule rules[] = {
      {"order short", [](auto& m) { m.sparsity().traversal_order = {0}; }, "traversal order of 1"},
      {"order twice", [](auto& m) { m.sparsity().traversal_order = {0, 0}; }, "order [0, 0]"},
      {"order range", [](auto& m) { m.sparsity().traversal_order = {0, 2}; }, "order [0, 2]"},
      {"order negative", [](auto& m) { m.sparsity().traversal_order = {0, -1}; }, "order [0, -1]"},
      {"order long", [](auto& m) { m.sparsity().traversal_order.assign(99, 0); }, "too many"},
      {"levels", [](auto& m) { m.sparsity().dim_metadata.pop_back(); }, "describes 1 dimensions"},
      {"dense size", [](auto& m) { m.sparsity().dim_metadata[0]->dense_size = 3; },
       "dense with 3 indices, not 2"},
      {"segments short", [](auto& m) { m.set({0, 3}, {1, 0, 3}); }, "2 segment bounds for 2"},
      {"segments missing", [](auto& m) { m.sparsity().dim_metadata[1]->array_segments = {}; },
       "0 segment bounds"},
      {"segments start", [](auto& m) { m.set({1, 1, 3}, {1, 0, 3}); }, "segments from 1 to 3"},
      {"segments end", [](auto& m) { m.set({0, 1, 4}, {1, 0, 3}); }, "segments from 0 to 4"},
      {"segments fall", [](auto& m) { m.set({0, 200, 3}, {1, 0, 3}); }, "segment 0 from 0 to 200"},
      {"index range", [](auto& m) { m.set({0, 1, 3}, {1, 0, 4}); }, "index 4 at 2"},
      {"index negative", [](auto& m) { m.set({0, 1, 3}, {-1, 0, 3}); }, "index -1 at 0"},
      {"index twice", [](auto& m) { m.set({0, 1, 3}, {1, 3, 3}); }, "index 3 at 2"},
      {"values", [](auto& m) { m.set({0, 1, 2}, {1, 0}); }, "12 bytes of data"},
      {"block range",
       [](auto& m) {
         m.sparsity().block_map = {2};
         m.sparsity().traversal_order = {0, 1, 2};
         m.sparsity().dim_metadata.push_back(std::make_unique<fb::DimensionMetadataT>());
       },
       "block map [2]"},
      {"no data", [](auto& m) { m.buffer_of(m.s).data.clear(); }, "sparse but has no data"},
  };
  for (const SparseRule& rule : rules) {
    SparseSample m;
    rule.break_it(m);
    const auto opened = open(m);
    ASSERT_FALSE(opened.ok()) << rule.name;
    EXPECT_NE(opened.error().text().find(rule.says), std::string::npos)
        << rule.name << ": " << opened.error().text();
  }
}

TEST(Strings, are_read) {
  Sample m;
  m.at(m.c).type = fb::TensorType_STRING;
  m.at(m.c).shape = {2};
  m.set_ints(m.c, {2, 16, 18, 20, 0x64636261});
  const auto opened = open(m);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ((*opened)->subgraphs()[0].tensors[1].data.size(), 20u);
}

}  // namespace
}  // namespace samara::schema
