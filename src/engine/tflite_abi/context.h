// Context: one subgraph as operators and delegates in C see it, and how they take part in a run.
//
//   Shared    what an interpreter's contexts have in common
//   Context   tensors, nodes, and the callbacks of TfLiteContext
//   CNode     a node's C structures: one of the file's, or a delegate's kernel
//   CustomOp  the engine's operator that calls a registration of others
#pragma once

#include <array>
#include <cstdarg>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/graph.h"
#include "engine/tflite_abi/builtin_data.h"
#include "engine/tflite_abi/operator.h"
#include "engine/tflite_abi/tensors.h"
#include "samara/graph/op.h"

namespace samara::tflite_abi {

class Context;

/// Tells the interpreter's user what went wrong.
using Report = std::function<void(const std::string&)>;

/// What may find an operator of the caller's: by builtin code, or 32 and a name.
using FindOperator =
    std::function<std::optional<TfLiteRegistration>(const schema::OperatorCode& code)>;

struct CustomOp;
struct Shared {
  const schema::ModelFile* file = nullptr;
  Report report;
  int threads = 1;
  bool allow_buffer_handle_output = false;
  std::vector<std::unique_ptr<Context>> contexts;  // by subgraph
  std::deque<CustomOp> ops;                        // of codes that the caller's operators take
  std::array<TfLiteExternalContext*, kTfLiteMaxExternalContexts> external{};
  TfLiteDelegate* failed = nullptr;  // whose kernel failed in the present plan or run
};

/// The nodes of a delegate's kernel, what goes in and what comes out.
struct Partition {
  std::vector<int> nodes;
  std::vector<int32_t> inputs, outputs;
};
/// Splits claimed nodes so that each part can run in the place of its last node.
std::vector<Partition> partition(const schema::Subgraph& s, std::vector<int> claimed);

struct CNode {
  TfLiteNode c{};
  TfLiteRegistration registration{};
  std::string custom_name;
  BuiltinData builtin;
  std::unique_ptr<TfLiteOperator> view;  // the opaque form of a node of the engine's own
  bool initialised = false;              // by its registration's init()
  bool taken = false;                    // by a delegate

  // A delegate's kernel.
  Partition part;
  IntArray nodes, inputs, outputs;
  TfLiteDelegateParams params{};
  TfLiteOpaqueDelegateParams opaque_params{};

  ~CNode();
  CNode() = default;
  CNode(const CNode&) = delete;
  CNode& operator=(const CNode&) = delete;
};

struct CustomOp : graph::OpDef {
  std::string name;         // info.name is a view of it
  CNode* kernel = nullptr;  // a delegate's; null: the node is the file's
};

class Context {
 public:
  Context(Shared& shared, int subgraph);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  static Context& of(const TfLiteContext* c) { return *static_cast<Context*>(c->impl_); }

  TfLiteContext* c() { return &c_; }
  Tensors& tensors() { return tensors_; }
  const schema::Subgraph& file() const { return file_; }
  Shared& shared() { return shared_; }
  /// Nodes of the file, then kernels of delegates; null: there is none.
  CNode* node(int64_t index);
  size_t nodes() const { return nodes_.size() + kernels_.size(); }
  const TfLiteIntArray* plan();
  const char* name() const { return name_.c_str(); }
  std::span<const int32_t> variables() const { return variables_; }

  /// Binds the caller's operators to their nodes and calls their init().
  Status bind(const FindOperator& find);
  /// Lets a delegate look and claim; where it fails, drop() undoes what it claimed by then.
  Status apply(TfLiteDelegate* delegate);
  size_t kernels() const { return kernels_.size(); }
  /// Forgets the kernels of a delegate but the first `kept` of all; null: of every delegate.
  void drop(const TfLiteDelegate* delegate, size_t kept = 0);
  void list_claims(std::vector<graph::Claim>& claims);

  // For CustomOp.
  Status prepare(CNode& node, graph::Infer& n);
  Status invoke(CNode& node, graph::Run& n);
  /// Values that a delegate keeps in memory of its own, brought to the tensor.
  TfLiteStatus make_readable(TfLiteTensor& t);
  /// Gives a tensor's handle back to its delegate.
  void free_handle(TfLiteTensor& t);

  // For the callbacks of TfLiteContext and their opaque forms.
  TfLiteStatus resize(TfLiteTensor* tensor, IntArray shape);
  TfLiteStatus claim(TfLiteRegistration registration, const TfLiteIntArray* nodes,
                     TfLiteDelegate* delegate);
  TfLiteStatus preview(const TfLiteIntArray* nodes, TfLiteDelegateParams** parts, int* count);
  TfLiteStatus fail(const std::string& text);

  bool skip_delegation = false;  // another delegate runs this subgraph by itself

 private:
  void fill_callbacks();
  void describe(CNode& node, const schema::Operator& op);
  CNode& add_kernel(const TfLiteRegistration& registration, TfLiteDelegate* delegate,
                    Partition part);
  Status init(CNode& node, const char* buffer, size_t length);
  void give_up(CNode& kernel);
  void show_operands(const graph::Operands& n, bool outputs);
  Status place_temporaries(const CNode& node);
  Status take_shapes(graph::Infer& n);
  Status take_dynamic(const graph::Tensor& out, graph::Run& n);
  std::optional<std::vector<int>> checked(const TfLiteIntArray* nodes);

  Shared& shared_;
  const int subgraph_;
  const schema::Subgraph& file_;
  TfLiteContext c_{};
  Tensors tensors_;
  std::deque<CNode> nodes_;
  std::vector<std::unique_ptr<CNode>> kernels_;
  std::vector<std::unique_ptr<CNode>> dropped_;  // not initialised; graphs still point at them
  std::deque<CustomOp> kernel_ops_;  // only ever more: graphs of before may still point at them
  std::string name_;
  std::vector<int32_t> variables_;
  IntArray plan_;
  std::vector<std::vector<TfLiteDelegateParams>> previews_;
  std::vector<IntArray> preview_arrays_;
  TfLiteDelegate* claiming_ = nullptr;  // during apply()
};

/// As vsnprintf(), of any length.
std::string format_text(const char* text, va_list args);

/// Makes `op` the engine's operator that calls registrations of others.
void define(CustomOp& op, int code, std::string_view name);
/// Tells the custom operators of a graph which nodes they are; before it is planned.
void connect(const graph::Graph& graph, Shared& shared);

}  // namespace samara::tflite_abi
