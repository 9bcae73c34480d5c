#include "tasks/vision/image_input.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "base/try.h"

namespace samara::vision {
namespace {

/// The only input, if pixels fit into it.
Result<const TensorInfo*> find_input(const SignatureInfo& signature) {
  if (signature.inputs.size() != 1)
    return Error(Code::unsupported, cat("the model takes ", signature.inputs.size(),
                                        " inputs; a picture fills exactly one"));
  const TensorInfo& info = signature.inputs[0];
  const std::vector<int32_t>& dims = info.signature;
  const bool type = info.type == Type::f32 || info.type == Type::u8 || info.type == Type::i8 ||
                    info.type == Type::i16;
  const bool shape = dims.size() == 4 && (dims[0] == 1 || dims[0] == -1) && dims[1] != 0 &&
                     dims[2] != 0 && (dims[3] == 1 || dims[3] == 3);
  if (type && shape) return &info;
  return Error(
      Code::unsupported,
      cat("input '", info.name, "' is ", name(info.type), " ", std::span<const int32_t>(dims),
          "; an image input is [1, height, width, 1 or 3] of float32, uint8, int8 or int16"));
}

/// What the metadata says of the picture: checked against the tensor, and its usual size.
Status read_content(const schema::TensorMetadata& metadata, const TensorInfo& info,
                    ImageInput& input) {
  if (std::holds_alternative<std::monostate>(metadata.content.kind)) return ok();
  const auto* content = metadata.content_as<schema::ImageContent>();
  if (!content)
    return Error(Code::unsupported,
                 cat("the metadata says that input '", info.name, "' is no image"));
  const bool gray = content->color_space == schema::ColorSpace::grayscale;
  if (content->color_space != schema::ColorSpace::unknown &&
      gray != (input.format == imaging::Format::gray))
    return Error(Code::invalid_model, cat("the metadata says ", gray ? "gray" : "RGB",
                                          ", the input has ", channels(input.format), " channels"));
  // Pixels beyond 2^31 a side exist nowhere; such a default counts as none.
  if (content->default_width <= INT_MAX && content->default_height <= INT_MAX) {
    input.default_width = static_cast<int>(content->default_width);
    input.default_height = static_cast<int>(content->default_height);
  }
  return ok();
}

Result<imaging::Normalization> from_metadata(const schema::Normalization& unit) {
  const size_t n = unit.mean.size();
  if ((n != 1 && n != 3) || unit.std.size() != n)
    return Error(Code::invalid_model,
                 cat("the metadata normalises ", n, " channels; an image has 1 or 3"));
  imaging::Normalization out;
  for (size_t c = 0; c < 3; ++c) {
    out.mean[c] = unit.mean[n == 1 ? 0 : c];
    out.std[c] = unit.std[n == 1 ? 0 : c];
  }
  return out;
}

/// Which normalization applies; see the head of image_classifier.h.
Result<std::optional<imaging::Normalization>> choose(
    Type type, const schema::TensorMetadata* metadata,
    const std::optional<imaging::Normalization>& forced) {
  if (forced) {
    for (int c = 0; c < 3; ++c)
      if (!std::isfinite(forced->mean[c]) || !std::isfinite(1 / forced->std[c]))
        return Error(Code::invalid_argument, cat("mean ", forced->mean[c], " and std ",
                                                 forced->std[c], " cannot normalise pixels"));
    return forced;
  }
  std::optional<imaging::Normalization> out;
  if (type == Type::u8) return out;
  if (const auto* unit = metadata ? metadata->unit<schema::Normalization>() : nullptr) {
    TRY_SET(out, from_metadata(*unit));
  } else if (type != Type::i8) {
    out.emplace();
  }
  return out;
}

template <class T>
std::span<T> typed(std::span<std::byte> bytes) {
  return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
}

Status fill(const ImageInput& input, const imaging::ImageView& image, std::span<std::byte> memory) {
  const auto& how = input.normalization;
  switch (input.type) {
    case Type::f32:
      return to_float(image, *how, typed<float>(memory));
    case Type::i16:
      return to_quantized(image, *how, input.quantization, typed<int16_t>(memory));
    case Type::i8:
      return how ? to_quantized(image, *how, input.quantization, typed<int8_t>(memory))
                 : to_raw(image, typed<int8_t>(memory));
    default:
      return how ? to_quantized(image, *how, input.quantization, typed<uint8_t>(memory))
                 : to_raw(image, typed<uint8_t>(memory));
  }
}

}  // namespace

Result<ImageInput> read_image_input(const Session& session, const schema::TensorMetadata* metadata,
                                    const std::optional<imaging::Normalization>& forced) {
  TRY_SET(const TensorInfo* info, find_input(session.signature()));
  ImageInput input;
  input.type = info->type;
  input.format = info->signature[3] == 1 ? imaging::Format::gray : imaging::Format::rgb;
  input.height = std::max(info->signature[1], 0);
  input.width = std::max(info->signature[2], 0);
  if (metadata) TRY(read_content(*metadata, *info, input));
  TRY_SET(input.normalization, choose(info->type, metadata, forced));
  if (info->type != Type::f32 && input.normalization) {
    if (info->quant.scales.size() != 1)
      return Error(Code::unsupported,
                   cat("input '", info->name, "' has no quantization to normalise pixels for"));
    input.quantization = {info->quant.scale(), info->quant.zero_point()};
  }
  return input;
}

Status set_image(Session& session, const ImageInput& input, const imaging::ImageView& image) {
  const auto side = [](int fixed, int usual, int own) {
    return fixed ? fixed : usual ? usual : own;
  };
  const int width = side(input.width, input.default_width, image.width);
  const int height = side(input.height, input.default_height, image.height);
  // Small pictures are cheap to convert: resize first.
  TRY_SET(imaging::Image fitted, imaging::resize(image, width, height).in([&] {
    const bool usual =
        (!input.width && input.default_width) || (!input.height && input.default_height);
    return cat("input '", session.signature().inputs[0].name, "', for which the ",
               usual ? "model's metadata asks" : "model asks");
  }));
  const int32_t shape[] = {1, height, width, imaging::channels(input.format)};
  const std::span<const int32_t> now = session.input(0).shape.dims();
  if (!std::equal(now.begin(), now.end(), std::begin(shape), std::end(shape)))
    TRY(session.resize(0, shape));
  TRY_SET(const std::span<std::byte> memory, session.input_data(0));
  if (fitted.format() != input.format) {
    TRY_SET(fitted, convert(fitted, input.format));
  }
  return fill(input, fitted, memory);
}

}  // namespace samara::vision
