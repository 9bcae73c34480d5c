// What an operator is: how one is parsed, shaped, prepared and run. Built-in operators and
// operators of users (examples/own_op) are written against this header alone.
//
// Life of an operator in a model:
//   parse    once per node when the model is loaded: options to Params (immutable, shared)
//   infer    at every planning of a session: checks operands, sets the outputs' types' shapes,
//            asks for scratch memory
//   prepare  after infer: fills the session's State (multipliers, tables), packs constants
//   run      any number of times: reads inputs, writes outputs; takes no heap memory
// Everything that a model file can get wrong is refused in parse, infer or prepare; run checks only
// what depends on run-time values. The verifier has promised what model_file.h says.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include "samara/base/export.h"
#include "samara/base/function_ref.h"
#include "samara/base/result.h"
#include "samara/base/thread_pool.h"
#include "samara/schema/type.h"

namespace samara::graph {

constexpr int kMaxRank = 8;

/// A tensor's dimensions, outermost first; rank 0 is a scalar. Always complete: >= 0.
class SAMARA_API Shape {
 public:
  constexpr Shape() = default;
  constexpr Shape(std::initializer_list<int32_t> dims) {
    for (const int32_t d : dims) push(d);
  }
  explicit Shape(std::span<const int32_t> dims) {
    for (const int32_t d : dims) push(d);
  }
  constexpr int rank() const { return rank_; }
  constexpr int32_t operator[](int i) const { return dims_[i]; }
  constexpr int32_t& operator[](int i) { return dims_[i]; }
  constexpr int32_t back() const { return dims_[rank_ - 1]; }
  constexpr std::span<const int32_t> dims() const { return {dims_.data(), size_t(rank_)}; }
  constexpr void push(int32_t d) {
    assert(rank_ < kMaxRank);
    dims_[rank_++] = d;
  }
  /// Number of elements. The graph guarantees that it and its bytes fit ptrdiff_t for any tensor
  /// that an operator is handed; set_shape() refuses others.
  constexpr int64_t elements() const { return range(0, rank_); }
  /// Product of dimensions [first, last).
  constexpr int64_t range(int first, int last) const {
    int64_t n = 1;
    for (int i = first; i < last; ++i) n *= dims_[i];
    return n;
  }
  constexpr bool operator==(const Shape& o) const {
    if (rank_ != o.rank_) return false;
    for (int i = 0; i < rank_; ++i)
      if (dims_[i] != o.dims_[i]) return false;
    return true;
  }
  std::string text() const;  // "[1, 224, 224, 3]"

 private:
  std::array<int32_t, kMaxRank> dims_{};
  int rank_ = 0;
};

/// Affine quantization: real = scale * (q - zero_point).
struct Quantization {
  std::span<const float> scales;         // empty: none; 1: per tensor; else per channel
  std::span<const int32_t> zero_points;  // as many as scales
  int axis = 0;
  int block_size = 0;     // > 0: blockwise
  int block_scales = -1;  // tensor index in the subgraph
  bool empty() const { return scales.empty(); }
  float scale() const { return scales.empty() ? 0.0f : scales[0]; }
  int32_t zero_point() const { return zero_points.empty() ? 0 : zero_points[0]; }
};

/// A tensor as an operator sees it.
struct Tensor {
  std::string_view name;
  Type type = Type::f32;
  Shape shape;
  Quantization quant;
  bool constant = false;      // data comes from the model or was folded, and never changes
  bool variable = false;      // keeps its value from run to run
  bool sparse = false;        // a constant that the file stores sparsely; `data` is dense
  std::byte* data = nullptr;  // null while planning, but for constants and known values
  size_t bytes = 0;           // of data; for strings the packed form's size
  int index = -1;             // in its subgraph
};

/// A value that nodes share by a handle and that outlives the run (VAR_HANDLE and its kin); one per
/// session and name.
struct Resource {
  bool set = false;  // false: nothing was assigned yet
  Type type = Type::f32;
  Shape shape;
  std::byte* data = nullptr;
  size_t bytes = 0;
};

enum class Numerics : uint8_t { reference, xnnpack };

struct Versions {
  int min = 1;
  int max = 1;
};

/// Which union member an options table is; engine/graph/op.h specialises it for generated tables.
template <class T>
struct OptionsTraits;

/// What parse() sees of a node.
class SAMARA_API OpView {
 public:
  /// The builtin options as flatc generated them (T = fb::Conv2DOptions ...), the schema's defaults
  /// where the file has none. A table of another type makes the load fail after parse.
  template <class T>
  const T& options() const {
    return *static_cast<const T*>(table(OptionsTraits<T>::member, OptionsTraits<T>::second));
  }
  std::span<const std::byte> custom() const { return custom_; }
  int version() const { return version_; }
  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }

