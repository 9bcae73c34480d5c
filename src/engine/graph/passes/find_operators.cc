// Finds every node's operator in the registry, and parses its options. What this build cannot run
// is named with the ways out, since "unknown op" alone has sent many users to a forum.
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/passes/passes.h"

namespace samara::graph::passes {
namespace {

constexpr int kCustom = 32;

/// Operators that hold code for one chip alone.
const char* chip_of(std::string_view name) {
  if (name == "edgetpu-custom-op") return "Google's Edge TPU";
  if (name == "DISPATCH_OP") return "an NPU";
  return nullptr;
}

Error unknown(const schema::OperatorCode& code) {
  if (const char* const chip = code.builtin == kCustom ? chip_of(code.name) : nullptr)
    return Error(Code::unsupported,
                 cat("the model was compiled for ", chip, " (", code.name,
                     "), which alone can run it; use the model as it was before that, or "
                     "register a custom operator of this name that drives the chip"));
  if (code.builtin == kCustom && code.name.starts_with("Flex"))
    return Error(
        Code::unsupported,
        cat("the model needs TensorFlow's own operator ", code.name.substr(4), " (", code.name,
            ", \"Select TF ops\"), which this runtime does not hold; convert it "
            "again with supported_ops = [TFLITE_BUILTINS] after replacing that operation, "
            "or register a custom operator of this name"));
  if (code.builtin == kCustom)
    return Error(Code::unsupported,
                 cat("custom operator '", code.name,
                     "' is not known; register it with "
                     "ModelOptions.ops, or give a shared object that has it with --ops-library"));
  return Error(Code::unsupported,
               cat(code.name, " version ", code.version,
                   " is not in this build; register an "
                   "operator of this code with ModelOptions.ops or --ops-library, use a newer "
                   "release, or convert the model without it"));
}

Status check_version(const schema::OperatorCode& code, const OpDef& def) {
  const Versions v = def.info.versions;
  // Of custom operators the format keeps no versions that mean anything.
  if (code.builtin == kCustom || (code.version >= v.min && code.version <= v.max)) return ok();
  return Error(Code::unsupported,
               cat(code.name, " version ", code.version, "; this build runs ", v.min, " to ", v.max,
                   "; use a newer release, or convert the model for an older runtime"));
}

/// Stands in for an operator that cannot run, where the graph only lists those: what comes behind
/// has unknown shapes.
constexpr OpDef kRefused =
    define_op<NoParams, parse_none, [](const NoParams&, Infer& n) { return n.defer(); }>(
        {.name = "refused", .pure = false},
        {{Types(), bind<NoParams, [](const NoParams&, Run&) -> Status {
            return Error(Code::unsupported, "is not in this build");
          }>}});

Status parse(Node& node, const schema::OperatorCode& code) {
  const schema::Operator& op = *node.op;
  const bool second = op.options2_type != 0;
  const OpView view(op.options, second ? op.options2_type : op.options_type, second, op.custom,
                    code.version, int(op.inputs.size()), int(op.outputs.size()));
  TRY(node.params.parse(*node.def, view));
  if (view.mismatched())
    return Error(Code::invalid_model, cat("has options of another operator (table ",
                                          second ? op.options2_type : op.options_type, ")"));
  return ok();
}

Status settle(Node& node, const OpDef* def, const schema::OperatorCode& code) {
  if (!def) return unknown(code);
  node.def = def;
  TRY(check_version(code, *def));
  return parse(node, code);
}

}  // namespace

const OpDef* find_operator(const schema::OperatorCode& code,
                           std::span<const OpDef* const> registry) {
  for (const OpDef* def : registry) {
    if (def->info.code != code.builtin) continue;
    if (code.builtin != kCustom || def->info.name == code.name) return def;
  }
  return nullptr;
}

Status find_operators(Graph& graph, std::span<const OpDef* const> registry) {
  const auto codes = graph.file().codes();
  std::vector<const OpDef*> found(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) found[i] = find_operator(codes[i], registry);
  for (Subgraph& s : graph.subgraphs()) {
    for (Node& node : s.nodes) {
      if (node.def) continue;
      const schema::OperatorCode& code = codes[node.op->code];
      Status status = settle(node, found[node.op->code], code);
      if (status.ok()) continue;
      if (!graph.refusals()) return std::move(status).error().in(graph.place(s.index, node.number));
      graph.refusals()->push_back({s.index, node.number, status.error().brief()});
      TRY(settle(node, &kRefused, schema::OperatorCode{kCustom, "", 1}));
    }
  }
  return ok();
}

}  // namespace samara::graph::passes
