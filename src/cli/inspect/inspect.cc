#include "cli/inspect/inspect.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "samara/schema/metadata.h"

namespace samara::cli {
namespace {

using json::Json;
using schema::ModelFile;
using schema::Subgraph;
using schema::Tensor;

std::span<const int32_t> shown_shape(const Tensor& t) {
  return t.signature.empty() ? t.shape : t.signature;
}

Json quantization_of(const schema::Quantization& q) {
  if (q.scales.empty() && q.block_size == 0) return Json();
  Json out = Json::object();
  if (q.scales.size() > 4) {
    out.set("channels", q.scales.size());
    out.set("least_scale", *std::min_element(q.scales.begin(), q.scales.end()));
    out.set("most_scale", *std::max_element(q.scales.begin(), q.scales.end()));
  } else {
    out.set("scales", Json::list(q.scales)).set("zero_points", Json::list(q.zero_points));
  }
  if (q.scales.size() > 1) out.set("axis", q.axis);
  if (q.block_size > 0) out.set("block_size", q.block_size);
  return out;
}

Json tensor_json(const Tensor& t, int index) {
  Json out = Json::object({{"index", index}, {"name", t.name}, {"type", name(t.type)}});
  out.set("shape", Json::list(shown_shape(t)));
  out.set("kind", t.constant ? "constant" : t.is_variable ? "variable" : "activation");
  if (t.constant) out.set("bytes", t.data.size());
  if (const Json q = quantization_of(t.quantization); !q.is_null()) out.set("quantization", q);
  if (t.sparsity) out.set("sparse", true);
  return out;
}

std::string text_of(const Json* value) {
  if (!value || value->is_null()) return "";
  const std::string* text = value->as_string();
  return text ? *text : value->dump();
}
std::string text_of(const Json& object, std::string_view key) { return text_of(object.find(key)); }

const Json::Array& items(const Json& value) {
  static const Json::Array none;
  const Json::Array* list = value.as_array();
  return list ? *list : none;
}
const Json::Array& items(const Json& object, std::string_view key) {
  static const Json null;
  const Json* value = object.find(key);
  return items(value ? *value : null);
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text + " ";
}

Json entry_json(const Subgraph& graph, std::string_view name, int32_t index) {
  const Tensor& t = graph.tensors[size_t(index)];
  Json out = Json::object({{"name", name}, {"tensor", index}, {"type", samara::name(t.type)}});
  out.set("shape", Json::list(shown_shape(t)));
  if (const Json q = quantization_of(t.quantization); !q.is_null()) out.set("quantization", q);
  return out;
}

Json files_json(const std::vector<schema::FileInfo>& files) {
  Json list = Json::array();
  for (const schema::FileInfo& file : files) {
    Json entry = Json::object({{"name", file.name}, {"kind", int(file.kind)}});
    if (!file.locale.empty()) entry.set("locale", file.locale);
    if (!file.description.empty()) entry.set("description", file.description);
    list.push(std::move(entry));
  }
  return list;
}

Json tensor_metadata_json(const schema::TensorMetadata& t) {
  Json out = Json::object({{"name", t.name}, {"description", t.description}});
  if (const auto* image = t.content_as<schema::ImageContent>()) {
    out.set("content", "image")
        .set("color_space",
             image->color_space == schema::ColorSpace::grayscale ? "grayscale" : "rgb");
  } else if (const auto* audio = t.content_as<schema::AudioContent>()) {
    out.set("content", "audio").set("sample_rate", audio->sample_rate);
    out.set("channels", audio->channels);
  } else if (t.content_as<schema::BoxContent>()) {
    out.set("content", "bounding boxes");
  }
  if (const auto* unit = t.unit<schema::Normalization>()) {
    out.set("mean", Json::list(unit->mean)).set("std", Json::list(unit->std));
  }
  if (const auto* unit = t.unit<schema::ScoreThresholding>()) {
    out.set("score_threshold", unit->global_score_threshold);
  }
  if (!t.associated_files.empty()) out.set("files", files_json(t.associated_files));
  return out;
}

}  // namespace

Json summary_of(const ModelFile& file) {
  Json out = Json::object({{"path", file.path()}, {"bytes", file.file_bytes()}});
  out.set("schema_version", file.version()).set("description", file.description());
  uint64_t constants = 0;
  size_t tensors = 0, operators = 0;
  std::set<const void*> seen;  // tensors may share a buffer
  std::map<std::string, int64_t> counts;
  for (const Subgraph& graph : file.subgraphs()) {
    tensors += graph.tensors.size();
    operators += graph.operators.size();
    for (const Tensor& t : graph.tensors) {
      if (t.constant && seen.insert(t.data.data()).second) constants += t.data.size();
    }
    for (const schema::Operator& op : graph.operators)
      ++counts[std::string(file.codes()[op.code].name)];
  }
  uint64_t associated = 0;
  Json files = Json::array();
  for (const schema::AssociatedFile& entry : file.associated_files()) {
    associated += entry.size;
    Json one =
        Json::object({{"name", entry.name}, {"bytes", entry.size}, {"stored", entry.stored}});
    if (const auto content = file.associated_file(entry.name); content.ok())
      one.set("sha256", sha256_hex(std::as_bytes(std::span(*content))));
    files.push(std::move(one));
  }
  out.set("subgraphs", file.subgraphs().size()).set("tensors", tensors).set("operators", operators);
  Json by_op = Json::object();
  for (const auto& [op, count] : counts) by_op.set(op, count);
  out.set("operator_counts", std::move(by_op));
  out.set("constant_bytes", constants).set("associated_bytes", associated);
  out.set("associated_files", std::move(files));
  return out;
}

Json operators_of(const ModelFile& file) {
  Json list = Json::array();
  for (size_t g = 0; g < file.subgraphs().size(); ++g) {
    const Subgraph& graph = file.subgraphs()[g];
    for (size_t i = 0; i < graph.operators.size(); ++i) {
      const schema::Operator& op = graph.operators[i];
      const schema::OperatorCode& code = file.codes()[op.code];
      Json entry = Json::object({{"subgraph", g}, {"index", i}, {"op", code.name}});
      entry.set("version", code.version);
      entry.set("inputs", Json::list(op.inputs)).set("outputs", Json::list(op.outputs));
      if (!op.outputs.empty() && op.outputs[0] >= 0) {
        const Tensor& t = graph.tensors[size_t(op.outputs[0])];
        entry.set("name", t.name)
            .set("type", name(t.type))
            .set("shape", Json::list(shown_shape(t)));
      }
      list.push(std::move(entry));
    }
  }
  return list;
}

void add_verdicts(const PlanReport& plan, Json& operators) {
  std::map<std::pair<int, int>, const PlannedNode*> planned;
  for (const PlannedNode& node : plan.nodes) planned[{node.subgraph, node.index}] = &node;
  Json out = Json::array();
  for (Json entry : items(operators)) {
    const auto number = [&](const char* key) { return std::atoi(text_of(entry, key).c_str()); };
    const PlannedNode& node = *planned.at({number("subgraph"), number("index")});
    entry.set("runs", node.refused.empty());
    if (node.refused.empty()) {
      entry.set("kernel", node.kernel).set("note", node.note);
    } else {
      entry.set("refused", node.refused);
    }
    out.push(std::move(entry));
  }
  operators = std::move(out);
}

Json tensors_of(const ModelFile& file) {
  Json list = Json::array();
  for (size_t g = 0; g < file.subgraphs().size(); ++g) {
    const Subgraph& graph = file.subgraphs()[g];
    for (size_t i = 0; i < graph.tensors.size(); ++i) {
      Json entry = Json::object({{"subgraph", g}});
      const Json described = tensor_json(graph.tensors[i], int(i));
      for (const auto& [key, value] : *described.as_object()) entry.set(key, value);
      list.push(std::move(entry));
    }
  }
  return list;
}

Json signatures_of(const ModelFile& file) {
  Json list = Json::array();
  const auto add = [&](std::string_view key, size_t subgraph, const auto& inputs,
                       const auto& outputs) {
    const Subgraph& graph = file.subgraphs()[subgraph];
    Json entry = Json::object({{"key", key}, {"subgraph", subgraph}});
    Json ins = Json::array(), outs = Json::array();
    for (const auto& e : inputs) ins.push(entry_json(graph, e.name, e.tensor));
    for (const auto& e : outputs) outs.push(entry_json(graph, e.name, e.tensor));
    list.push(entry.set("inputs", std::move(ins)).set("outputs", std::move(outs)));
  };
  for (const schema::Signature& s : file.signatures()) add(s.key, s.subgraph, s.inputs, s.outputs);
  if (file.signatures().empty() && !file.subgraphs().empty()) {
    const Subgraph& graph = file.subgraphs()[0];
    std::vector<schema::Signature::Entry> ins, outs;
    for (const int32_t i : graph.inputs) ins.push_back({graph.tensors[size_t(i)].name, i});
    for (const int32_t i : graph.outputs) outs.push_back({graph.tensors[size_t(i)].name, i});
    add("", 0, ins, outs);
  }
  return list;
}

Result<Json> metadata_of(const ModelFile& file) {
  TRY_SET(const auto metadata, schema::read_metadata(file));
  Json entries = Json::array();
  for (const schema::MetadataEntry& entry : file.metadata()) {
    entries.push(Json::object({{"name", entry.name}, {"bytes", entry.data.size()}}));
  }
  Json out = Json::object({{"entries", std::move(entries)}});
  if (!metadata) return out;
  out.set("name", metadata->name).set("description", metadata->description);
  out.set("version", metadata->version).set("author", metadata->author);
  out.set("license", metadata->license);
  Json graphs = Json::array();
  for (const schema::SubgraphMetadata& graph : metadata->subgraphs) {
    Json ins = Json::array(), outs = Json::array();
    for (const auto& t : graph.inputs) ins.push(tensor_metadata_json(t));
    for (const auto& t : graph.outputs) outs.push(tensor_metadata_json(t));
    graphs.push(Json::object({{"inputs", std::move(ins)}, {"outputs", std::move(outs)}}));
  }
  out.set("subgraphs", std::move(graphs)).set("files", files_json(metadata->associated_files));
  return out;
}

Json plan_of(const PlanReport& report) {
  Json nodes = Json::array(), tensors = Json::array();
  for (const PlannedNode& node : report.nodes) {
    Json entry =
        Json::object({{"subgraph", node.subgraph}, {"index", node.index}, {"op", node.op}});
    entry.set("runs_on", node.runs_on);
    if (!node.kernel.empty()) entry.set("kernel", node.kernel);
    if (!node.note.empty()) entry.set("note", node.note);
    nodes.push(std::move(entry));
  }
  for (const PlannedTensor& t : report.tensors) {
    Json entry = Json::object({{"subgraph", t.subgraph}, {"index", t.index}, {"name", t.name}});
    entry.set("offset", t.offset).set("bytes", t.bytes);
    entry.set("first", t.first_node).set("last", t.last_node);
    if (t.shares_with >= 0) entry.set("in_place_of", t.shares_with);
    tensors.push(std::move(entry));
  }
  Json out = Json::object({{"arena_bytes", report.arena_bytes}});
  out.set("constant_bytes", report.constant_bytes).set("packed_bytes", report.packed_bytes);
  return out.set("nodes", std::move(nodes)).set("tensors", std::move(tensors));
}

std::string print_summary(const Json& s) {
  std::string out = cat(text_of(s, "path"), "\n  ", text_of(s, "bytes"), " bytes: constants ",
                        text_of(s, "constant_bytes"), ", associated files ",
                        text_of(s, "associated_bytes"), "\n");
  if (!text_of(s, "description").empty()) out += cat("  ", text_of(s, "description"), "\n");
  out += cat("  ", text_of(s, "subgraphs"), " subgraphs, ", text_of(s, "tensors"), " tensors, ",
             text_of(s, "operators"), " operators\n");
  const Json* counts = s.find("operator_counts");
  for (const auto& [op, count] : *counts->as_object()) {
    out += cat("    ", padded(op, 30), text_of(&count), "\n");
  }
  for (const Json& file : items(s, "associated_files")) {
    out += cat("  file ", text_of(file, "name"), ", ", text_of(file, "bytes"), " bytes\n");
  }
  return out;
}

std::string print_operators(const Json& operators) {
  std::string out = "operators\n";
  size_t refused = 0;
  for (const Json& op : items(operators)) {
    out += cat("  ", padded(cat(text_of(op, "subgraph"), ":", text_of(op, "index")), 8),
               padded(cat(text_of(op, "op"), " v", text_of(op, "version")), 28),
               padded(cat(text_of(op, "inputs"), " -> ", text_of(op, "outputs")), 24),
               text_of(op, "type"), " ", text_of(op, "shape"), " ", text_of(op, "name"));
    const Json* const runs = op.find("runs");
    if (runs && *runs->as_bool()) {
      const std::string kernel = text_of(op, "kernel"), note = text_of(op, "note");
      out += cat("  [", kernel.empty() ? "runs" : kernel, "]");
      if (!note.empty()) out += cat("  [", note, "]");
    } else if (runs) {
      ++refused;
      out += cat("  [cannot run: ", text_of(op, "refused"), "]");
    }
    out += "\n";
  }
  if (refused > 0)
    out += cat("  ", refused, " of ", items(operators).size(), " operators cannot run here\n");
  return out;
}

std::string print_tensors(const Json& tensors) {
  std::string out = "tensors\n";
  for (const Json& t : items(tensors)) {
    out += cat("  ", padded(cat(text_of(t, "subgraph"), ":", text_of(t, "index")), 8),
               padded(text_of(t, "kind"), 11), padded(text_of(t, "type"), 9),
               padded(text_of(t, "shape"), 20), text_of(t, "name"));
    if (t.find("quantization")) out += " " + text_of(t, "quantization");
    out += "\n";
  }
  return out;
}

std::string print_signatures(const Json& signatures) {
  std::string out = "signatures\n";
  for (const Json& s : items(signatures)) {
    out += cat("  '", text_of(s, "key"), "' (subgraph ", text_of(s, "subgraph"), ")\n");
    for (const auto& [label, key] : {std::pair{"in ", "inputs"}, {"out", "outputs"}}) {
      for (const Json& e : items(s, key)) {
        out += cat("    ", label, " ", padded(text_of(e, "name"), 30), text_of(e, "type"), " ",
                   text_of(e, "shape"), "\n");
      }
    }
  }
  return out;
}

std::string print_plan(const Json& plan) {
  std::string out =
      cat("plan: activations ", text_of(plan, "arena_bytes"), " bytes, constants ",
          text_of(plan, "constant_bytes"), ", packed ", text_of(plan, "packed_bytes"), "\n");
  for (const Json& node : items(plan, "nodes")) {
    out += cat("  ", padded(cat(text_of(node, "subgraph"), ":", text_of(node, "index")), 8),
               padded(text_of(node, "op"), 28), padded(text_of(node, "runs_on"), 5),
               text_of(node, "kernel"), " ", text_of(node, "note"), "\n");
  }
  out += "memory: offset, bytes, live from node to node\n";
  for (const Json& t : items(plan, "tensors")) {
    out += cat("  ", padded(text_of(t, "offset"), 10), padded(text_of(t, "bytes"), 10),
               padded(cat(text_of(t, "first"), "..", text_of(t, "last")), 10),
               text_of(t, "subgraph"), ":", text_of(t, "index"), " ", text_of(t, "name"));
    if (t.find("in_place_of")) out += cat(" (in place of ", text_of(t, "in_place_of"), ")");
    out += "\n";
  }
  return out;
}

}  // namespace samara::cli