  OpView(const void* options, uint8_t type, bool second, std::span<const std::byte> custom,
         int version, int inputs, int outputs)
      : options_(options),
        custom_(custom),
        version_(version),
        inputs_(inputs),
        outputs_(outputs),
        type_(type),
        second_(second) {}
  /// The table if its union member is `member`, else an empty table (all defaults); remembers a
  /// mismatch. Used by options().
  const void* table(uint8_t member, bool second) const;
  bool mismatched() const { return mismatched_; }

 private:
  const void* options_;
  std::span<const std::byte> custom_;
  int version_, inputs_, outputs_;
  uint8_t type_;
  bool second_;
  mutable bool mismatched_ = false;
};

class NodeContext;  // the graph's side of Infer, Prepare and Run

/// Operands of a node, common to infer, prepare and run.
class SAMARA_API Operands {
 public:
  int inputs() const;
  int outputs() const;
  int intermediates() const;
  /// Whether input i exists and is not left out by the model.
  bool has(int i) const;
  /// Input i, which must be present (see has()); arity() has checked the count.
  const Tensor& in(int i) const;
  const Tensor& out(int i) const;
  /// LSTM's intermediate tensors: they carry quantization only.
  const Tensor& intermediate(int i) const;
  /// Any tensor of the node's subgraph, e.g. the scales of blockwise quantization.
  const Tensor& tensor(int index) const;
  Numerics numerics() const;
  /// Constant or already computed values of input i: `known(i)` says whether they are there.
  bool known(int i) const;
  template <class T>
  std::span<const T> values(int i) const {
    const Tensor& t = in(i);
    return {reinterpret_cast<const T*>(t.data), t.bytes / sizeof(T)};
  }

 protected:
  explicit Operands(NodeContext& c) : c_(c) {}
  NodeContext& c_;
};

class SAMARA_API Infer : public Operands {
 public:
  explicit Infer(NodeContext& c) : Operands(c) {}
  /// Exactly `ins` present inputs and `outs` outputs.
  Status arity(int ins, int outs) const;
  /// From `least` to `most` inputs of which the first `least` are present, and `outs` outputs.
  Status arity(int least, int most, int outs) const;
  Status same_type(const Tensor& a, const Tensor& b) const;
  Status has_type(const Tensor& t, std::initializer_list<Type> allowed) const;
  Status has_rank(const Tensor& t, int rank) const;
  /// Per-tensor quantization present, scale finite and > 0, zero point within the type.
  Status quantized(const Tensor& t) const;
  /// Sets an output's shape. Errors: resource_exhausted, invalid_model (overflow, negative).
  Status set_shape(const Tensor& out, const Shape& shape);
  /// The shape depends on values of inputs that are not known yet (!known(i)): infer is called
  /// again during the run, just before this node, when all inputs have values. Return defer().
  Status defer();
  /// Output `out` gets its shape in run by Run::resize (WHERE, strings).
  Status sized_by_run(const Tensor& out);
  /// Scratch memory of `bytes`, aligned to 64, valid during run: slots 0..7.
  Status scratch(int slot, int64_t bytes);
  /// Control flow: plans subgraph `index` for inputs of these shapes and types; its outputs'
  /// shapes come back in `outputs`, dynamic where only the run tells. Errors: as planning.
  struct Operand {
    Type type = Type::f32;
    Shape shape;
    bool dynamic = false;
  };
  Status plan_subgraph(int index, std::span<const Operand> inputs, std::span<Operand> outputs);
  int subgraph_inputs(int index) const;  // -1: no such subgraph
  int subgraph_outputs(int index) const;
};

class SAMARA_API Prepare : public Operands {
 public:
  explicit Prepare(NodeContext& c) : Operands(c) {}
  /// Packed form of constants, made once per model and node and shared by all its sessions.
  /// `what` tells several forms of one node apart. The memory is aligned to 64.
  Result<const std::byte*> packed(std::string_view what, int64_t bytes,
                                  FunctionRef<Status(std::byte*)> fill);
  int threads() const;
};

class SAMARA_API Run : public Operands {
 public:
  explicit Run(NodeContext& c) : Operands(c) {}
  template <class T>
  const T* in_data(int i) const {
    return reinterpret_cast<const T*>(in(i).data);
  }
  template <class T>
  T* out_data(int i) const {
    return reinterpret_cast<T*>(out(i).data);
  }
  /// A tensor's elements; T without const needs an output (or a variable input).
  template <class T>
  std::span<T> view(const Tensor& t) const {
    return {reinterpret_cast<T*>(t.data), size_t(t.shape.elements())};
  }
  std::span<std::byte> scratch(int slot) const;
  ThreadPool& pool() const;
  /// Gives an output of sized_by_run() its shape and memory (for strings: `bytes` of packed form).
  Status resize(const Tensor& out, const Shape& shape, int64_t bytes = -1);
  /// Runs a subgraph: copies nothing that it can alias; `inputs` and `outputs` are tensors of this
  /// node's graph. Errors: the subgraph's, cancelled, deadline_exceeded.
  Status call(int subgraph, std::span<const Tensor* const> inputs,
              std::span<const Tensor* const> outputs);
  /// Cancelled or past the deadline: loops inside an operator return this status when not ok.
  Status poll() const;
  /// Id of the session's resource of that name, made (unset) at the first call. Tensors of type
  /// resource hold the id as int32, 4 bytes an element.
  Result<int32_t> resource_id(std::string_view container, std::string_view name);
  /// The resource of an id; null if there is none.
  Resource* resource(int32_t id) const;
  /// Sets a resource's value to a copy of the tensor's.
  Status assign(Resource& resource, const Tensor& value);
};

