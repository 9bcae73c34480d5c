// Metadata: what a model's tensors mean, how to prepare inputs and read outputs, as plain structures.
//
// Read from the model's metadata entry TFLITE_METADATA, a flatbuffer of its own that is verified in
// full first. Everything is optional in the format; an absent text is empty. Texts are valid UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "samara/base/export.h"
#include "samara/base/result.h"
#include "samara/schema/model_file.h"

namespace samara::schema {

/// What a file in the appended archive is; numbered as in the format.
enum class FileKind : uint8_t {
  unknown = 0,
  descriptions = 1,
  axis_labels = 2,   // one label a line, for each index of the last axis
  value_labels = 3,  // one label a line, for each value that the tensor may hold
  axis_score_calibration =
      4,  // one "scale,slope,offset[,min_score]" a line, parallel to the labels
  vocabulary = 5,
  scann_index = 6,  // nearest-neighbour index of the searchers
};

/// An entry that says what ModelFile::associated_file(name) is; the file itself may be missing.
struct FileInfo {
  std::string name;
  std::string description;
  FileKind kind = FileKind::unknown;
  std::string locale;  // e.g. "en": of labels; empty: any
  std::string version;
};

enum class ColorSpace : uint8_t { unknown = 0, rgb = 1, grayscale = 2 };

struct ImageContent {
  ColorSpace color_space = ColorSpace::unknown;
  uint32_t default_width = 0;  // 0: not said
  uint32_t default_height = 0;
};

enum class BoxKind : uint8_t {
  unknown = 0,
  boundaries = 1,  // left, top, right, bottom, in the order of `index`
  upper_left = 2,  // x, y, width, height from the upper left corner
  center = 3,      // x, y, width, height from the centre
};

struct BoxContent {
  std::vector<uint32_t> index;  // which number of the tensor is the kind's nth; empty: in order
  BoxKind kind = BoxKind::unknown;
  bool pixels = false;  // coordinates in pixels; else as ratio of the image's size
};

struct AudioContent {
  uint32_t sample_rate = 0;  // Hz; 0: not said
  uint32_t channels = 0;
};

struct FeatureContent {};  // plain numbers

/// Which numbers of the tensor hold something, e.g. of a detector's fixed-size output.
struct ValueRange {
  int32_t min = 0;
  int32_t max = 0;
};

struct Content {
  /// monostate: not said.
  std::variant<std::monostate, FeatureContent, ImageContent, BoxContent, AudioContent> kind;
  std::optional<ValueRange> range;
};

/// (value - mean) / std. Both have the same size: 1 for all channels alike, else one a channel.
/// Every std is finite and not 0.
struct Normalization {
  std::vector<float> mean;
  std::vector<float> std;
};

enum class ScoreTransformation : uint8_t { identity = 0, log = 1, inverse_logistic = 2 };

/// The parameters are in the tensor's file of kind axis_score_calibration.
struct ScoreCalibration {
  ScoreTransformation transformation = ScoreTransformation::identity;
  float default_score = 0;
};

struct ScoreThresholding {
  float global_score_threshold = 0;
};

struct BertTokenizer {
  std::vector<FileInfo> vocab_files;
};

struct SentencePieceTokenizer {
  std::vector<FileInfo> models;
  std::vector<FileInfo> vocab_files;
};

struct RegexTokenizer {
  std::string delim_regex_pattern;
  std::vector<FileInfo> vocab_files;
};

/// One step of preparing an input or reading an output; monostate: of a kind unknown to us.
using ProcessUnit = std::variant<std::monostate, Normalization, ScoreCalibration, ScoreThresholding,
                                 BertTokenizer, SentencePieceTokenizer, RegexTokenizer>;

struct SAMARA_API TensorMetadata {
  std::string name;
  std::string description;
  std::vector<std::string> dimension_names;
  Content content;
  std::vector<ProcessUnit> process_units;   // in order
  std::vector<float> stats_min, stats_max;  // smallest and greatest value, 1 or one a channel
  std::vector<FileInfo> associated_files;

  /// The first unit of kind T; null where there is none.
  template <class T>
  const T* unit() const {
    for (const ProcessUnit& u : process_units)
      if (const T* found = std::get_if<T>(&u)) return found;
    return nullptr;
  }
  /// The content of kind T; null where it is another.
  template <class T>
  const T* content_as() const {
    return std::get_if<T>(&content.kind);
  }
  /// The first file of that kind; of several, one for `locale` before one for any. Null: none.
  const FileInfo* file(FileKind kind, std::string_view locale = {}) const;
};

/// Tensors that describe the same things, e.g. boxes, classes and scores of the same detections.
struct TensorGroup {
  std::string name;
  std::vector<std::string> tensor_names;
};

struct CustomMetadata {
  std::string name;
  std::string data;  // any bytes
};

struct SubgraphMetadata {
  std::string name;
  std::string description;
  /// By position among the subgraph's inputs and outputs; may be fewer (see Metadata).
  std::vector<TensorMetadata> inputs, outputs;
  std::vector<FileInfo> associated_files;
  std::vector<ProcessUnit> input_process_units, output_process_units;
  std::vector<TensorGroup> input_groups, output_groups;
  std::vector<CustomMetadata> custom;
};

struct Metadata {
  std::string name;
  std::string description;
  std::string version;  // of the model, free text
  std::string author;
  std::string license;
  std::string min_parser_version;
  std::vector<SubgraphMetadata> subgraphs;  // by subgraph index; may be fewer or none
  std::vector<FileInfo> associated_files;
};

/// The model's metadata; no value where it has none.
///
/// Errors   invalid_model  the metadata is no sound flatbuffer, or a value of it cannot be used
/// Threads  any
SAMARA_API Result<std::optional<Metadata>> read_metadata(const ModelFile& model);

}  // namespace samara::schema
