// ImageClassifier: a picture in, labels with scores out, as the model's metadata says.
//
// What a model does not say has defaults. Preparing the picture:
//   float32, int16   (pixel - 127.5) / 127.5, the habit of float image models
//   uint8            the pixels as they are, whatever the metadata says: as the Task Library
//   int8             the pixels less 128, which is what converters make of the whole pixel range;
//                    with a normalization in the metadata: that, then the tensor's quantization
// The picture is stretched to the input's size and made gray or RGB as the input has channels.
// Labels come from the metadata's file of axis labels; without any, a category has its index only.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "samara/base/export.h"
#include "samara/base/result.h"
#include "samara/imaging/image.h"
#include "samara/runtime/session.h"

namespace samara::vision {

/// One class and how sure the model is of it.
struct Category {
  int index = 0;             // place along the output's last axis
  float score = 0;           // dequantized, and calibrated where the metadata says so
  std::string label;         // "" where the model has no labels
  std::string display_name;  // the label in options.display_locale; "" where there is none
};

/// What one output of the model says, best first; of equal scores the lower index first.
struct Head {
  int index = 0;     // among the model's outputs
  std::string name;  // from the metadata, else the signature
  std::vector<Category> categories;
};

struct ImageClassifierOptions {
  SessionOptions session = {};
  /// Most categories a head returns, at least 1.
  int max_results = std::numeric_limits<int>::max();
  /// Categories below are left out. Absent: the metadata's threshold, if it has one.
  std::optional<float> score_threshold = {};
  /// In place of the metadata's normalization and of the defaults, for every input type.
  std::optional<imaging::Normalization> normalization = {};
  /// In place of the metadata's labels, one for each class.
  std::vector<std::string> labels = {};
  /// Only these labels, or all but these; at most one of the two may be given.
  std::vector<std::string> allow = {}, deny = {};
  std::string display_locale = "en";
};

class SAMARA_API ImageClassifier {
 public:
  /// Errors   invalid_argument  options contradict each other or the model: count of labels, a
  ///                            normalization with a std of 0, none of the labels in allow or deny
  ///          unsupported       no image classifier: not one input [1, height, width, 1 or 3] of
  ///                            float32, uint8, int8 or int16; outputs not [1, classes] or
  ///                            [1, 1, 1, classes]
  ///          invalid_model     metadata that cannot be used
  ///          and those of Session::create
  static Result<ImageClassifier> create(std::shared_ptr<const Model> model,
                                        const ImageClassifierOptions& = {});
  /// Loads the model first; labels may be deflated. Errors: also those of Model::load.
  static Result<ImageClassifier> create(const std::string& path,
                                        const ImageClassifierOptions& = {});
  ImageClassifier(ImageClassifier&&) noexcept;
  ImageClassifier& operator=(ImageClassifier&&) noexcept;
  ~ImageClassifier();

  /// What the picture shows, one head for each output of the model.
  ///
  /// Shapes   any size and format; a model with an open height or width gets the metadata's default
  ///          size, else the picture's own
  /// Errors   those of Session::run and Session::resize; invalid_argument: a picture without pixels
  /// Threads  one call at a time per ImageClassifier; those of one Model may run at once
  /// Source   same results as ImageClassifier of the TensorFlow Lite Task Library, but for
  ///          resizing, where a channel may differ by 1
  Result<std::vector<Head>> classify(const imaging::ImageView& image, const RunOptions& = {});

  /// For the raw tensors of the last classify().
  const Session& session() const;

 private:
  struct Impl;
  explicit ImageClassifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// One label a line; an empty line at the end is none. Lines may end in CR LF.
SAMARA_API std::vector<std::string> split_labels(std::string_view text);

}  // namespace samara::vision
