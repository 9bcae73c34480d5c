// Model: a verified file and, where this build has all its operators, what runs it.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "samara/runtime/model.h"

namespace samara::python {

namespace nb = nanobind;

struct PyModel {
  nb::object content;  // the bytes that the file borrows
  std::shared_ptr<const schema::ModelFile> file;
  std::shared_ptr<const Model> model;  // null: `refusal` says why
  std::optional<Error> refusal;

  /// Errors, raised: those of schema::ModelFile::open, and the model's but `unsupported`, which is
  /// kept: a file whose operators are unknown can be looked at.
  static std::unique_ptr<PyModel> open(const nb::object& source, bool reference,
                                       const std::vector<std::string>& ops_libraries);
  const schema::Subgraph& subgraph(int index) const;
  const schema::Tensor& tensor(int subgraph, int index) const;
};

void define_model(nb::module_& module);
void define_interpreter(nb::module_& module);

}  // namespace samara::python
