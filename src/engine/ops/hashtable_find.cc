// HASHTABLE_FIND: the values of keys in the table of a handle; the first element of input 2 where a
// key is not there. Builtin 137, version 1.
#include "engine/graph/poller.h"
#include "engine/graph/strings.h"
#include "engine/ops/shared/hash_table.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 1));
  TRY(check_table_operands(n, n.in(1), n.in(2)));
  TRY(n.same_type(n.in(2), n.out(0)));
  if (n.in(2).shape.elements() == 0) return Error(Code::invalid_model, "has no default value");
  return set_shape_or_later(n, n.out(0), n.in(1).shape);
}

Status find_integers(Run& n, const HashTable& table) {
  TRY_SET(const Strings keys, Strings::open(n.in(1)));
  const int64_t otherwise = *n.in_data<int64_t>(2);
  const auto out = n.view<int64_t>(n.out(0));
  Poller poll(n);
  for (size_t i = 0; i < out.size(); ++i) {
    TRY(poll(32));
    const int64_t entry = table.locate(keys[int64_t(i)]);
    out[i] = entry < 0 ? otherwise : table.integer(entry);
  }
  return ok();
}

Status find_strings(Run& n, const HashTable& table) {
  TRY_SET(const Strings otherwise, Strings::open(n.in(2)));
  const int64_t* const keys = n.in_data<int64_t>(1);
  return make_strings(n, n.out(0), n.in(1).shape, [&](int64_t i) {
    const int64_t entry = table.locate(keys[i]);
    return entry < 0 ? otherwise[0] : table.string(entry);
  });
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const HashTable table, HashTable::find(n));
  TRY(table.check_keys(n.in(1)));
  if (!table.filled())
    return Error(Code::failed_precondition,
                 cat("the table that '", n.out(0).name, "' is looked up in was not filled"));
  return n.out(0).type == Type::i64 ? find_integers(n, table) : find_strings(n, table);
}

}  // namespace

extern constinit const OpDef hashtable_find = define_op<NoParams, parse_none, infer>(
    {.name = "HASHTABLE_FIND", .code = 137, .versions = {1, 1}, .pure = false},
    {{kAny, bind<NoParams, run>}});

}  // namespace samara::ops
