#include "engine/graph/graph.h"

#include <new>
#include <utility>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/graph/passes/passes.h"

namespace samara::graph {
namespace {

// Folding may turn packed weights into wide ones, 2 bits to 32, but must not let a small file fill
// the memory: this much for every byte of the file, and a start for files that hold next to none.
constexpr uint64_t kPerByte = 16, kFoldAtLeast = uint64_t{64} << 20;
// Packing pads, at worst one value to a whole panel, and nodes that share weights each have a form of
// their own.
constexpr uint64_t kPackAtLeast = uint64_t{1} << 30;

uint64_t limit_for(uint64_t file_bytes, uint64_t at_least) {
  const auto product = checked_mul(file_bytes, kPerByte);
  const auto sum = product ? checked_add(*product, at_least) : std::nullopt;
  return sum.value_or(UINT64_MAX);
}

Tensor make_tensor(const schema::Tensor& from, int index) {
  Tensor t;
  t.name = from.name;
  t.type = from.type;
  t.shape = Shape(std::span<const int32_t>(from.shape));
  t.quant.scales = from.quantization.scales;
  t.quant.zero_points = from.quantization.zero_points;
  t.quant.axis = from.quantization.axis;
  t.quant.block_size = from.quantization.block_size;
  t.quant.block_scales = from.quantization.block_scales;
  t.constant = from.constant;
  t.variable = from.is_variable;
  t.sparse = from.sparsity != nullptr;
  t.index = index;
  if (from.constant) {
    // Nobody writes to a constant: Run hands out memory to write for outputs and variables alone.
    t.data = from.data.empty() ? nowhere() : const_cast<std::byte*>(from.data.data());
    t.bytes = from.data.size();
  }
  return t;
}

}  // namespace

ParamsMemory::ParamsMemory(ParamsMemory&& other) noexcept
    : def_(std::exchange(other.def_, nullptr)), memory_(std::exchange(other.memory_, nullptr)) {}

ParamsMemory::~ParamsMemory() { clear(); }

void ParamsMemory::clear() {
  if (!memory_) return;
  def_->destroy_params(memory_);
  ::operator delete(std::exchange(memory_, nullptr), std::align_val_t(def_->params_align));
}

Status ParamsMemory::parse(const OpDef& def, const OpView& view) {
  clear();
  void* const memory =
      ::operator new(def.params_size, std::align_val_t(def.params_align), std::nothrow);
  if (!memory) return Error(Code::resource_exhausted, "no memory for an operator's parameters");
  Status status = def.parse(view, memory);
  if (!status.ok()) {
    ::operator delete(memory, std::align_val_t(def.params_align));
    return status;
  }
  def_ = &def;
  memory_ = memory;
  return ok();
}

Graph::Graph(std::shared_ptr<const schema::ModelFile> file, const Options& options)
    : file_(std::move(file)),
      options_(options),
      folded_budget_(limit_for(file_->file_bytes(), kFoldAtLeast), "folded constants"),
      packed_(options.packed_limit != 0 ? options.packed_limit
                                        : limit_for(file_->file_bytes(), kPackAtLeast)) {
  for (const schema::Subgraph& from : file_->subgraphs()) {
    Subgraph& s = subgraphs_.emplace_back();
    s.file = &from;
    s.index = int(subgraphs_.size()) - 1;
    s.tensors.reserve(from.tensors.size());
    for (const schema::Tensor& t : from.tensors)
      s.tensors.push_back(make_tensor(t, int(s.tensors.size())));
  }
}

Result<std::unique_ptr<const Graph>> Graph::build(std::shared_ptr<const schema::ModelFile> file,
                                                  std::span<const OpDef* const> registry,
                                                  const Options& options) {
  std::unique_ptr<Graph> graph(new Graph(std::move(file), options));
  TRY(passes::unpack_sparse(*graph));
  passes::inline_composites(*graph, registry);
  TRY(passes::take_claims(*graph));
  TRY(passes::find_operators(*graph, registry));
  passes::settle_types(*graph);
  passes::widen_types(*graph);
  passes::bypass_dequantize(*graph);
  passes::mark_dead_nodes(*graph);
  if (options.fold_constants) passes::fold_constants(*graph);
  passes::mark_dead_nodes(*graph);
  graph->options_.claims = {};
  return std::unique_ptr<const Graph>(std::move(graph));
}

std::string Graph::place(int subgraph, int number) const {
  const schema::Subgraph& s = file_->subgraphs()[size_t(subgraph)];
  if (const size_t count = s.operators.size(); size_t(number) >= count) {
    const Place& from = subgraphs_[size_t(subgraph)].inlined[size_t(number) - count];
    return place(from.subgraph, from.node);
  }
  const schema::Operator& op = s.operators[size_t(number)];
  std::string out = cat("operator ", number, " ", file_->codes()[op.code].name);
  if (!op.outputs.empty() && op.outputs[0] >= 0)
    out += cat(" '", s.tensors[size_t(op.outputs[0])].name, "'");
  if (subgraphs_.size() > 1) out += cat(" of subgraph ", subgraph, " '", s.name, "'");
  return out;
}

}  // namespace samara::graph
