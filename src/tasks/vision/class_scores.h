// One output of a classifier: numbers to categories. Labels, calibration, threshold, best first.
#pragma once

#include <string>
#include <vector>

#include "samara/base/result.h"
#include "samara/runtime/session.h"
#include "samara/schema/metadata.h"
#include "samara/vision/image_classifier.h"

namespace samara::vision {

/// A sigmoid that turns a class's score into a probability: scale / (1 + exp(-(slope x + offset))).
struct Sigmoid {
  bool given = false;
  float scale = 0, slope = 0, offset = 0;
  float least = -std::numeric_limits<float>::infinity();  // scores below count as no result
};

class ClassScores {
 public:
  /// For output `index` of the session. `metadata` may be null.
  static Result<ClassScores> create(const Session& session, size_t index,
                                    const schema::TensorMetadata* metadata,
                                    const ImageClassifierOptions& options);

  /// The categories of the output's present values.
  Result<Head> read(const graph::Tensor& output) const;
  /// Whether the head has the label.
  bool knows(const std::string& label) const;

 private:
  /// The score as the metadata calibrates it; below every threshold where it has no result.
  float calibrated(size_t index, float score) const;
  /// Which classes the options allow.
  void choose(const ImageClassifierOptions& options);
  Status read_labels(const Session& session, const schema::TensorMetadata& metadata,
                     const ImageClassifierOptions& options);
  Status read_calibration(const Session& session, const schema::TensorMetadata& metadata);

  int index_ = 0;
  std::string name_;
  size_t classes_ = 0;
  size_t most_ = 0;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<std::string> labels_;         // none, or one a class
  std::vector<std::string> display_names_;  // none, or one a class
  std::vector<bool> wanted_;                // none: all
  std::vector<Sigmoid> sigmoids_;           // none, or one a class
  schema::ScoreTransformation transformation_ = schema::ScoreTransformation::identity;
};

}  // namespace samara::vision
