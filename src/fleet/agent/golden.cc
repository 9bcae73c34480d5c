#include "fleet/agent/golden.h"

#include <cmath>
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/json_tensor.h"
#include "fleet/io/json/json.h"

namespace samara::agent {
namespace {

using json::Json;

Error wrong(std::string what) { return Error(Code::invalid_model, std::move(what)); }

Result<std::vector<std::byte>> read_tensor(const Json& value, const TensorInfo& tensor,
                                           const Model& model) {
  std::vector<std::byte> out;
  if (const Json* file = value.find("file"); file && file->as_string()) {
    TRY_SET(const std::string content, model.file().associated_file(*file->as_string()));
    out.resize(content.size());
    if (!content.empty()) std::memcpy(out.data(), content.data(), content.size());
    return out;
  }
  if (!value.is_array()) return wrong("a tensor is neither a list of values nor a file");
  if (const Status done = append_values(value, tensor.type, out); !done.ok())
    return wrong(done.error().message());
  return out;
}

Status read_tensors(const Json& one, std::string_view member, std::span<const TensorInfo> tensors,
                    const Model& model, std::vector<std::vector<std::byte>>* out) {
  const Json* list = one.find(member);
  if (!list || !list->is_array() || list->as_array()->size() != tensors.size())
    return wrong(cat("'", member, "' is not a list of ", tensors.size(), " tensors"));
  for (size_t i = 0; i < tensors.size(); ++i) {
    TRY_SET(auto bytes, read_tensor((*list->as_array())[i], tensors[i], model).in([&] {
      return cat(member, " ", i, " '", tensors[i].name, "'");
    }));
    out->push_back(std::move(bytes));
  }
  return ok();
}

/// Bounds may stand at the top, for all cases, and in a case, for it.
Status read_bounds(const Json& from, Golden* out) {
  if (const Json* tolerance = from.find("tolerance")) {
    const auto number = tolerance->as_number();
    if (!number || !(*number >= 0)) return wrong("'tolerance' is no number from 0 on");
    out->tolerance = *number;
  }
  if (const Json* most = from.find("most_ms")) {
    const auto number = most->as_integer();
    if (!number || *number < 0) return wrong("'most_ms' is no whole number from 0 on");
    out->most_ms = *number;
  }
  return ok();
}

}  // namespace

Result<std::vector<Golden>> read_golden(std::string_view text, const Model& model,
                                        std::string_view key) {
  auto parsed = json::parse(text);
  if (!parsed.ok()) return wrong(cat("not JSON: ", parsed.error().message()));
  const Json* cases = parsed->find("cases");
  if (!cases || !cases->is_array() || cases->as_array()->empty())
    return wrong("'cases' is no list with a case in it");
  TRY_SET(const SignatureInfo* signature, model.signature(key));
  Golden bounds;
  TRY(read_bounds(*parsed, &bounds));
  std::vector<Golden> out;
  for (size_t i = 0; i < cases->as_array()->size(); ++i) {
    const Json& one = (*cases->as_array())[i];
    const auto frame = [&] { return cat("case ", i); };
    Golden golden = bounds;
    TRY(read_bounds(one, &golden).in(frame));
    TRY(read_tensors(one, "inputs", signature->inputs, model, &golden.inputs).in(frame));
    TRY(read_tensors(one, "outputs", signature->outputs, model, &golden.outputs).in(frame));
    out.push_back(std::move(golden));
  }
  return out;
}

}  // namespace samara::agent
