// ImageClassifier on models that show their own input (a RESHAPE of the picture to scores), on the
// demo's digits, and on models of the test data against the Task Library's published results.
#include "samara/vision/image_classifier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numeric>

#include "base/hash.h"
#include "samara/files/image_file.h"
#include "testing/model_package.h"
#include "testing/test_data.h"

namespace samara::vision {
namespace {

using imaging::Format;
using imaging::Image;
using testing::ModelBuilder;
using Dims = std::vector<int32_t>;

/// A model that reshapes a picture of 2 x 1 x `channels` to scores [1, 2 * channels].
struct Mirror {
  ModelBuilder m;
  fb::meta::ModelMetadataT metadata;
  std::vector<std::pair<std::string, std::string>> files;
  int input = 0, output = 0;

  explicit Mirror(testing::Literal (*make)(Dims), int channels = 3, float scale = 0, int zero = 0) {
    testing::Literal in = make({1, 1, 2, channels}), out = make({1, 2 * channels});
    if (scale != 0) {
      in = in.q(scale, zero);
      out = out.q(scale, zero);
    }
    input = m.input(in, "picture");
    output = m.tensor(out, "scores");
    m.op("RESHAPE", {input, m.constant(testing::i32({2}, {1, 2 * channels}))}, {output});
    m.output(output);
    metadata.subgraph_metadata.push_back(std::make_unique<fb::meta::SubGraphMetadataT>());
    auto& notes = *metadata.subgraph_metadata[0];
    notes.input_tensor_metadata.push_back(std::make_unique<fb::meta::TensorMetadataT>());
    notes.output_tensor_metadata.push_back(std::make_unique<fb::meta::TensorMetadataT>());
  }
  fb::meta::TensorMetadataT& in() {
    return *metadata.subgraph_metadata[0]->input_tensor_metadata[0];
  }
  fb::meta::TensorMetadataT& out() {
    return *metadata.subgraph_metadata[0]->output_tensor_metadata[0];
  }
  void normalise(std::vector<float> mean, std::vector<float> std) {
    fb::meta::NormalizationOptionsT options;
    options.mean = std::move(mean);
    options.std = std::move(std);
    in().process_units.push_back(testing::unit(std::move(options)));
  }
  void file(const std::string& name, fb::meta::AssociatedFileType type, const std::string& content,
            const std::string& locale = "") {
    auto entry = std::make_unique<fb::meta::AssociatedFileT>();
    entry->name = name;
    entry->type = type;
    entry->locale = locale;
    out().associated_files.push_back(std::move(entry));
    files.emplace_back(name, content);
  }
  void labels(const std::string& text, const std::string& locale = "") {
    file("labels" + locale + ".txt", fb::meta::AssociatedFileType_TENSOR_AXIS_LABELS, text, locale);
  }

