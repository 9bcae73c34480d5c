#include "native/model.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <utility>

#include "native/errors.h"

namespace samara::python {
namespace {

template <class T>
nb::list list_of(const std::vector<T>& values) {
  nb::list out;
  for (const T& v : values) out.append(v);
  return out;
}

/// (scales, zero points, axis, block size, the tensor that holds a block's scales).
nb::tuple quantization(const schema::Quantization& q) {
  return nb::make_tuple(list_of(q.scales), list_of(q.zero_points), q.axis, q.block_size,
                        q.block_scales);
}

nb::object sparsity(const schema::Tensor& t) {
  if (!t.sparsity) return nb::none();
  nb::list dims;
  for (const schema::SparseDim& d : t.sparsity->dims)
    dims.append(nb::make_tuple(d.dense, d.size, list_of(d.segments), list_of(d.indices)));
  return nb::make_tuple(list_of(t.sparsity->traversal_order), list_of(t.sparsity->block_map), dims);
}

nb::tuple tensor_facts(const PyModel& self, int subgraph, int index) {
  const schema::Tensor& t = self.tensor(subgraph, index);
  return nb::make_tuple(t.name, name(t.type), list_of(t.shape), list_of(t.signature),
                        quantization(t.quantization), t.constant, t.is_variable);
}

nb::list nodes(const PyModel& self, int subgraph) {
  nb::list out;
  for (const schema::Operator& op : self.subgraph(subgraph).operators)
    out.append(
        nb::make_tuple(self.file->codes()[op.code].name, list_of(op.inputs), list_of(op.outputs)));
  return out;
}

nb::dict entries(const std::vector<schema::Signature::Entry>& list) {
  nb::dict out;
  for (const auto& e : list) out[nb::str(e.name.data(), e.name.size())] = e.tensor;
  return out;
}

nb::list signatures(const PyModel& self) {
  nb::list out;
  for (const schema::Signature& s : self.file->signatures())
    out.append(nb::make_tuple(s.key, s.subgraph, entries(s.inputs), entries(s.outputs)));
  return out;
}

nb::dict metadata(const PyModel& self) {
  nb::dict out;
  for (const schema::MetadataEntry& e : self.file->metadata())
    out[nb::str(e.name.data(), e.name.size())] =
        nb::bytes(reinterpret_cast<const char*>(e.data.data()), e.data.size());
  return out;
}

std::shared_ptr<const schema::ModelFile> open_file(const nb::object& source) {
  if (nb::isinstance<nb::bytes>(source)) {
    const auto bytes = nb::cast<nb::bytes>(source);
    const std::span content(reinterpret_cast<const std::byte*>(bytes.c_str()), bytes.size());
    Result<std::shared_ptr<const schema::ModelFile>> file = [&] {
      const nb::gil_scoped_release released;
      return schema::ModelFile::from_bytes(content, false);
    }();
    return value(std::move(file));
  }
  const auto path = nb::cast<std::string>(source);
  Result<std::shared_ptr<const schema::ModelFile>> file = [&] {
    const nb::gil_scoped_release released;
    return schema::ModelFile::open(path);
  }();
  return value(std::move(file));
}

}  // namespace

std::unique_ptr<PyModel> PyModel::open(const nb::object& source, bool reference,
                                       const std::vector<std::string>& ops_libraries) {
  auto self = std::make_unique<PyModel>();
  self->content = source;
  self->file = open_file(source);
  ModelOptions options;
  options.numerics = reference ? Numerics::reference : Numerics::xnnpack;
  options.ops_libraries = ops_libraries;
  auto loaded = [&] {
    const nb::gil_scoped_release released;
    return Model::load(self->file, options);
  }();
  if (loaded.ok())
    self->model = std::move(loaded).value();
  else
    self->refusal = std::move(loaded).error();
  if (self->refusal && self->refusal->code() != Code::unsupported) raise(*self->refusal);
  return self;
}

const schema::Subgraph& PyModel::subgraph(int index) const {
  if (index < 0 || size_t(index) >= file->subgraphs().size()) throw nb::index_error("subgraph");
  return file->subgraphs()[size_t(index)];
}

const schema::Tensor& PyModel::tensor(int graph, int index) const {
  const schema::Subgraph& s = subgraph(graph);
  if (index < 0 || size_t(index) >= s.tensors.size()) throw nb::index_error("tensor");
  return s.tensors[size_t(index)];
}

void define_model(nb::module_& module) {
  nb::class_<PyModel>(module, "Model")
      .def_static("open", &PyModel::open, nb::arg("source"), nb::arg("reference"),
                  nb::arg("ops_libraries"))
      .def_prop_ro("subgraphs", [](const PyModel& m) { return m.file->subgraphs().size(); })
      .def_prop_ro("file_bytes", [](const PyModel& m) { return m.file->file_bytes(); })
      .def_prop_ro("description", [](const PyModel& m) { return m.file->description(); })
      .def_prop_ro("refusal",
                   [](const PyModel& m) -> nb::object {
                     if (!m.refusal) return nb::none();
                     return nb::cast(m.refusal->brief());
                   })
      .def("tensors", [](const PyModel& m, int s) { return m.subgraph(s).tensors.size(); })
      .def("inputs", [](const PyModel& m, int s) { return m.subgraph(s).inputs; })
      .def("outputs", [](const PyModel& m, int s) { return m.subgraph(s).outputs; })
      .def("tensor", tensor_facts)
      .def("sparsity", [](const PyModel& m, int s, int t) { return sparsity(m.tensor(s, t)); })
      .def("nodes", nodes)
      .def("signatures", signatures)
      .def("metadata", metadata);
}

}  // namespace samara::python
