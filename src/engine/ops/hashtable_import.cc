// HASHTABLE_IMPORT: fills the table of a handle with keys and values, if it is empty: later imports
// do nothing, since models repeat them in every run. Builtin 138, version 1.
#include "engine/ops/shared/hash_table.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 0));
  const Tensor &keys = n.in(1), &values = n.in(2);
  TRY(check_table_operands(n, keys, values));
  if (keys.shape != values.shape)
    return Error(Code::invalid_model,
                 cat("has keys ", keys.shape.text(), " and values ", values.shape.text()));
  return n.scratch(0, 8 * keys.shape.elements());
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const HashTable table, HashTable::find(n));
  TRY(table.check_keys(n.in(1)));
  return table.filled() ? ok() : table.fill(n);
}

}  // namespace

extern constinit const OpDef hashtable_import = define_op<NoParams, parse_none, infer>(
    {.name = "HASHTABLE_IMPORT", .code = 138, .versions = {1, 1}, .pure = false},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
