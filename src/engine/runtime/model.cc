#include "samara/runtime/model.h"

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/kernels/isa.h"
#include "engine/ops/registry.h"
#include "engine/runtime/model_impl.h"
#include "engine/runtime/ops_library.h"
#include "engine/text_ops/registry.h"

namespace samara {
namespace {

using schema::ModelFile;

TensorInfo describe(const schema::Subgraph& s, int32_t index, std::string_view name) {
  const schema::Tensor& t = s.tensors[size_t(index)];
  TensorInfo info;
  info.name = name.empty() ? t.name : name;
  info.index = index;
  info.type = t.type;
  info.shape = t.shape;
  info.signature = t.signature.empty() ? t.shape : t.signature;
  info.quant.scales = t.quantization.scales;
  info.quant.zero_points = t.quantization.zero_points;
  info.quant.axis = t.quantization.axis;
  info.quant.block_size = t.quantization.block_size;
  info.quant.block_scales = t.quantization.block_scales;
  return info;
}

/// A signature may only name what its subgraph takes and gives: the plan keeps nothing else.
Status describe_all(const ModelFile& file, const schema::Signature& from, SignatureInfo& to) {
  const schema::Subgraph& s = file.subgraphs()[from.subgraph];
  const auto add = [&](const std::vector<schema::Signature::Entry>& entries,
                       const std::vector<int32_t>& list, const char* what,
                       std::vector<TensorInfo>& out) -> Status {
    std::vector<bool> allowed(s.tensors.size());
    for (const int32_t i : list) allowed[size_t(i)] = true;
    for (const auto& e : entries) {
      if (!allowed[size_t(e.tensor)])
        return Error(Code::invalid_model,
                     cat("signature '", from.key, "' names tensor ", e.tensor, " as ", what, " '",
                         e.name, "', which subgraph ", from.subgraph, " does not have as one"));
      out.push_back(describe(s, e.tensor, e.name));
    }
    return ok();
  };
  to.key = from.key;
  to.subgraph = int(from.subgraph);
  TRY(add(from.inputs, s.inputs, "input", to.inputs));
  return add(from.outputs, s.outputs, "output", to.outputs);
}

Result<std::vector<SignatureInfo>> describe_signatures(const ModelFile& file) {
  std::vector<SignatureInfo> out;
  for (const schema::Signature& from : file.signatures())
    TRY(describe_all(file, from, out.emplace_back()));
  if (!out.empty() || file.subgraphs().empty()) return out;
  const schema::Subgraph& s = file.subgraphs()[0];
  SignatureInfo& all = out.emplace_back();
  for (const int32_t i : s.inputs) all.inputs.push_back(describe(s, i, ""));
  for (const int32_t i : s.outputs) all.outputs.push_back(describe(s, i, ""));
  return out;
}

/// Null where none is asked for, or can be.
std::unique_ptr<graph::WeightCache> open_weight_cache(const graph::Graph& graph,
                                                      const ModelOptions& options) {
  const WeightCacheOptions& o = options.weight_cache;
  const ModelFile& file = graph.file();
  // An operator of the caller's may keep anything in its packed forms, pointers too.
  if (!options.ops.empty() || !options.ops_libraries.empty()) return nullptr;
  const std::string path(file.path().substr(0, file.path().rfind("!/")));
  graph::WeightCache::Place place;
  place.folder = o.folder;
  place.limit = o.limit;
  if (place.folder.empty() && o.beside_model && !path.empty()) place.folder = folder_of(path);
  if (place.folder.empty()) return nullptr;
  place.model = o.token.empty() ? file.fingerprint() : cat("token ", o.token);
  if (place.model.empty()) return nullptr;
  place.label = file.path().substr(file.path().rfind('/') + 1);
  place.how = cat(graph::packing_version(), " ", kernels::isa_text(kernels::cpu_isa()), " ",
                  int(options.numerics), " ", 8 * sizeof(void*));
  // What is folded, as far as time and memory allowed, is a constant to those that pack it.
  for (const graph::Subgraph& s : graph.subgraphs())
    for (const graph::Node& node : s.nodes)
      if (node.folded) place.how += cat(" ", s.index, ".", node.number);
  return std::make_unique<graph::WeightCache>(place);
}

}  // namespace

Result<std::shared_ptr<const Model>> build_model(std::shared_ptr<const ModelFile> file,
                                                 const ModelOptions& options,
                                                 std::vector<graph::Refusal>* refusals,
                                                 std::span<const graph::Claim> claims) {
  std::vector<const graph::OpDef*> ops = options.ops;
  for (const std::string& path : options.ops_libraries) TRY(load_ops_library(path, ops));
  for (const auto built_in : {ops::registry(), text_ops::registry()})
    ops.insert(ops.end(), built_in.begin(), built_in.end());
  auto impl = std::make_unique<Model::Impl>();
  impl->file = std::move(file);
  graph::Graph::Options graph_options;
  graph_options.numerics = options.numerics;
  graph_options.fold_constants = options.fold_constants;
  graph_options.fold_ms = options.fold_limit_ms;
  graph_options.packed_limit = options.packed_limit;
  graph_options.refusals = refusals;
  graph_options.claims = claims;
  TRY_SET(impl->graph, graph::Graph::build(impl->file, ops, graph_options));
  // Folding has read weights: of a file that was cut short meanwhile these were zeros.
  if (!impl->file->weights_intact())
    return Error(Code::data_loss, "was truncated while its weights were mapped");
  // Such a graph has other nodes than one that is to be run, or a delegate's among them.
  const bool usual = !refusals && claims.empty();
  if (auto cache = usual ? open_weight_cache(*impl->graph, options) : nullptr)
    impl->graph->packed().attach(std::move(cache));
  TRY_SET(impl->signatures, describe_signatures(*impl->file));
  return std::make_shared<const Model>(std::move(impl));
}

Model::Model(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

Model::Loaded Model::load(std::shared_ptr<const ModelFile> file, const ModelOptions& options) {
  if (!file) return Error(Code::invalid_argument, "no model file is given");
  const std::string what = file->path().empty() ? "model in memory" : cat("model ", file->path());
  return build_model(std::move(file), options).in([&] { return what; });
}

Model::Loaded Model::load(const std::string& path, const ModelOptions& options) {
  TRY_SET(auto file, ModelFile::open(path, options.open));
  return load(std::move(file), options);
}

Model::Loaded Model::load(std::span<const std::byte> bytes, const ModelOptions& options,
                          bool copy) {
  TRY_SET(auto file, ModelFile::from_bytes(bytes, copy, options.open));
  return load(std::move(file), options);
}

void Model::load_async(std::string path, ModelOptions options, Executor executor,
                       std::function<void(Loaded)> done) {
  executor([path = std::move(path), options = std::move(options), done = std::move(done)] {
    done(load(path, options));
  });
}

std::future<Model::Loaded> Model::load_async(std::string path, ModelOptions options,
                                             Executor executor) {
  auto promise = std::make_shared<std::promise<Loaded>>();
  auto future = promise->get_future();
  load_async(std::move(path), std::move(options), std::move(executor),
             [promise](Loaded loaded) { promise->set_value(std::move(loaded)); });
  return future;
}

const ModelFile& Model::file() const { return *impl_->file; }
std::span<const SignatureInfo> Model::signatures() const { return impl_->signatures; }
Numerics Model::numerics() const { return impl_->graph->numerics(); }

Result<const SignatureInfo*> Model::signature(std::string_view key) const {
  for (const SignatureInfo& s : impl_->signatures)
    if (key.empty() || s.key == key) return &s;
  std::string keys;
  for (const SignatureInfo& s : impl_->signatures)
    keys += cat(keys.empty() ? "" : ", ", "'", s.key, "'");
  return Error(Code::not_found, cat("there is no signature '", key, "'; the model has ", keys));
}

}  // namespace samara
