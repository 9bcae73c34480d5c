// A model's image input: what it wants, and how a picture gets into it. For every vision task.
#pragma once

#include <optional>

#include "samara/base/result.h"
#include "samara/imaging/image.h"
#include "samara/runtime/session.h"
#include "samara/schema/metadata.h"

namespace samara::vision {

struct ImageInput {
  Type type = Type::f32;
  imaging::Format format = imaging::Format::rgb;
  int width = 0;  // 0: open
  int height = 0;
  int default_width = 0;  // for open sides; 0: the picture's own
  int default_height = 0;
  std::optional<imaging::Normalization> normalization;  // none: the bytes as they are
  imaging::Quantization quantization;                   // of integer types
};

/// Reads the only input of the session. `metadata` may be null; `forced` wins over it.
///
/// Errors   unsupported       not one input [1, height, width, 1 or 3] of a type for pixels
///          invalid_model     metadata that contradicts the tensor
///          invalid_argument  `forced` cannot normalise
Result<ImageInput> read_image_input(const Session& session, const schema::TensorMetadata* metadata,
                                    const std::optional<imaging::Normalization>& forced);

/// Puts a picture into the session's input, resizing the input where its sides are open.
Status set_image(Session& session, const ImageInput& input, const imaging::ImageView& image);

}  // namespace samara::vision
