#include "cli/shared/recording.h"

#include <cmath>
#include <cstdint>
#include <set>

#include "base/checked.h"
#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/shared/npy.h"
#include "cli/shared/results.h"

namespace samara::cli {
namespace {

using json::Json;

constexpr char kIndex[] = "/tensors.json";

/// The tensor as the engine would show it; it borrows from `r`.
graph::Tensor as_tensor(Recorded& r) {
  graph::Tensor t;
  t.name = r.name;
  t.type = r.type;
  t.shape = graph::Shape(r.shape);
  t.quant.scales = r.quant.scales;
  t.quant.zero_points = r.quant.zero_points;
  t.quant.axis = r.quant.axis;
  t.data = r.data.data();
  t.bytes = r.data.size();
  return t;
}

Recorded recorded(const graph::NodeInfo& node, const graph::Tensor& t) {
  Recorded r;
  r.name = t.name;
  r.subgraph = node.subgraph;
  r.index = t.index;
  r.op = node.op;
  r.node = node.index;
  r.type = t.type;
  r.shape.assign(t.shape.dims().begin(), t.shape.dims().end());
  r.quant = Quantized(t.quant);
  r.read = number_reader(t.type);
  return r;
}

std::string stem(const Recorded& r) { return cat(r.subgraph, "_", r.index); }

Json entry_of(Recorded& r) {
  Json entry = Json::object({{"subgraph", r.subgraph}, {"index", r.index}});
  entry.set("operator", r.op).set("node", r.node).set("file", stem(r) + ".npy");
  const Json described = describe(as_tensor(r));
  for (const auto& [name, value] : *described.as_object()) entry.set(name, value);
  return entry;
}

std::string text_of(const Json& object, std::string_view key) {
  const Json* const member = object.find(key);
  const std::string* const text = member ? member->as_string() : nullptr;
  return text ? *text : std::string();
}

int integer_of(const Json& object, std::string_view key) {
  const Json* const member = object.find(key);
  const auto value = member ? member->as_integer() : std::nullopt;
  return value ? narrow<int>(*value).value_or(0) : 0;
}

Result<Quantized> quantization_of(const Json* json) {
  Quantized q;
  if (!json || json->is_null()) return q;
  q.axis = integer_of(*json, "axis");
  const auto each = [&](std::string_view key, auto add) {
    const Json* const list = json->find(key);
    if (!list || !list->as_array()) return false;
    for (const Json& item : *list->as_array()) {
      const auto number = item.as_number();
      if (!number || !std::isfinite(*number)) return false;
      add(*number);
    }
    return true;
  };
  const bool sound =
      each("scales", [&](double x) { q.scales.push_back(float(x)); }) &&
      each("zero_points", [&](double x) {
        q.zero_points.push_back(int32_t(std::fmin(std::fmax(x, INT32_MIN), INT32_MAX)));
      });
  if (!sound || q.scales.size() != q.zero_points.size())
    return Error(Code::invalid_argument, "'quantization' is not as many scales as zero points");
  return q;
}

Result<Type> type_of(const std::string& name) {
  for (int i = 0; i < kTypes; ++i)
    if (samara::name(Type(i)) == name) return Type(i);
  return Error(Code::invalid_argument, cat("there is no type '", name, "'"));
}

Result<Recorded> read_entry(const std::string& folder, const Json& entry) {
  Recorded r;
  r.name = text_of(entry, "name");
  r.op = text_of(entry, "operator");
  r.subgraph = integer_of(entry, "subgraph");
  r.index = integer_of(entry, "index");
  r.node = integer_of(entry, "node");
  const std::string file = text_of(entry, "file");
  if (file.empty() || file.find('/') != std::string::npos || file.find('\0') != std::string::npos)
    return Error(Code::invalid_argument, cat("'", file, "' is not a file of this folder"));
  TRY_SET(r.quant, quantization_of(entry.find("quantization")));
  TRY_SET(const std::string bytes, read_file(cat(folder, "/", file)));
  TRY_SET(Array array, parse_npy(std::as_bytes(std::span(bytes))));
  r.type = array.type;
  if (entry.find("type")) {
    TRY_SET(r.type, type_of(text_of(entry, "type")));
    if (array.type != npy_type(r.type))
      return Error(Code::data_loss,
                   cat("the file holds ", name(array.type), ", tensors.json tells ", name(r.type)));
  }
  r.read = number_reader(bits(r.type) < 8 ? array.type : r.type);
  r.shape = std::move(array.shape);
  r.data = std::move(array.data);
  return r;
}

}  // namespace

void Recorder::after(const graph::NodeInfo& node, const graph::Operands& operands, int64_t) {
  for (int i = 0; i < operands.outputs() && status_.ok(); ++i) {
    const graph::Tensor& tensor = operands.out(i);
    if (!tensor.data || bits(tensor.type) == 0) continue;
    const auto [place, added] = places_.try_emplace({node.subgraph, tensor.index}, list_.size());
    if (added) list_.emplace_back();
    Recorded& r = list_[place->second];
    r = recorded(node, tensor);
    if (!folder_.empty() && node.subgraph == 0) {
      status_ = write_tensor(folder_, stem(r), tensor);
    } else {
      r.data.assign(tensor.data, tensor.data + tensor.bytes);
    }
  }
}

Result<Recording> Recorder::finish() {
  TRY(std::move(status_));
  if (folder_.empty()) return std::move(list_);
  Json entries = Json::array();
  for (Recorded& r : list_) {
    if (r.subgraph != 0) TRY(write_tensor(folder_, stem(r), as_tensor(r)));
    entries.push(entry_of(r));
  }
  TRY(write_text(folder_ + kIndex, entries.dump(2) + "\n"));
  return std::move(list_);
}

Result<Recording> read_recording(const std::string& folder) {
  const auto in_index = [&] { return cat("file ", folder, kIndex); };
  TRY_SET(const std::string text, read_file(folder + kIndex));
  TRY_SET(const Json entries, json::parse(text).in(in_index));
  if (!entries.as_array())
    return Error(Code::invalid_argument, cat("is ", entries.kind(), ", not an array"))
        .in(in_index());
  Recording list;
  for (const Json& entry : *entries.as_array()) {
    TRY_SET(Recorded r, read_entry(folder, entry).in([&] {
      return cat("tensor ", list.size(), " '", text_of(entry, "name"), "' of ", folder);
    }));
    list.push_back(std::move(r));
  }
  return list;
}

}  // namespace samara::cli
