// How tensors leave the program: .npy files with an index beside them, and one-line summaries.
#pragma once

#include <string>

#include "fleet/io/json/json.h"
#include "samara/base/result.h"
#include "samara/graph/op.h"

namespace samara::cli {

/// name, shape, type and quantization.
json::Json describe(const graph::Tensor& tensor);

/// "float32 [1, 10], min -0.5, max 2.25, mean 0.1"; strings and opaque types without numbers.
std::string summary(const graph::Tensor& tensor);
/// The same numbers as JSON members of `object`.
void add_summary(const graph::Tensor& tensor, json::Json& object);

/// Writes `tensor` as <dir>/<stem>.npy, strings as <stem>.json.
/// Errors: io, resource_exhausted (disk full), with the path.
Status write_tensor(const std::string& dir, const std::string& stem, const graph::Tensor& tensor);
Status write_text(const std::string& path, const std::string& text);
Status make_dir(const std::string& path);

}  // namespace samara::cli
