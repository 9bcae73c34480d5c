// Real models: those of the test data load, but for a few that say why not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "samara/schema/metadata.h"
#include "samara/schema/model_file.h"
#include "testing/test_data.h"

namespace samara::schema {
namespace {

namespace fs = std::filesystem;

/// Refused, and by which words. LiteRT 2.3.0 refuses all of these too, some only when they run.
const std::map<std::string, std::string> kRefused = {
    {"features/quantize/lstm_calibrated2.bin", "negative dimension: [-1]"},
    {"features/quantize/lstm_quantized2.bin", "negative dimension: [-1]"},
    {"features/quantize/transpose.bin", "schema version 2, not 3"},
    {"features/add_shared_tensors.bin", "writes tensor 1 'input', an input of the subgraph"},
    {"broken/0_subgraphs.bin", "has no subgraph"},
    {"broken/no_subgraphs.bin", "has no subgraph"},
    {"broken/invalid_model.bin", "TFL3 is missing"},
    {"broken/test_model_broken.bin", "TFL3 is missing"},
    {"broken/segment_sum_invalid_buffer.bin", "options of another operator"},
};

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

class RealModels : public ::testing::TestWithParam<const char*> {};

TEST_P(RealModels, load_or_say_why_not) {
  SAMARA_TEST_DATA_OR_SKIP(folder, GetParam());
  int loaded = 0, refused = 0;
  for (const std::string& path : models_in(folder)) {
    const std::string relative = std::string(GetParam()) + path.substr(folder.size());
    const auto known = kRefused.find(relative);
    for (const bool map : {false, true}) {
      OpenOptions how;
      how.map_weights = map;
      const auto opened = ModelFile::open(path, how);
      if (known == kRefused.end()) {
        ASSERT_TRUE(opened.ok()) << opened.error().text();
        const auto metadata = read_metadata(**opened);
        EXPECT_TRUE(metadata.ok()) << metadata.error().text();
        EXPECT_TRUE((*opened)->weights_intact());
        for (const AssociatedFile& file : (*opened)->associated_files())
          if (file.stored) {
            EXPECT_TRUE((*opened)->associated_file(file.name).ok()) << path << " " << file.name;
          }
      } else {
        ASSERT_FALSE(opened.ok()) << path;
        EXPECT_NE(opened.error().text().find(known->second), std::string::npos)
            << opened.error().text();
      }
    }
    ++(known == kRefused.end() ? loaded : refused);
  }
  std::printf("%s: %d load, %d are refused\n", GetParam(), loaded, refused);
  EXPECT_GT(loaded + refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Data, RealModels,
                         ::testing::Values("vision", "audio", "micro", "text", "features",
                                           "training", "quantizer", "broken", "zoo"),
                         [](const auto& info) { return std::string(info.param); });

TEST(RealModel, mobilenet_says_what_it_is) {
  SAMARA_TEST_DATA_OR_SKIP(path, "vision/mobilenet_v1_0.25_224_1_metadata_1.tflite");
  const auto opened = ModelFile::open(path);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const auto metadata = read_metadata(**opened);
  ASSERT_TRUE(metadata.ok() && metadata->has_value());
  const SubgraphMetadata& graph = (*metadata)->subgraphs.at(0);
  const auto* image = graph.inputs.at(0).content_as<ImageContent>();
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(image->color_space, ColorSpace::rgb);
  ASSERT_NE(graph.inputs[0].unit<Normalization>(), nullptr);
  const FileInfo* labels = graph.outputs.at(0).file(FileKind::axis_labels);
  ASSERT_NE(labels, nullptr);
  const auto text = (*opened)->associated_file(labels->name);
  ASSERT_TRUE(text.ok()) << text.error().text();
  EXPECT_EQ(std::ranges::count(*text, '\n') / 1000, 1) << "about 1001 lines";
}

TEST(RealModel, every_truncation_of_three_is_refused_or_whole) {
  for (const char* name :
       {"features/multi_add.bin", "features/multi_subgraphs_while.bin", "features/lstm.bin"}) {
    SAMARA_TEST_DATA_OR_SKIP(path, name);
    const auto bytes = testing::read_file(path);
    ASSERT_GT(bytes.size(), 100u);
    size_t accepted = 0;
    for (size_t n = 0; n < bytes.size(); ++n) {
      const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(n));
      accepted += ModelFile::from_bytes(cut, n % 2 == 0).ok();
    }
    std::printf("%s: %zu truncations, %zu still whole\n", name, bytes.size(), accepted);
    EXPECT_LT(accepted, size_t{64}) << "only padding at the end may be missing";
  }
}

}  // namespace
}  // namespace samara::schema