/// The types of inputs 0, 1, 2 ... that a kernel takes; kAny matches all, absent inputs too.
constexpr Type kAny = Type(255);
struct Types {
  std::array<Type, 6> type{kAny, kAny, kAny, kAny, kAny, kAny};
  constexpr Types() = default;
  constexpr Types(Type t) { type[0] = t; }  // NOLINT: implicit by design
  constexpr Types(std::initializer_list<Type> list) {
    int i = 0;
    for (const Type t : list) type[i++] = t;
  }
};

struct Kernel {
  Types types;
  Status (*run)(const void* params, void* state, Run&) = nullptr;
};
constexpr int kMaxKernels = 24;

struct OpInfo {
  std::string_view name;  // "CONV_2D", or the custom code
  int code = 32;          // builtin code; 32: custom, found by name
  Versions versions = {};
  /// Bit i: output 0 may use the memory of input i (same bytes, each element read before written).
  uint32_t in_place = 0;
  /// False: has effects or state beyond its outputs; never folded.
  bool pure = true;
  /// The outputs depend on the inputs' shapes alone (SHAPE, RANK): computed while planning.
  bool from_shapes = false;
};

struct OpDef {
  OpInfo info;
  size_t params_size = 0, state_size = 0, params_align = 1, state_align = 1;
  Status (*parse)(const OpView&, void* params) = nullptr;  // constructs Params
  void (*destroy_params)(void*) = nullptr;
  Status (*infer)(const void* params, Infer&) = nullptr;
  void (*construct_state)(void*) = nullptr;
  void (*destroy_state)(void*) = nullptr;
  Status (*prepare)(const void* params, void* state, Prepare&) = nullptr;  // may be null
  std::array<Kernel, kMaxKernels> kernels{};
};

struct NoState {};

/// Erases a typed run function: Status run(const Params&, Run&), or with a State& in the middle.
template <class Params, auto run>
Status bind(const void* params, void*, Run& n) {
  return run(*static_cast<const Params*>(params), n);
}
template <class Params, class State, auto run>
Status bind(const void* params, void* state, Run& n) {
  return run(*static_cast<const Params*>(params), *static_cast<State*>(state), n);
}

namespace op_detail {
template <class Params, auto parse>
Status parse_into(const OpView& v, void* memory) {
  auto params = parse(v);
  if (!params.ok()) return std::move(params).error();
  new (memory) Params(std::move(params).value());
  return {};
}
template <class Params, auto parse, auto infer, class State>
constexpr OpDef base(const OpInfo& info, std::initializer_list<Kernel> kernels) {
  OpDef d;
  d.info = info;
  d.params_size = sizeof(Params);
  d.params_align = alignof(Params);
  d.state_size = sizeof(State);
  d.state_align = alignof(State);
  d.parse = parse_into<Params, parse>;
  d.destroy_params = [](void* p) { static_cast<Params*>(p)->~Params(); };
  d.infer = [](const void* p, Infer& n) { return infer(*static_cast<const Params*>(p), n); };
  d.construct_state = [](void* s) { new (s) State(); };
  d.destroy_state = [](void* s) { static_cast<State*>(s)->~State(); };
  int i = 0;
  for (const Kernel& k : kernels) d.kernels[i++] = k;  // too many: not a constant expression
  return d;
}
}  // namespace op_detail

/// An operator without State.
template <class Params, auto parse, auto infer>
constexpr OpDef define_op(const OpInfo& info, std::initializer_list<Kernel> kernels) {
  return op_detail::base<Params, parse, infer, NoState>(info, kernels);
}
/// An operator with a State that prepare() fills: Status prepare(const Params&, State&, Prepare&).
template <class Params, class State, auto parse, auto infer, auto prepare>
constexpr OpDef define_op(const OpInfo& info, std::initializer_list<Kernel> kernels) {
  OpDef d = op_detail::base<Params, parse, infer, State>(info, kernels);
  d.prepare = [](const void* p, void* s, Prepare& n) {
    return prepare(*static_cast<const Params*>(p), *static_cast<State*>(s), n);
  };
  return d;
}

/// For operators without options.
struct NoParams {};
inline Result<NoParams> parse_none(const OpView&) { return NoParams{}; }

}  // namespace samara::graph
