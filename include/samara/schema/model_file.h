// ModelFile: a .tflite file, verified once in full, as plain read-only structures.
//
// All structure is copied before it is checked and used only from the copy, so that nobody can
// change it afterwards; weights stay where they are (mapped or read). What the verifier promises,
// no later room checks again: every index is in range (or kNone where the format allows "absent"),
// every constant's bytes are as many as type and shape need, names are valid UTF-8 views, ranks
// are at most kMaxRank, builtin options have the table type that the operator's code demands.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samara/base/export.h"
#include "samara/base/function_ref.h"
#include "samara/base/result.h"
#include "samara/schema/type.h"

namespace samara::schema {

constexpr int kNone = -1;
constexpr int kMaxRank = 8;

/// Bounds that a caller may lower; a model beyond one is refused with its name and value.
struct Limits {
  uint64_t file_bytes = uint64_t{1} << 40;
  uint32_t subgraphs = 10'000;
  uint32_t tensors = 1'000'000;    // over all subgraphs
  uint32_t operators = 1'000'000;  // over all subgraphs
  uint32_t call_depth = 64;        // subgraph calling subgraph; a cycle is always refused
  uint64_t tensor_bytes = uint64_t{1} << 40;
};

struct Quantization {
  std::vector<float> scales;         // empty: not quantized; 1: per tensor; else per channel
  std::vector<int32_t> zero_points;  // as many as scales
  std::vector<float> min, max;
  int axis = 0;  // the quantized dimension
  // Blockwise: block_size values along the last dimension share a scale held by another tensor.
  int block_size = 0;
  int block_scales = kNone;       // tensor index
  int block_zero_points = kNone;  // tensor index
};

/// One dimension of a sparse tensor: dense with a size, or CSR segments and indices.
struct SparseDim {
  bool dense = true;
  int32_t size = 0;
  std::vector<int32_t> segments, indices;
};
struct Sparsity {
  std::vector<int32_t> traversal_order, block_map;
  std::vector<SparseDim> dims;
};

struct Tensor {
  std::string_view name;
  Type type = Type::f32;
  bool is_variable = false;
  bool has_rank = true;            // false: rank unknown until run time
  std::vector<int32_t> shape;      // >= 0
  std::vector<int32_t> signature;  // empty, or shape with -1 for unknown dimensions
  Quantization quantization;
  std::unique_ptr<Sparsity> sparsity;  // null: dense
  bool constant = false;
  std::span<const std::byte> data;  // the constant's bytes
  uint32_t buffer = 0;              // number of the buffer in the file; 0: none
  uint32_t external_buffer = 0;     // number of the external buffer; 0: none
};

struct OperatorCode {
  int builtin = 0;        // 32 is CUSTOM
  std::string_view name;  // "CONV_2D", or the custom code
  int version = 1;
};

struct Operator {
  uint32_t code = 0;            // index into ModelFile::codes()
  std::vector<int32_t> inputs;  // tensor indices, kNone where an optional one is absent
  std::vector<int32_t> outputs;
  std::vector<int32_t> intermediates;
  uint8_t options_type = 0;           // member of the BuiltinOptions union; 0: no options
  uint8_t options2_type = 0;          // member of BuiltinOptions2
  const void* options = nullptr;      // the flatbuffers table of either union, verified
  std::span<const std::byte> custom;  // custom options
};

struct Subgraph {
  std::string_view name;
  std::vector<Tensor> tensors;
  std::vector<int32_t> inputs, outputs;
  std::vector<Operator> operators;
};

struct Signature {
  struct Entry {
    std::string_view name;
    int32_t tensor = kNone;
  };
  std::string_view key;
  uint32_t subgraph = 0;
  std::vector<Entry> inputs, outputs;
};

struct MetadataEntry {
  std::string_view name;
  std::span<const std::byte> data;
};

/// A file in the zip that is appended to the model: labels, vocabularies.
struct AssociatedFile {
  std::string name;
  uint64_t size = 0;
  bool stored = true;
};

struct OpenOptions {
  Limits limits = {};
  /// The caller promises that only rename-writers touch the file: weights are mapped, not copied.
  bool map_weights = false;
  /// Called for a deflated zip member (the engine has no inflate): fills `out`, exactly its size.
  /// What it refers to must outlive the ModelFile, which inflates associated files when asked.
  FunctionRef<Status(std::span<const std::byte> deflated, std::span<std::byte> out)>* inflate =
      nullptr;
  /// The folder where a deflated model inside a zip is extracted once, named by hash and checked by
  /// hash whenever it is used again; empty: in memory.
  std::string extract_dir = {};
  /// Most bytes that files in that folder may take; nothing in it is ever removed.
  uint64_t extract_limit = uint64_t{4} << 30;
};

class SAMARA_API ModelFile {
 public:
  /// Opens a .tflite by path. "archive.zip!/path/in/zip.tflite" (also .apk) opens a zip entry.
  ///
  /// Errors   not_found, io, permission_denied  the file
  ///          invalid_model, data_loss          its content; the text names subgraph, tensor, operator
  ///          resource_exhausted                a limit of options.limits
  /// Threads  any
  static Result<std::shared_ptr<const ModelFile>> open(const std::string& path,
                                                       const OpenOptions& options = {});
  /// Takes the bytes by copy (copy true) or borrows them: they must then outlive the ModelFile.
  static Result<std::shared_ptr<const ModelFile>> from_bytes(std::span<const std::byte> bytes,
                                                             bool copy,
                                                             const OpenOptions& options = {});
  /// Reads `length` bytes at `offset` of an open file; the descriptor stays the caller's.
  static Result<std::shared_ptr<const ModelFile>> from_fd(int fd, uint64_t offset, uint64_t length,
                                                          const OpenOptions& options = {});
  ~ModelFile();
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;

  std::string_view path() const;  // as given; "" for bytes
  uint64_t file_bytes() const;
  uint32_t version() const;
  std::string_view description() const;
  std::span<const OperatorCode> codes() const;
  std::span<const Subgraph> subgraphs() const;
  std::span<const Signature> signatures() const;
  std::span<const MetadataEntry> metadata() const;
  std::span<const AssociatedFile> associated_files() const;
  /// The content of an associated file. Errors: not_found; unsupported (deflated, without a hook).
  Result<std::string> associated_file(std::string_view name) const;
  /// Whether the mapped weights are still whole: false after somebody truncated the file.
  bool weights_intact() const;
  /// Gives the memory of mapped weights back to the system; who reads one again finds it as it was.
  /// Threads  any, also while sessions run
  void drop_weights() const;
  /// Tells this model from any other, in hexadecimal: by its file's device, inode, size and time, by
  /// its structure and by the ends of its large weights; without a file by all its bytes. "" where
  /// some weights lie in files beside it.
  std::string fingerprint() const;

  struct Impl;
  explicit ModelFile(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace samara::schema
