// HASHTABLE_SIZE: the number of entries in the table of a handle. Builtin 139, version 1.
#include "engine/ops/shared/hash_table.h"
#include "engine/ops/shared/variable.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(check_handle(n));
  TRY(n.has_type(n.out(0), {Type::i64}));
  return n.set_shape(n.out(0), Shape{1});
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const HashTable table, HashTable::find(n));
  *n.out_data<int64_t>(0) = table.size();
  return ok();
}

}  // namespace

extern constinit const OpDef hashtable_size = define_op<NoParams, parse_none, infer>(
    {.name = "HASHTABLE_SIZE", .code = 139, .versions = {1, 1}, .pure = false},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
