// Every model of the test data: read, written and read again it is the same model, with the same
// results.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/hash.h"
#include "base/text.h"
#include "samara/files/inflate.h"
#include "samara/runtime/session.h"
#include "testing/test_data.h"
#include "workshop/edit/model.h"

namespace samara::edit {
namespace {

namespace fs = std::filesystem;
using schema::ModelFile;

std::vector<std::string> models_in(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".tflite" || extension == ".bin" || extension == ".lite")
      out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

template <class T>
std::string list(const std::vector<T>& values) {
  return cat(std::span<const T>(values));
}

std::string text(const schema::Tensor& t) {
  const schema::Quantization& q = t.quantization;
  return cat(t.name, " ", name(t.type), t.is_variable, t.has_rank, t.constant, t.buffer,
             list(t.shape), list(t.signature), list(q.scales), list(q.zero_points), list(q.min),
             list(q.max), q.axis, " ", q.block_size, " ", q.block_scales, t.sparsity != nullptr,
             sha256_hex(t.data), "\n");
}

std::string text(const schema::Operator& op) {
  return cat(op.code, list(op.inputs), list(op.outputs), list(op.intermediates),
             int(op.options_type), " ", int(op.options2_type), op.options != nullptr,
             sha256_hex(op.custom), "\n");
}

std::string text(const schema::Signature& s) {
  std::string out = cat(s.key, " ", s.subgraph);
  for (const auto* entries : {&s.inputs, &s.outputs})
    for (const auto& entry : *entries) out += cat("; ", entry.name, " ", entry.tensor);
  return out + "\n";
}

/// All that a model file shows of its content.
std::string text(const ModelFile& file) {
  std::string out = cat(file.version(), file.description(), "\n");
  for (const schema::OperatorCode& code : file.codes())
    out += cat(code.builtin, " ", code.name, " ", code.version, "\n");
  for (const schema::Signature& signature : file.signatures()) out += text(signature);
  for (const schema::MetadataEntry& entry : file.metadata())
    out += cat(entry.name, " ", sha256_hex(entry.data), "\n");
  for (const schema::Subgraph& graph : file.subgraphs()) {
    out += cat(graph.name, list(graph.inputs), list(graph.outputs), "\n");
    for (const schema::Tensor& tensor : graph.tensors) out += text(tensor);
    for (const schema::Operator& op : graph.operators) out += text(op);
  }
  for (const schema::AssociatedFile& entry : file.associated_files()) {
    const auto content = file.associated_file(entry.name);
    out += cat(entry.name, " ", content.ok() ? *content : content.error().text(), "\n");
  }
  return out;
}

void fill(Session& session) {
  for (size_t i = 0; i < session.inputs(); ++i) {
    const graph::Tensor& t = session.input(i);
    if (t.type == Type::string) continue;
    const auto memory = session.input_data(i);
    if (!memory.ok()) continue;
    std::memset(memory->data(), 0, memory->size());
    for (size_t k = 0; t.type == Type::f32 && k < memory->size() / 4; ++k) {
      const float value = float(k % 17) * 0.1f - 0.8f;
      std::memcpy(memory->data() + 4 * k, &value, 4);
    }
    for (size_t k = 0; bits(t.type) == 8 && k < memory->size(); ++k)
      (*memory)[k] = std::byte(t.type == Type::boolean ? k & 1 : k * 7);
  }
}

/// All outputs' bytes, or how loading or running failed.
std::string outcome(std::span<const std::byte> bytes) {
  const auto model = samara::Model::load(bytes, {}, false);
  if (!model.ok()) return model.error().text();
  const auto session = Session::create(*model, {.loop_limit = 1000, .time_limit_ms = 60'000});
  if (!session.ok()) return session.error().text();
  fill(**session);
  const Status status = (*session)->run();
  if (!status.ok()) return status.error().text();
  std::string out;
  for (size_t i = 0; i < (*session)->outputs(); ++i) {
    const graph::Tensor& t = (*session)->output(i);
    out += cat(t.name, t.shape.text());
    if (bits(t.type) > 0 || t.type == Type::string)
      out.append(reinterpret_cast<const char*>(t.data), t.bytes);
  }
  return out;
}

constexpr size_t kMostRun = 8 << 20;  // of larger files the content alone is compared

class RealModels : public ::testing::TestWithParam<const char*> {};

TEST_P(RealModels, are_the_same_when_written_again) {
  SAMARA_TEST_DATA_OR_SKIP(folder, GetParam());
  schema::OpenOptions how;
  how.inflate = &files::inflate_hook();
  int kept = 0, refused = 0, run = 0;
  for (const std::string& path : models_in(folder)) {
    SCOPED_TRACE(path);
    const auto bytes = testing::read_file(path);
    const auto before = ModelFile::from_bytes(bytes, false, how);
    const auto model = read(bytes, how);
    ASSERT_EQ(model.ok(), before.ok()) << (model.ok() ? "" : model.error().text());
    if (!model.ok()) {
      ++refused;
      continue;
    }
    const auto again = write(*model);
    ASSERT_TRUE(again.ok()) << again.error().text();
    const auto after = ModelFile::from_bytes(*again, false, how);
    ASSERT_TRUE(after.ok()) << after.error().text();
    EXPECT_TRUE(text(**before) == text(**after)) << "not the same content";
    const auto twice = read(*again, how);
    ASSERT_TRUE(twice.ok()) << twice.error().text();
    EXPECT_TRUE(*write(*twice) == *again) << "not the same bytes";
    ++kept;
    if (bytes.size() > kMostRun) continue;
    EXPECT_TRUE(outcome(bytes) == outcome(*again)) << "not the same results";
    ++run;
  }
  std::printf("%s: %d kept, %d of them run, %d refused\n", GetParam(), kept, run, refused);
  EXPECT_GT(kept, 0);
}

INSTANTIATE_TEST_SUITE_P(Data, RealModels,
                         ::testing::Values("vision", "audio", "micro", "text", "features",
                                           "training", "quantizer", "zoo"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace samara::edit