  Result<ImageClassifier> classifier(const ImageClassifierOptions& options = {}) {
    const std::vector<std::byte> bytes = testing::package(m, metadata, files);
    auto model = Model::load(bytes);
    if (!model.ok()) return std::move(model).error();
    return ImageClassifier::create(*model, options);
  }
};

testing::Literal f32(Dims d) { return testing::f32(d); }
testing::Literal u8(Dims d) { return testing::u8(d); }
testing::Literal i8(Dims d) { return testing::i8(d); }
testing::Literal i16(Dims d) { return testing::i16(d); }
testing::Literal i32(Dims d) { return testing::i32(d); }

/// Two pixels: 0 100 200, 255 10 20.
Image picture() {
  Image image = Image::create(2, 1, Format::rgb).value();
  const uint8_t bytes[] = {0, 100, 200, 255, 10, 20};
  std::copy(bytes, bytes + 6, image.row(0));
  return image;
}

/// The output's raw values after classifying picture(): what the model was fed with.
template <class T>
std::vector<T> fed(Result<ImageClassifier> classifier, const Image& image) {
  if (!classifier.ok()) {
    ADD_FAILURE() << classifier.error().text();
    return {};
  }
  const auto heads = classifier->classify(image);
  if (!heads.ok()) {
    ADD_FAILURE() << heads.error().text();
    return {};
  }
  const graph::Tensor& t = classifier->session().output(0);
  const T* data = reinterpret_cast<const T*>(t.data);
  return {data, data + t.shape.elements()};
}

/// The error of a result, or "" with a failure.
std::string why(const Result<ImageClassifier>& result, Code code) {
  EXPECT_FALSE(result.ok());
  if (result.ok()) return "";
  EXPECT_EQ(result.error().code(), code) << result.error().text();
  return result.error().brief();
}

std::vector<int> indices(const Head& head) {
  std::vector<int> out;
  for (const Category& c : head.categories) out.push_back(c.index);
  return out;
}

TEST(image_classifier, feeds_float_models_as_the_metadata_says) {
  Mirror m(f32);
  m.normalise({0, 100, 50}, {1, 2, 10});
  EXPECT_EQ(fed<float>(m.classifier(), picture()), (std::vector<float>{0, 0, 15, 255, -45, -3}));
}

TEST(image_classifier, feeds_float_models_without_metadata_from_minus_one_to_one) {
  Mirror m(f32);
  const auto values = fed<float>(m.classifier(), picture());
  ASSERT_EQ(values.size(), 6u);
  EXPECT_EQ(values[0], -1);
  EXPECT_EQ(values[3], 1);
  EXPECT_NEAR(values[1], (100 - 127.5) / 127.5, 1e-6);
}

TEST(image_classifier, feeds_uint8_models_the_pixels_whatever_the_metadata_says) {
  Mirror m(u8, 3, 1 / 128.0f, 128);
  m.normalise({127.5f}, {127.5f});
  EXPECT_EQ(fed<uint8_t>(m.classifier(), picture()),
            (std::vector<uint8_t>{0, 100, 200, 255, 10, 20}));
}

TEST(image_classifier, feeds_int8_models_pixels_less_128_or_as_the_metadata_says) {
  Mirror plain(i8, 3, 1 / 255.0f, -128);
  EXPECT_EQ(fed<int8_t>(plain.classifier(), picture()),
            (std::vector<int8_t>{-128, -28, 72, 127, -118, -108}));
  Mirror told(i8, 3, 2, 1);  // (pixel - 100) / 1, in steps of 2, zero at 1
  told.normalise({100}, {1});
  EXPECT_EQ(fed<int8_t>(told.classifier(), picture()),
            (std::vector<int8_t>{-49, 1, 51, 79, -44, -39}));
}

TEST(image_classifier, feeds_int16_models_in_steps_of_their_scale) {
  Mirror m(i16, 3, 1 / 32767.0f, 0);
  const auto values = fed<int16_t>(m.classifier(), picture());
  ASSERT_EQ(values.size(), 6u);
  EXPECT_EQ(values[0], -32767);
  EXPECT_EQ(values[3], 32767);
}

TEST(image_classifier, lets_the_caller_normalise) {
  Mirror m(u8, 3, 0.5f, 10);
  m.normalise({1}, {1});
  ImageClassifierOptions options;
  options.normalization = imaging::Normalization::uniform(100, 10);
  EXPECT_EQ(fed<uint8_t>(m.classifier(options), picture()),
            (std::vector<uint8_t>{0, 10, 30, 41, 0, 0}));
}

TEST(image_classifier, makes_pictures_gray_or_coloured_as_the_model_wants) {
  Mirror gray(u8, 1, 1, 0);
  EXPECT_EQ(fed<uint8_t>(gray.classifier(), picture()), (std::vector<uint8_t>{82, 84}));
  Mirror rgb(u8, 3, 1, 0);
  EXPECT_EQ(fed<uint8_t>(rgb.classifier(), convert(picture(), Format::gray).value()),
            (std::vector<uint8_t>{82, 82, 82, 84, 84, 84}));
  EXPECT_EQ(fed<uint8_t>(rgb.classifier(), convert(picture(), Format::rgba).value()),
            (std::vector<uint8_t>{0, 100, 200, 255, 10, 20}));
}

TEST(image_classifier, stretches_pictures_to_the_inputs_size) {
  Mirror m(u8, 1, 1, 0);
  Image image = Image::create(4, 3, Format::gray).value();
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x) image.row(y)[x] = static_cast<uint8_t>(40 * x + 10 * y);
  EXPECT_EQ(fed<uint8_t>(m.classifier(), image), (std::vector<uint8_t>{30, 110}));
}

/// The mean of a picture of any size.
struct Open {
  ModelBuilder m;
  fb::meta::ModelMetadataT metadata;
  explicit Open(uint32_t width = 0, uint32_t height = 0) {
    const int in = m.input(testing::f32({1, 1, 1, 3}), "picture");
    m.at(in).shape_signature = {1, -1, -1, 3};
    const int out = m.tensor(testing::f32({1, 3}), "mean");
    m.op("MEAN", {in, m.constant(testing::i32({2}, {1, 2}))}, {out});
    m.output(out);
    fb::meta::ImagePropertiesT image;
    image.color_space = fb::meta::ColorSpaceType_RGB;
    image.default_size = std::make_unique<fb::meta::ImageSizeT>();
    image.default_size->width = width;
    image.default_size->height = height;
    auto notes = std::make_unique<fb::meta::TensorMetadataT>();
    notes->content = std::make_unique<fb::meta::ContentT>();
    notes->content->content_properties.Set(std::move(image));
    metadata.subgraph_metadata.push_back(std::make_unique<fb::meta::SubGraphMetadataT>());
    metadata.subgraph_metadata[0]->input_tensor_metadata.push_back(std::move(notes));
  }
};

TEST(image_classifier, takes_the_pictures_size_where_the_model_is_open) {
  for (const uint32_t side : {0u, 1u}) {
    Open open(side, side);
    auto classifier =
        ImageClassifier::create(Model::load(testing::package(open.m, open.metadata)).value(),
                                {.normalization = imaging::Normalization::uniform(0, 1)});
    ASSERT_TRUE(classifier.ok()) << classifier.error().text();
    for (const int width : {2, 5, 2}) {
      const Image image = resize(picture(), width, 3).value();
      const auto heads = classifier->classify(image);
      ASSERT_TRUE(heads.ok()) << heads.error().text();
      const graph::Tensor& input = classifier->session().input(0);
      EXPECT_EQ(input.shape, (graph::Shape{1, side ? 1 : 3, side ? 1 : width, 3}));
      EXPECT_NEAR(heads->at(0).categories[0].score, 127.5, 1);  // of red
    }
  }
}

TEST(image_classifier, refuses_sizes_that_would_fill_the_memory) {
  const auto error = [](Open open) {
    auto classifier =
        ImageClassifier::create(Model::load(testing::package(open.m, open.metadata)).value(), {});
    const auto heads = classifier.value().classify(picture());
    EXPECT_EQ(heads.ok() ? Code::internal : heads.error().code(), Code::resource_exhausted);
    return heads.ok() ? "classified" : heads.error().text();
  };
  const std::string sides = error(Open(INT_MAX, 1)), pixels = error(Open(20'000, 20'000));
  EXPECT_NE(sides.find("an image of 2147483647 x 1 pixels; a side"), std::string::npos) << sides;
  EXPECT_NE(sides.find("input 'picture', for which the model's metadata asks"), std::string::npos)
      << sides;
  EXPECT_NE(pixels.find("the most is 268435456 pixels"), std::string::npos) << pixels;
}

TEST(image_classifier, sorts_labels_and_cuts) {
  Mirror m(u8, 3, 0.5f, 10);
  m.labels("a\r\nb\nc\nd\ne\nf\n");
  m.labels("A\nB\nC\nD\nE\nF", "de");
  auto classifier = m.classifier({.max_results = 3, .display_locale = "de"});
  ASSERT_TRUE(classifier.ok()) << classifier.error().text();
  const auto heads = classifier->classify(picture()).value();
  ASSERT_EQ(heads.size(), 1u);
  EXPECT_EQ(heads[0].name, "scores");
  EXPECT_EQ(indices(heads[0]), (std::vector<int>{3, 2, 1}));
  const Category& best = heads[0].categories[0];
  EXPECT_EQ(best.score, 0.5f * (255 - 10));
  EXPECT_EQ(best.label, "d");
  EXPECT_EQ(best.display_name, "D");
  EXPECT_EQ(heads[0].categories[2].label, "b");
}

TEST(image_classifier, puts_equal_scores_in_order_and_leaves_out_what_is_no_number) {
  Mirror m(f32);
  ImageClassifierOptions options;
  options.normalization = imaging::Normalization::uniform(100, 1);
  Image image = picture();
  for (int i = 0; i < 6; ++i) image.row(0)[i] = static_cast<uint8_t>(i % 2 * 100);
  EXPECT_EQ(indices(m.classifier(options)->classify(image).value()[0]),
            (std::vector<int>{1, 3, 5, 0, 2, 4}));
  // Pictures cannot, but models can: the root of -100 is no number.
  Mirror odd(f32);
  const int scores = odd.m.tensor(testing::f32({1, 6}), "odd");
  odd.m.op("SQRT", {odd.output}, {scores});
  odd.m.current().outputs = {scores};
  const auto heads = odd.classifier(options)->classify(image);
  ASSERT_TRUE(heads.ok()) << heads.error().text();
  EXPECT_EQ(indices(heads->at(0)), (std::vector<int>{1, 3, 5}));
}

TEST(image_classifier, applies_thresholds) {
  Mirror m(u8, 3, 1, 0);
  m.out().process_units.push_back(testing::unit([] {
    fb::meta::ScoreThresholdingOptionsT t;
    t.global_score_threshold = 100;
    return t;
  }()));
  EXPECT_EQ(indices(m.classifier()->classify(picture()).value()[0]), (std::vector<int>{3, 2, 1}));
  EXPECT_EQ(indices(m.classifier({.score_threshold = 101.0f})->classify(picture()).value()[0]),
            (std::vector<int>{3, 2}));
  EXPECT_TRUE(
      m.classifier({.score_threshold = 256.0f})->classify(picture()).value()[0].categories.empty());
}

TEST(image_classifier, allows_and_denies_labels) {
  Mirror m(u8, 3, 1, 0);
  m.labels("a\nb\nc\nd\ne\nf\n");
  EXPECT_EQ(indices(m.classifier({.allow = {"f", "b", "x"}})->classify(picture()).value()[0]),
            (std::vector<int>{1, 5}));
  EXPECT_EQ(indices(m.classifier({.deny = {"d", "a"}})->classify(picture()).value()[0]),
            (std::vector<int>{2, 1, 5, 4}));
  why(m.classifier({.allow = {"a"}, .deny = {"b"}}), Code::invalid_argument);
  EXPECT_NE(why(m.classifier({.allow = {"x"}}), Code::invalid_argument).find("'x'"),
            std::string::npos);
}

void calibrate(Mirror& m, const std::string& file, fb::meta::ScoreTransformationType how) {
  m.file("calibration.csv", fb::meta::AssociatedFileType_TENSOR_AXIS_SCORE_CALIBRATION, file);
  fb::meta::ScoreCalibrationOptionsT options;
  options.score_transformation = how;
  m.out().process_units.push_back(testing::unit(options));
}

TEST(image_classifier, calibrates_scores) {
  // Scores 0, 100/255, 200/255, 1, 10/255, 20/255.
  const std::string file = "1,2,0.5\n0.9,-3,1\n\n1,1,0\n1,1,0,0.1\n1,1,0,0.05\n";
  Mirror m(u8, 3, 1 / 255.0f, 0);
  calibrate(m, file, fb::meta::ScoreTransformationType_IDENTITY);
  const auto heads = m.classifier()->classify(picture()).value();
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  ASSERT_EQ(indices(heads[0]), (std::vector<int>{3, 0, 5, 1}));  // 2 has none, 4 is below 0.1
  EXPECT_NEAR(heads[0].categories[0].score, sigmoid(1), 1e-6);
  EXPECT_NEAR(heads[0].categories[1].score, sigmoid(0.5), 1e-6);
  EXPECT_NEAR(heads[0].categories[2].score, sigmoid(20 / 255.0), 1e-6);
  EXPECT_NEAR(heads[0].categories[3].score, 0.9 * sigmoid(1 - 3 * 100 / 255.0), 1e-6);

  Mirror log(u8, 3, 1 / 255.0f, 0);
  calibrate(log, "1,1,0\n1,1,0", fb::meta::ScoreTransformationType_LOG);
  const auto of_log = log.classifier()->classify(picture()).value();
  ASSERT_EQ(indices(of_log[0]), (std::vector<int>{1, 0}));
  EXPECT_NEAR(of_log[0].categories[0].score, sigmoid(std::log(100 / 255.0)), 1e-6);
  EXPECT_NEAR(of_log[0].categories[1].score, 0, 1e-6);

  Mirror logit(u8, 3, 1 / 255.0f, 0);
  calibrate(logit, "\n1,1,0\n\n1,1,0", fb::meta::ScoreTransformationType_INVERSE_LOGISTIC);
  const auto of_logit = logit.classifier()->classify(picture()).value();
  ASSERT_EQ(indices(of_logit[0]), (std::vector<int>{3, 1}));
  EXPECT_NEAR(of_logit[0].categories[1].score, 100 / 255.0, 1e-6);
  EXPECT_NEAR(of_logit[0].categories[0].score, 1, 1e-6);
}

TEST(image_classifier, refuses_calibration_that_cannot_be_used) {
  for (const char* bad : {"1,2\n", "1,2,3,4,5\n", "1,x,3\n", "1,2,\n", "1,2,inf\n", "1,2,3\n,\n"}) {
    Mirror m(u8, 3, 1, 0);
    calibrate(m, bad, fb::meta::ScoreTransformationType_IDENTITY);
    EXPECT_NE(why(m.classifier(), Code::invalid_model).find("line "), std::string::npos) << bad;
  }
  Mirror long_file(u8, 3, 1, 0);
  calibrate(long_file, "\n\n\n\n\n\n1,1,1\n", fb::meta::ScoreTransformationType_IDENTITY);
  why(long_file.classifier(), Code::invalid_model);
  Mirror no_file(u8, 3, 1, 0);
  no_file.out().process_units.push_back(testing::unit(fb::meta::ScoreCalibrationOptionsT{}));
  why(no_file.classifier(), Code::invalid_model);
}

TEST(image_classifier, gives_a_head_for_each_output) {
  Mirror m(u8, 3, 1, 0);
  const int second = m.m.tensor(testing::u8({1, 1, 1, 6}).q(1, 0), "again");
  m.m.op("RESHAPE", {m.input, m.m.constant(testing::i32({4}, {1, 1, 1, 6}))}, {second});
  m.m.output(second);
  m.out().name = "first";
  m.labels("a\nb\nc\nd\ne\nf\n");
  const auto heads = m.classifier({.max_results = 1})->classify(picture()).value();
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_EQ(heads[0].name, "first");
  EXPECT_EQ(heads[1].name, "again");
  EXPECT_EQ(heads[1].index, 1);
  EXPECT_EQ(heads[0].categories[0].label, "d");
  EXPECT_EQ(heads[1].categories[0].label, "");
}

TEST(image_classifier, refuses_labels_that_do_not_fit) {
  Mirror m(u8, 3, 1, 0);
  m.labels("a\nb\n");
  EXPECT_NE(why(m.classifier(), Code::invalid_model).find("2 labels for the 6 classes"),
            std::string::npos);
  why(m.classifier({.labels = {"a", "b", "c"}}), Code::invalid_argument);
  Mirror missing(u8, 3, 1, 0);
  missing.labels("a\n");
  missing.files.clear();
  EXPECT_NE(why(missing.classifier(), Code::not_found).find("labels.txt"), std::string::npos);
}

TEST(image_classifier, refuses_models_that_take_no_picture) {
  why(Mirror(i32).classifier(), Code::unsupported);
  why(Mirror(u8, 4, 1, 0).classifier(), Code::unsupported);
  Mirror two(u8, 3, 1, 0);
  two.m.input(testing::u8({1, 1, 2, 3}), "second");
  why(two.classifier(), Code::unsupported);
  Mirror map(u8, 3, 1, 0);
  map.m.current().outputs = {map.input};  // [1, 1, 2, 3]: scores of places, not of the picture
  why(map.classifier(), Code::unsupported);
}

TEST(image_classifier, refuses_metadata_and_options_that_contradict_the_model) {
  const auto content = [](Mirror& m, auto properties) {
    m.in().content = std::make_unique<fb::meta::ContentT>();
    m.in().content->content_properties.Set(std::move(properties));
  };
  Mirror gray(u8, 3, 1, 0);
  fb::meta::ImagePropertiesT image;
  image.color_space = fb::meta::ColorSpaceType_GRAYSCALE;
  content(gray, std::move(image));
  why(gray.classifier(), Code::invalid_model);
  Mirror sound(u8, 3, 1, 0);
  content(sound, fb::meta::AudioPropertiesT{});
  why(sound.classifier(), Code::unsupported);
  Mirror two_means(f32);
  two_means.normalise({1, 2}, {1, 2});
  why(two_means.classifier(), Code::invalid_model);
  Mirror plain(f32);
  why(plain.classifier({.max_results = 0}), Code::invalid_argument);
  why(plain.classifier({.normalization = imaging::Normalization::uniform(0, 0)}),
      Code::invalid_argument);
  Mirror bare(i16);  // no quantization to normalise for
  why(bare.classifier(), Code::unsupported);
  EXPECT_FALSE(plain.classifier()->classify(imaging::ImageView{}).ok());
}

TEST(image_classifier, tells_the_demos_digits) {
  size_t told = 0;
  for (const char* model : {"digits_f32", "digits_dr", "digits_int8", "digits_gray_int8"}) {
    auto classifier =
        ImageClassifier::create("examples/digits/models/" + std::string(model) + ".tflite");
    ASSERT_TRUE(classifier.ok()) << classifier.error().text();
    for (const auto& entry : std::filesystem::directory_iterator("examples/digits/images")) {
      const std::string path = entry.path().string(), name = entry.path().stem().string();
      const Image image = files::load_image(path).value();
      EXPECT_GE(std::max(image.width(), image.height()), 640) << path;
      const auto heads = classifier->classify(image).value();
      const Category& best = heads[0].categories[0];
      EXPECT_EQ(best.label, name.substr(0, name.find('_'))) << model << " on " << path;
      EXPECT_GT(best.score, 0.9f) << model << " on " << path;
      ++told;
    }
  }
  EXPECT_EQ(told, 28u);
}

TEST(image_classifier, needs_the_turn_that_exif_tells) {
  auto classifier = ImageClassifier::create("examples/digits/models/digits_f32.tflite").value();
  const Image image = files::load_image("examples/digits/images/four_turned.jpg").value();
  const Image lying = upright(image, imaging::Orientation::turned_right).value();
  EXPECT_NE(classifier.classify(lying).value()[0].categories[0].label, "four");
}

// The results that the Task Library's own tests expect of these models and pictures
// (tflite-support, cc/test/task/vision/image_classifier_test.cc); its resizing differs by a little.
TEST(image_classifier, sees_a_burger_as_the_task_library_does) {
  SAMARA_TEST_DATA_OR_SKIP(folder, "vision");
  const Image burger = files::load_image(folder + "/burger.jpg").value();
  auto quantized =
      ImageClassifier::create(folder + "/mobilenet_v1_0.25_224_quant.tflite", {.max_results = 3});
  ASSERT_TRUE(quantized.ok()) << quantized.error().text();
  const Head bytes = quantized->classify(burger).value()[0];
  EXPECT_EQ(bytes.categories[0].index, 934);
  EXPECT_EQ(bytes.categories[0].label, "cheeseburger");
  EXPECT_NEAR(bytes.categories[0].score, 0.96484375, 2 / 256.0);
  auto plain = ImageClassifier::create(folder + "/mobilenet_v1_0.25_224_1_metadata_1.tflite",
                                       {.max_results = 3});
  ASSERT_TRUE(plain.ok()) << plain.error().text();
  const Head floats = plain->classify(burger).value()[0];
  EXPECT_EQ(floats.categories[0].label, "cheeseburger");
  EXPECT_NEAR(floats.categories[0].score, 0.98838806, 0.005);
}

// The output of LiteRT 2.3.0 (BUILTIN_REF) for the pixels of burger-224.png, by its SHA-256.
TEST(image_classifier, gives_the_reference_kernels_bytes) {
  SAMARA_TEST_DATA_OR_SKIP(folder, "vision");
  const auto model = Model::load(folder + "/mobilenet_v1_0.25_224_quant.tflite",
                                 {.numerics = Numerics::reference});
  auto classifier = ImageClassifier::create(model.value()).value();
  const Image burger = files::load_image(folder + "/burger-224.png").value();
  ASSERT_TRUE(classifier.classify(burger).ok());
  const graph::Tensor& output = classifier.session().output(0);
  EXPECT_EQ(sha256_hex(std::span(output.data, output.bytes)),
            "7947c4145b17a2a8eb9c8067277538628b9ce49a6f976782b509bcc2cd56653f");
}

TEST(image_classifier, splits_labels) {
  EXPECT_EQ(split_labels("a\nb"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(split_labels("a\r\n\r\nb\r\n"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split_labels("\n"), (std::vector<std::string>{""}));
  EXPECT_TRUE(split_labels("").empty());
}

}  // namespace
}  // namespace samara::vision
