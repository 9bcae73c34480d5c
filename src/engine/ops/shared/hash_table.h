// HASHTABLE, HASHTABLE_IMPORT, HASHTABLE_FIND and HASHTABLE_SIZE: tables from int64 to string or
// from string to int64, one per session and number, filled once.
// Rules from: LiteRT tflite/kernels/hashtable*.cc, tflite/experimental/resource/static_hashtable.cc.
//
// A table is a resource of type variant, which no variable can be. Its shape holds the type of its
// keys, and once it is filled the number of its entries; its bytes are the entries in the order of
// their keys: the integers, 32-bit offsets of the strings (one more than there are), the strings.
#pragma once

#include <string_view>

#include "engine/graph/op.h"

namespace samara::ops {

/// The type of values in a table with keys of this type.
constexpr Type table_value_type(Type key) { return key == Type::i64 ? Type::string : Type::i64; }

/// Input 0 is a handle, `keys` are int64 or string and `values` the other.
Status check_table_operands(Infer& n, const Tensor& keys, const Tensor& values);

class HashTable {
 public:
  /// The table that the handle in input 0 names. Errors: invalid_argument (no such).
  static Result<HashTable> find(Run& n);
  /// Errors: invalid_model, if the table's keys are of another type.
  Status check_keys(const Tensor& keys) const;
  bool filled() const { return resource_->set; }
  int64_t size() const { return filled() ? resource_->shape[1] : 0; }
  /// Fills the table with the elements of inputs 1 and 2; of equal keys the first counts. Scratch
  /// slot 0 holds two int32 for each.
  Status fill(Run& n) const;
  /// The entry with the key, -1 if there is none.
  int64_t locate(int64_t key) const;
  int64_t locate(std::string_view key) const;
  int64_t integer(int64_t entry) const;
  std::string_view string(int64_t entry) const;

 private:
  explicit HashTable(Resource* r) : resource_(r) {}
  Type key_type() const { return Type(resource_->shape[0]); }
  Resource* resource_;
};

}  // namespace samara::ops
