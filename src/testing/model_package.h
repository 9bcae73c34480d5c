// What comes with a model in its file: metadata, and files in the appended zip.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/schema/generated/metadata_object_generated.h"
#include "testing/model_builder.h"

namespace samara::testing {

/// The model's bytes with metadata and, at the end, a zip with the files stored.
std::vector<std::byte> package(ModelBuilder& model, const fb::meta::ModelMetadataT& metadata,
                               const std::vector<std::pair<std::string, std::string>>& files = {});

/// A step of processing as metadata holds it: unit(fb::meta::NormalizationOptionsT{...}).
template <class T>
std::unique_ptr<fb::meta::ProcessUnitT> unit(T options) {
  auto out = std::make_unique<fb::meta::ProcessUnitT>();
  out->options.Set(std::move(options));
  return out;
}

}  // namespace samara::testing
