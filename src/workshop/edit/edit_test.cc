// What read, changes and write promise, on small models.
#include <gtest/gtest.h>

#include <cstring>

#include "samara/runtime/session.h"
#include "testing/model_builder.h"
#include "testing/model_package.h"
#include "workshop/edit/model.h"
#include "workshop/edit/zip.h"

namespace samara::edit {
namespace {

using testing::f32;
using testing::ModelBuilder;

std::span<const std::byte> bytes_of(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

/// y = (x + c) + c, with a signature, an operator of options and a tensor that nobody needs.
ModelBuilder adder() {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), c = m.constant(f32({2}, {1, 2}), "c");
  const int t = m.tensor(f32({2}), "t"), y = m.tensor(f32({2}), "y");
  const auto relu = testing::options<fb::AddOptionsT>(
      [](auto& o) { o.fused_activation_function = fb::ActivationFunctionType_RELU; });
  m.op("ADD", {x, c}, {t}, relu);
  m.op("ADD", {t, c}, {y});
  m.constant(f32({3}, {7, 8, 9}), "dead");
  m.output(y);
  m.signature("serve", 0, {{"in", x}}, {{"out", y}});
  return m;
}

Model read_back(std::span<const std::byte> bytes) {
  auto model = read(bytes);
  EXPECT_TRUE(model.ok()) << model.error().text();
  return model.ok() ? std::move(*model) : Model();
}

std::vector<std::byte> written(const Model& model, const WriteOptions& options = {}) {
  auto out = write(model, options);
  EXPECT_TRUE(out.ok()) << out.error().text();
  return out.ok() ? std::move(*out) : std::vector<std::byte>();
}

/// The output for {1, -5}.
std::vector<float> run(std::span<const std::byte> bytes) {
  const auto model = samara::Model::load(bytes);
  EXPECT_TRUE(model.ok()) << model.error().text();
  if (!model.ok()) return {};
  const auto session = Session::create(*model);
  const std::vector<float> x{1, -5};
  EXPECT_TRUE(session.ok() && (*session)->set_input(0, std::span<const float>(x)).ok());
  EXPECT_TRUE((*session)->run().ok());
  const graph::Tensor& y = (*session)->output(0);
  const auto* const data = reinterpret_cast<const float*>(y.data);
  return {data, data + y.shape.elements()};
}

template <class T>
void expect_fails(const T& result, Code code, const std::string& part) {
  ASSERT_FALSE(result.ok()) << "succeeded instead of: " << part;
  EXPECT_EQ(result.error().code(), code) << result.error().text();
  EXPECT_NE(result.error().text().find(part), std::string::npos) << result.error().text();
}

TEST(Edit, keeps_every_byte_of_what_it_wrote) {
  const auto bytes = adder().bytes();
  EXPECT_EQ(written(read_back(bytes)), bytes);
}

TEST(Edit, reads_bytes_wherever_they_lie) {
  const auto bytes = adder().bytes();
  std::vector<std::byte> shifted(bytes.size() + 1);
  std::memcpy(shifted.data() + 1, bytes.data(), bytes.size());
  EXPECT_EQ(written(read_back(std::span<const std::byte>(shifted).subspan(1))), bytes);
}

TEST(Edit, keeps_metadata_and_files) {
  ModelBuilder m = adder();
  fb::meta::ModelMetadataT metadata;
  metadata.name = "adder";
  const auto bytes = testing::package(m, metadata, {{"labels.txt", "one\ntwo\n"}, {"empty", ""}});
  Model model = read_back(bytes);
  ASSERT_EQ(model.files.size(), 2u);
  EXPECT_EQ(model.files[0].name, "labels.txt");
  EXPECT_EQ(model.files[0].content, "one\ntwo\n");
  EXPECT_EQ(written(model), bytes);
  model.files[1].name = "labels.txt";
  expect_fails(write(model), Code::invalid_argument, "two files are named 'labels.txt'");
  model.files[1].name = "";
  expect_fails(write(model), Code::invalid_argument, "name has 0 bytes");
}

TEST(Edit, changes_what_is_asked_for) {
  Model model = read_back(adder().bytes());
  EXPECT_EQ(run(written(model)), (std::vector<float>{3, 2}));
  ASSERT_TRUE(set_constant(model.parts, 0, 1, bytes_of({10, 20})).ok());
  EXPECT_EQ(run(written(model)), (std::vector<float>{21, 35}));
  // t + c gives t; then y = t * c in its place.
  fb::SubGraphT& graph = *model.parts.subgraphs[0];
  ASSERT_TRUE(remove_operator(model.parts, 0, 1).ok());
  fb::OperatorT op;
  op.opcode_index = operator_code(model.parts, fb::BuiltinOperator_MUL, "", 1);
  op.inputs = {2, 1};
  op.outputs = {3};
  op.builtin_options.Set(fb::MulOptionsT{});
  ASSERT_TRUE(add_operator(model.parts, 0, 1, std::move(op)).ok());
  graph.tensors[3]->name = "product";
  const auto bytes = written(model);
  EXPECT_EQ(run(bytes), (std::vector<float>{110, 300}));
  EXPECT_EQ(read_back(bytes).parts.subgraphs[0]->tensors[3]->name, "product");
}

TEST(Edit, a_new_constant_leaves_those_who_shared_the_buffer_alone) {
  Model model = read_back(adder().bytes());
  fb::SubGraphT& graph = *model.parts.subgraphs[0];
  fb::TensorT twin;
  twin.name = "twin";
  twin.shape = {2};
  twin.buffer = graph.tensors[1]->buffer;
  const int index = add_tensor(graph, std::move(twin));
  ASSERT_TRUE(set_constant(model.parts, 0, index, bytes_of({5, 6})).ok());
  EXPECT_NE(graph.tensors[size_t(index)]->buffer, graph.tensors[1]->buffer);
  EXPECT_EQ(run(written(model)), (std::vector<float>{3, 2}));
}

TEST(Edit, removes_what_nothing_names) {
  Model model = read_back(adder().bytes());
  const Removed removed = remove_dead(model.parts);
  EXPECT_EQ(removed.tensors, 1u);
  EXPECT_EQ(removed.buffers, 1u);
  EXPECT_EQ(removed.codes, 0u);
  EXPECT_EQ(run(written(model)), (std::vector<float>{3, 2}));
  const Removed again = remove_dead(model.parts);
  EXPECT_EQ(again.tensors + again.buffers + again.codes, 0u);
}

TEST(Edit, removing_a_tensor_moves_all_that_name_those_behind) {
  ModelBuilder m;
  const int dead = m.tensor(f32({1}), "dead"), x = m.input(f32({2}), "x");
  const int y = m.tensor(f32({2}), "y");
  m.op("ABS", {x}, {y});
  m.output(y);
  m.signature("serve", 0, {{"in", x}}, {{"out", y}});
  Model model = read_back(m.bytes());
  expect_fails(remove_tensor(model.parts, 0, x), Code::failed_precondition, "'x' is still in use");
  ASSERT_TRUE(remove_tensor(model.parts, 0, dead).ok());
  EXPECT_EQ(model.parts.signature_defs[0]->outputs[0]->tensor_index, 1u);
  EXPECT_EQ(run(written(model)), (std::vector<float>{1, 5}));
}

TEST(Edit, refuses_places_that_are_not_there) {
  Model model = read_back(adder().bytes());
  fb::ModelT& m = model.parts;
  expect_fails(remove_tensor(m, 0, 99), Code::invalid_argument, "no tensor 99");
  expect_fails(remove_tensor(m, 0, -1), Code::invalid_argument, "no tensor -1");
  expect_fails(set_constant(m, 1, 0, {}), Code::invalid_argument, "subgraph 1");
  expect_fails(remove_operator(m, 0, 2), Code::invalid_argument, "no operator 2");
  expect_fails(remove_operator(m, 7, 0), Code::invalid_argument, "no subgraph 7");
  expect_fails(add_operator(m, 0, 3, {}), Code::invalid_argument, "no place 3");
  fb::OperatorT op;
  op.inputs = {99};
  expect_fails(add_operator(m, 0, 0, std::move(op)), Code::invalid_argument, "no tensor 99");
  expect_fails(builtin_named("NOBODY"), Code::not_found, "NOBODY");
  EXPECT_EQ(*builtin_named("CONV_2D"), fb::BuiltinOperator_CONV_2D);
}

TEST(Edit, control_dependencies_go_when_operators_are_renumbered) {
  Model model = read_back(adder().bytes());
  add_metadata(model.parts, "model_control_dependencies", {});
  add_metadata(model.parts, "other", {});
  ASSERT_TRUE(remove_operator(model.parts, 0, 0).ok());
  ASSERT_EQ(model.parts.metadata.size(), 1u);
  EXPECT_EQ(model.parts.metadata[0]->name, "other");
}

TEST(Edit, constants_behind_the_flatbuffer_are_the_same_model) {
  const Model model = read_back(adder().bytes());
  const auto within = written(model), behind = written(model, {.most_inline = 0});
  EXPECT_NE(within, behind);
  EXPECT_EQ(run(behind), run(within));
  EXPECT_EQ(written(read_back(behind)), within);
  const fb::Model* const root = fb::GetModel(behind.data());
  for (const fb::Buffer* const b : *root->buffers()) {
    EXPECT_EQ(b->data(), nullptr);
    EXPECT_EQ(b->offset() % 16, 0u);
  }
}

TEST(Edit, constants_begin_at_multiples_of_16) {
  const auto bytes = adder().bytes();
  const fb::Model* const root = fb::GetModel(bytes.data());
  EXPECT_TRUE(fb::ModelBufferHasIdentifier(bytes.data()));
  size_t seen = 0;
  for (const fb::Buffer* const b : *root->buffers()) {
    if (!b->data()) continue;
    ++seen;
    EXPECT_EQ((reinterpret_cast<const std::byte*>(b->data()->data()) - bytes.data()) % 16, 0);
  }
  EXPECT_EQ(seen, 2u);
}

/// A model whose root and only tensor have a number in that field; -1: in none.
std::vector<std::byte> newer(int field_of_root, int field_of_tensor) {
  flatbuffers::FlatBufferBuilder to;
  const auto name = to.CreateString("x");
  const auto begin = to.StartTable();
  to.AddOffset(fb::Tensor::VT_NAME, name);
  if (field_of_tensor >= 0) to.AddElement<int32_t>(uint16_t(4 + 2 * field_of_tensor), 7, 0);
  const flatbuffers::Offset<fb::Tensor> tensor(to.EndTable(begin));
  const std::vector<int32_t> io{0};
  const auto tensors = to.CreateVector(&tensor, 1);
  const auto inputs = to.CreateVector(io), outputs = to.CreateVector(io);
  const auto graph = fb::CreateSubGraph(to, tensors, inputs, outputs);
  const auto graphs = to.CreateVector(&graph, 1);
  const auto buffer = fb::CreateBuffer(to);
  const auto buffers = to.CreateVector(&buffer, 1);
  const auto root = to.StartTable();
  to.AddElement<uint32_t>(fb::Model::VT_VERSION, 3, 0);
  to.AddOffset(fb::Model::VT_SUBGRAPHS, graphs);
  to.AddOffset(fb::Model::VT_BUFFERS, buffers);
  if (field_of_root >= 0) to.AddElement<int32_t>(uint16_t(4 + 2 * field_of_root), 7, 0);
  fb::FinishModelBuffer(to, flatbuffers::Offset<fb::Model>(to.EndTable(root)));
  const auto* const data = reinterpret_cast<const std::byte*>(to.GetBufferPointer());
  return {data, data + to.GetSize()};
}

TEST(Edit, refuses_fields_that_it_would_lose) {
  EXPECT_TRUE(read(newer(-1, -1)).ok());
  expect_fails(read(newer(10, -1)), Code::unsupported, "'model' has field 10, which is newer");
  expect_fails(read(newer(-1, 11)), Code::unsupported, "'tensors' has field 11");
}

TEST(Edit, a_union_without_its_table_comes_out_empty) {
  auto bytes = adder().bytes();
  const auto* const op = fb::GetModel(bytes.data())->subgraphs()->Get(0)->operators()->Get(0);
  ASSERT_EQ(op->builtin_options_type(), fb::BuiltinOptions_AddOptions);
  auto* const table = bytes.data() + (reinterpret_cast<const std::byte*>(op) - bytes.data());
  std::byte* const vtable = table - flatbuffers::ReadScalar<flatbuffers::soffset_t>(table);
  flatbuffers::WriteScalar<uint16_t>(vtable + fb::Operator::VT_BUILTIN_OPTIONS, 0);
  Model model{.parts = unpack(*fb::GetModel(bytes.data())), .files = {}};
  EXPECT_EQ(model.parts.subgraphs[0]->operators[0]->builtin_options.type, fb::BuiltinOptions_NONE);
  EXPECT_TRUE(write(model).ok());
}

TEST(Edit, refuses_what_is_no_model) {
  expect_fails(read({}), Code::invalid_model, "empty");
  const auto bytes = adder().bytes();
  for (size_t n = 1; n < bytes.size(); n += 7)
    EXPECT_FALSE(read(std::span<const std::byte>(bytes).first(n)).ok()) << n;
}

}  // namespace
}  // namespace samara::edit
