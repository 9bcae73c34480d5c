// Model: a loaded .tflite. What never changes: graph, folded constants, packed weights. Many
// sessions share one Model, at once and from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samara/base/export.h"
#include "samara/base/result.h"
#include "samara/base/thread_pool.h"
#include "samara/graph/op.h"
#include "samara/schema/model_file.h"

namespace samara {

using graph::Numerics;
using graph::Shape;

/// Runs a task later, on a thread of the caller's choice.
using Executor = std::function<void(std::function<void()>)>;

/// A file in which packed weights are kept from one start to the next, which then maps it: quicker,
/// and the memory is shared by all processes. Results are the same bits. One file for each model, CPU,
/// numerics and version of this library; what is damaged, foreign, or may be written to by others is
/// ignored and made anew. Models with operators that the caller brings have none.
struct WeightCacheOptions {
  std::string folder = {};             // made where it is missing; "": none, unless:
  bool beside_model = false;           // the folder that the model lies in
  uint64_t limit = uint64_t{1} << 30;  // most bytes in the folder: the least recently used go first
  /// What names the model's content, such as its SHA-256; "": its file's place, size and time, and
  /// samples of what it holds.
  std::string token = {};
};

struct ModelOptions {
  schema::OpenOptions open = {};
  /// How integers round (docs/numerics.md).
  Numerics numerics = Numerics::xnnpack;
  /// Operators besides the built-in ones; they win over built-ins of the same name. Borrowed: they
  /// must outlive the Model.
  std::vector<const graph::OpDef*> ops = {};
  /// Shared objects exporting samara_register_ops (examples/own_op), loaded before the model.
  std::vector<std::string> ops_libraries = {};
  /// Compute nodes whose inputs are all constant once, when the model is loaded.
  bool fold_constants = true;
  /// Most wall time for that, in milliseconds; the rest is computed in every run. 0: no limit.
  int64_t fold_limit_ms = 10'000;
  /// Most bytes of packed weights, which a model's sessions share; what needs more is refused when a
  /// session plans. 0: a gigabyte, and 16 bytes for each of the file.
  uint64_t packed_limit = 0;
  WeightCacheOptions weight_cache = {};
};

/// What a tensor of a signature or subgraph looks like before any session.
struct TensorInfo {
  std::string_view name;  // the signature's name for it, else the tensor's
  int index = 0;          // in its subgraph
  Type type = Type::f32;
  std::vector<int32_t> shape;
  std::vector<int32_t> signature;  // shape with -1 where unknown; equals shape when all is known
  graph::Quantization quant;
};

struct SignatureInfo {
  std::string_view key;  // "" for a subgraph without a signature
  int subgraph = 0;
  std::vector<TensorInfo> inputs, outputs;
};

class SAMARA_API Model {
 public:
  /// Loads and verifies. All operators must be known: to look at a model that has others,
  /// schema::ModelFile is enough.
  ///
  /// Errors   those of schema::ModelFile::open; unsupported: an operator without a kernel, by name,
  ///          version and node, with the ways out
  /// Threads  any
  static Result<std::shared_ptr<const Model>> load(const std::string& path,
                                                   const ModelOptions& = {});
  static Result<std::shared_ptr<const Model>> load(std::span<const std::byte> bytes,
                                                   const ModelOptions& = {}, bool copy = true);
  static Result<std::shared_ptr<const Model>> load(std::shared_ptr<const schema::ModelFile> file,
                                                   const ModelOptions& = {});
  using Loaded = Result<std::shared_ptr<const Model>>;
  /// As load(), on `executor`; the callback runs there too, so no user-interface thread waits.
  static void load_async(std::string path, ModelOptions, Executor executor,
                         std::function<void(Loaded)> done);
  static std::future<Loaded> load_async(std::string path, ModelOptions, Executor executor);
  ~Model();

  const schema::ModelFile& file() const;
  /// Signatures in file order; a model without any shows its subgraph 0 under the key "".
  std::span<const SignatureInfo> signatures() const;
  /// By key; "" is the first. Errors: not_found (the text lists the keys).
  Result<const SignatureInfo*> signature(std::string_view key) const;
  Numerics numerics() const;

  struct Impl;
  explicit Model(std::unique_ptr<Impl> impl);
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace samara
