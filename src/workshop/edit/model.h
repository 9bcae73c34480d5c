// A .tflite that can be changed. Its tables are plain structs that anyone may write to; the functions
// are for changes that touch more than one place.
//
//   TRY_SET(edit::Model model, edit::read(bytes));
//   TRY(edit::set_constant(model.parts, 0, 17, weights));
//   edit::remove_dead(model.parts);
//   TRY_SET(bytes, edit::write(model));
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/generated/tflite_object_generated.h"
#include "samara/base/result.h"
#include "samara/schema/model_file.h"

namespace samara::edit {

/// A file that the model carries: labels, a vocabulary.
struct File {
  std::string name, content;
};

struct Model {
  fb::ModelT parts;
  std::vector<File> files;
};

/// The tables of a verified flatbuffer as structs. A union that names a table but holds none, which
/// flatbuffers' verifier lets pass, comes out empty: packed again it would be read through null.
fb::ModelT unpack(const fb::Model& model);

/// No subgraph; the first buffer, which is empty by convention.
fb::ModelT empty_model();

/// These append, and return the index.
int add_subgraph(fb::ModelT& m, std::string name);
int add_tensor(fb::SubGraphT& graph, fb::TensorT tensor);
uint32_t add_buffer(fb::ModelT& m, std::span<const std::byte> data);
void add_metadata(fb::ModelT& m, std::string name, std::span<const std::byte> data);
/// The index of that operator code, which is added if the model lacks it.
uint32_t operator_code(fb::ModelT& m, fb::BuiltinOperator builtin, std::string_view custom,
                       int version);

/// Puts an operator before the one that is now `before`; that many operators: at the end.
/// Errors: invalid_argument (no such place or tensor).
Status add_operator(fb::ModelT& m, int subgraph, size_t before, fb::OperatorT op);
Status remove_operator(fb::ModelT& m, int subgraph, size_t index);
/// Errors: invalid_argument (no such tensor), failed_precondition (something still names it).
Status remove_tensor(fb::ModelT& m, int subgraph, int index);
/// Gives a tensor these bytes; tensors that shared its buffer keep theirs. Type and shape are the
/// caller's to set. Errors: invalid_argument (no such tensor).
Status set_constant(fb::ModelT& m, int subgraph, int index, std::span<const std::byte> data);

struct Removed {
  size_t tensors = 0, buffers = 0, codes = 0;
};
/// Removes the tensors, buffers and operator codes that nothing names.
Removed remove_dead(fb::ModelT& m);

/// Reads a model, its constants and associated files.
///
/// Errors   those of schema::ModelFile; unsupported: something that a newer schema has, by name
/// Memory   copies; `bytes` must not change meanwhile
Result<Model> read(std::span<const std::byte> bytes, const schema::OpenOptions& = {});

struct WriteOptions {
  /// Most bytes of constants within the flatbuffer; with more all of them lie behind it.
  uint64_t most_inline = uint64_t{1} << 30;
};

/// The model's file. Two writes of equal models give equal bytes.
///
/// Errors   resource_exhausted (a flatbuffer beyond 2 GiB, files beyond 4 GiB), invalid_argument
///          (two files of one name)
Result<std::vector<std::byte>> write(const Model&, const WriteOptions& = {});
Result<std::vector<std::byte>> write(const fb::ModelT&, const WriteOptions& = {});

/// A name as the schema has it, "CONV_2D". Errors: not_found.
Result<fb::BuiltinOperator> builtin_named(std::string_view name);

}  // namespace samara::edit
