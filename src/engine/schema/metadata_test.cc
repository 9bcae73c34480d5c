// Metadata: every kind of content and unit, rules broken once, and damage.
#include "samara/schema/metadata.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "engine/schema/generated/metadata_object_generated.h"
#include "testing/model_builder.h"

namespace samara::schema {
namespace {

using testing::f32;
using testing::ModelBuilder;

std::vector<uint8_t> pack(const fb::meta::ModelMetadataT& from) {
  flatbuffers::FlatBufferBuilder b;
  fb::meta::FinishModelMetadataBuffer(b, fb::meta::ModelMetadata::Pack(b, &from));
  return {b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()};
}

/// What the model with these bytes as its metadata says.
Result<std::optional<Metadata>> read(std::vector<uint8_t> bytes) {
  ModelBuilder m;
  m.output(m.input(f32({1}), "x"));
  m.metadata("TFLITE_METADATA", std::move(bytes));
  const auto model = ModelFile::from_bytes(m.bytes(), true);
  if (!model.ok()) return model.error();
  return read_metadata(**model);
}

std::unique_ptr<fb::meta::AssociatedFileT> file(std::string name, fb::meta::AssociatedFileType type,
                                                std::string locale = "") {
  auto out = std::make_unique<fb::meta::AssociatedFileT>();
  out->name = std::move(name);
  out->type = type;
  out->locale = std::move(locale);
  return out;
}

template <class T>
std::unique_ptr<fb::meta::ProcessUnitT> unit(T options) {
  auto out = std::make_unique<fb::meta::ProcessUnitT>();
  out->options.Set(std::move(options));
  return out;
}

/// A classifier: an RGB image in, scores with labels out.
fb::meta::ModelMetadataT sample() {
  using namespace fb::meta;
  ModelMetadataT m;
  m.name = "classifier";
  m.author = "J. \xc3\x9c.";
  m.license = "Apache-2.0";
  m.min_parser_version = "1.0.0";
  auto graph = std::make_unique<SubGraphMetadataT>();
  auto in = std::make_unique<TensorMetadataT>();
  in->name = "image";
  in->dimension_names = {"batch", "height"};
  in->content = std::make_unique<ContentT>();
  ImagePropertiesT image;
  image.color_space = ColorSpaceType_RGB;
  image.default_size = std::make_unique<ImageSizeT>();
  image.default_size->width = 224;
  image.default_size->height = 192;
  in->content->content_properties.Set(std::move(image));
  NormalizationOptionsT normalization;
  normalization.mean = {127.5f};
  normalization.std = {128};
  in->process_units.push_back(unit(normalization));
  in->stats = std::make_unique<StatsT>();
  in->stats->min = {0};
  in->stats->max = {255};
  graph->input_tensor_metadata.push_back(std::move(in));
  auto out = std::make_unique<TensorMetadataT>();
  out->name = "scores";
  out->content = std::make_unique<ContentT>();
  out->content->content_properties.Set(FeaturePropertiesT{});
  out->content->range = std::make_unique<ValueRangeT>();
  out->content->range->min = 2;
  out->content->range->max = 3;
  ScoreCalibrationOptionsT calibration;
  calibration.score_transformation = ScoreTransformationType_LOG;
  calibration.default_score = 0.25f;
  out->process_units.push_back(unit(calibration));
  ScoreThresholdingOptionsT threshold;
  threshold.global_score_threshold = 0.5f;
  out->process_units.push_back(unit(threshold));
  out->associated_files.push_back(file("de.txt", AssociatedFileType_TENSOR_AXIS_LABELS, "de"));
  out->associated_files.push_back(file("any.txt", AssociatedFileType_TENSOR_AXIS_LABELS));
  graph->output_tensor_metadata.push_back(std::move(out));
  m.subgraph_metadata.push_back(std::move(graph));
  return m;
}

TEST(Metadata, is_read) {
  const auto read_back = read(pack(sample()));
  ASSERT_TRUE(read_back.ok()) << read_back.error().text();
  ASSERT_TRUE(read_back->has_value());
  const Metadata& m = **read_back;
  EXPECT_EQ(m.name, "classifier");
  EXPECT_EQ(m.author, "J. \xc3\x9c.");
  EXPECT_EQ(m.version, "");
  ASSERT_EQ(m.subgraphs.size(), 1u);
  const TensorMetadata& in = m.subgraphs[0].inputs.at(0);
  EXPECT_EQ(in.dimension_names, (std::vector<std::string>{"batch", "height"}));
  ASSERT_NE(in.content_as<ImageContent>(), nullptr);
  EXPECT_EQ(in.content_as<ImageContent>()->color_space, ColorSpace::rgb);
  EXPECT_EQ(in.content_as<ImageContent>()->default_width, 224u);
  EXPECT_EQ(in.content_as<ImageContent>()->default_height, 192u);
  EXPECT_EQ(in.content_as<AudioContent>(), nullptr);
  ASSERT_NE(in.unit<Normalization>(), nullptr);
  EXPECT_EQ(in.unit<Normalization>()->std[0], 128.0f);
  EXPECT_EQ(in.stats_max, (std::vector<float>{255}));
  const TensorMetadata& out = m.subgraphs[0].outputs.at(0);
  EXPECT_NE(out.content_as<FeatureContent>(), nullptr);
  EXPECT_EQ(out.content.range->max, 3);
  EXPECT_EQ(out.unit<ScoreCalibration>()->transformation, ScoreTransformation::log);
  EXPECT_EQ(out.unit<ScoreThresholding>()->global_score_threshold, 0.5f);
  EXPECT_EQ(out.unit<Normalization>(), nullptr);
  EXPECT_EQ(out.file(FileKind::axis_labels)->name, "any.txt");
  EXPECT_EQ(out.file(FileKind::axis_labels, "de")->name, "de.txt");
  EXPECT_EQ(out.file(FileKind::axis_labels, "fr")->name, "any.txt");
  EXPECT_EQ(out.file(FileKind::vocabulary), nullptr);
}

TEST(Metadata, the_other_kinds_are_read) {
  using namespace fb::meta;
  ModelMetadataT m;
  auto graph = std::make_unique<SubGraphMetadataT>();
  auto tensor = std::make_unique<TensorMetadataT>();
  tensor->content = std::make_unique<ContentT>();
  BoundingBoxPropertiesT box;
  box.index = {1, 0, 3, 2};
  box.type = BoundingBoxType_CENTER;
  box.coordinate_type = CoordinateType_PIXEL;
  tensor->content->content_properties.Set(box);
  BertTokenizerOptionsT bert;
  bert.vocab_file.push_back(file("vocab.txt", AssociatedFileType_VOCABULARY));
  tensor->process_units.push_back(unit(std::move(bert)));
  SentencePieceTokenizerOptionsT piece;
  piece.sentencepiece_model.push_back(file("sp.model", AssociatedFileType_UNKNOWN));
  tensor->process_units.push_back(unit(std::move(piece)));
  RegexTokenizerOptionsT regex;
  regex.delim_regex_pattern = "[^\\w]+";
  tensor->process_units.push_back(unit(std::move(regex)));
  tensor->process_units.push_back(std::make_unique<ProcessUnitT>());
  graph->output_tensor_metadata.push_back(std::move(tensor));
  auto audio = std::make_unique<TensorMetadataT>();
  audio->content = std::make_unique<ContentT>();
  AudioPropertiesT properties;
  properties.sample_rate = 16'000;
  properties.channels = 1;
  audio->content->content_properties.Set(properties);
  graph->input_tensor_metadata.push_back(std::move(audio));
  auto group = std::make_unique<TensorGroupT>();
  group->name = "detections";
  group->tensor_names = {"boxes", "scores"};
  graph->output_tensor_groups.push_back(std::move(group));
  auto custom = std::make_unique<CustomMetadataT>();
  custom->name = "bits";
  custom->data = {0, 255};
  graph->custom_metadata.push_back(std::move(custom));
  m.subgraph_metadata.push_back(std::move(graph));
  const auto read_back = read(pack(m));
  ASSERT_TRUE(read_back.ok()) << read_back.error().text();
  const SubgraphMetadata& g = (*read_back)->subgraphs.at(0);
  const TensorMetadata& out = g.outputs.at(0);
  ASSERT_NE(out.content_as<BoxContent>(), nullptr);
  EXPECT_EQ(out.content_as<BoxContent>()->index, (std::vector<uint32_t>{1, 0, 3, 2}));
  EXPECT_EQ(out.content_as<BoxContent>()->kind, BoxKind::center);
  EXPECT_TRUE(out.content_as<BoxContent>()->pixels);
  EXPECT_EQ(out.unit<BertTokenizer>()->vocab_files.at(0).kind, FileKind::vocabulary);
  EXPECT_EQ(out.unit<SentencePieceTokenizer>()->models.at(0).name, "sp.model");
  EXPECT_EQ(out.unit<RegexTokenizer>()->delim_regex_pattern, "[^\\w]+");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(out.process_units.at(3)));
  EXPECT_EQ(g.inputs.at(0).content_as<AudioContent>()->sample_rate, 16'000u);
  EXPECT_EQ(g.output_groups.at(0).tensor_names.at(1), "scores");
  EXPECT_EQ(g.custom.at(0).data, std::string("\0\xff", 2));
}

TEST(Metadata, a_model_may_have_none) {
  ModelBuilder m;
  m.output(m.input(f32({1}), "x"));
  m.metadata("min_runtime_version", {'1'});
  const auto model = ModelFile::from_bytes(m.bytes(), true);
  ASSERT_TRUE(model.ok());
  const auto none = read_metadata(**model);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
}

TEST(Metadata, numbers_of_a_newer_schema_are_unknown) {
  auto m = sample();
  auto& out = *m.subgraph_metadata[0]->output_tensor_metadata[0];
  out.associated_files[0]->type = fb::meta::AssociatedFileType(99);
  const auto read_back = read(pack(m));
  ASSERT_TRUE(read_back.ok());
  EXPECT_EQ((*read_back)->subgraphs[0].outputs[0].associated_files[0].kind, FileKind::unknown);
}

TEST(Metadata, bad_normalization_is_refused_with_its_place) {
  using Options = fb::meta::NormalizationOptionsT;
  const auto with = [](std::vector<float> mean, std::vector<float> std) {
    auto m = sample();
    Options* o = m.subgraph_metadata[0]
                     ->input_tensor_metadata[0]
                     ->process_units[0]
                     ->options.AsNormalizationOptions();
    o->mean = std::move(mean);
    o->std = std::move(std);
    const auto read_back = read(pack(m));
    return read_back.ok() ? std::string("ok") : read_back.error().text();
  };
  EXPECT_EQ(with({1, 2, 3}, {1, 1, 1}), "ok");
  EXPECT_NE(with({1, 2}, {1}).find("2 means and 1 standard deviations"), std::string::npos);
  EXPECT_NE(with({}, {}).find("0 means"), std::string::npos);
  EXPECT_NE(with({1}, {0}).find("standard deviation 0"), std::string::npos);
  EXPECT_NE(with({NAN}, {1}).find("mean nan"), std::string::npos);
  const std::string text = with({1}, {INFINITY});
  EXPECT_NE(text.find("in process unit 0\n  in input 0\n  in subgraph 0"), std::string::npos)
      << text;
}

TEST(Metadata, damage_is_refused) {
  EXPECT_EQ(read({1, 2, 3}).error().code(), Code::invalid_model);
  const auto good = pack(sample());
  for (size_t n = 1; n < good.size(); ++n)
    (void)read({good.begin(), good.begin() + static_cast<ptrdiff_t>(n)}).ok();
  EXPECT_FALSE(read({good.begin(), good.begin() + static_cast<ptrdiff_t>(good.size() / 2)}).ok());
  for (size_t i = 0; i < good.size(); ++i) {
    for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
      auto changed = good;
      changed[i] = static_cast<uint8_t>(value);
      (void)read(std::move(changed)).ok();
    }
  }
}

TEST(Metadata, a_vector_shared_by_many_tables_is_refused) {
  // 50,000 tensors that all name the same 100,000 dimensions.
  flatbuffers::FlatBufferBuilder b;
  const auto name = b.CreateString("n");
  const auto names = b.CreateVector(std::vector(100'000, name));
  const auto tensor = fb::meta::CreateTensorMetadata(b, 0, 0, names);
  const auto tensors = b.CreateVector(std::vector(50'000, tensor));
  const auto graph = fb::meta::CreateSubGraphMetadata(b, 0, 0, tensors);
  fb::meta::FinishModelMetadataBuffer(
      b, fb::meta::CreateModelMetadata(b, 0, 0, 0, b.CreateVector(std::vector{graph})));
  const auto refused = read({b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::resource_exhausted);
}

TEST(Metadata, a_table_shared_by_many_is_refused) {
  // Few names, but 50,000 copies of a tensor with a long description.
  flatbuffers::FlatBufferBuilder b;
  const auto text = b.CreateString(std::string(10'000, 'x'));
  const auto tensor = fb::meta::CreateTensorMetadata(b, 0, text);
  const auto tensors = b.CreateVector(std::vector(50'000, tensor));
  const auto graph = fb::meta::CreateSubGraphMetadata(b, 0, 0, tensors);
  fb::meta::FinishModelMetadataBuffer(
      b, fb::meta::CreateModelMetadata(b, 0, 0, 0, b.CreateVector(std::vector{graph})));
  const auto refused = read({b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::resource_exhausted);
}

}  // namespace
}  // namespace samara::schema
