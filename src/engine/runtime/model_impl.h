// What Model and Session share behind the public headers.
#pragma once

#include <memory>
#include <vector>

#include "engine/graph/graph.h"
#include "samara/runtime/model.h"

namespace samara {

struct Model::Impl {
  std::shared_ptr<const schema::ModelFile> file;
  std::unique_ptr<const graph::Graph> graph;
  std::vector<SignatureInfo> signatures;
};

}  // namespace samara
