// What Model and Session share behind the public headers.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/graph/graph.h"
#include "samara/runtime/model.h"

namespace samara {

struct Model::Impl {
  std::shared_ptr<const schema::ModelFile> file;
  std::unique_ptr<const graph::Graph> graph;
  std::vector<SignatureInfo> signatures;
};

/// Model::load() without the frame that names the model. `refusals` and `claims` as in
/// graph::Graph::Options.
Result<std::shared_ptr<const Model>> build_model(std::shared_ptr<const schema::ModelFile> file,
                                                 const ModelOptions& options,
                                                 std::vector<graph::Refusal>* refusals = nullptr,
                                                 std::span<const graph::Claim> claims = {});

}  // namespace samara
