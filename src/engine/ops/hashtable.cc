// HASHTABLE: the handle of the session's hash table of a number. Builtin 136, version 1.
#include <string>

#include "engine/ops/shared/hash_table.h"

namespace samara::ops {
namespace {

struct Params {
  std::string name;
  Type key = Type::i64;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::HashtableOptions>();
  const Type key = Type(o.key_dtype()), value = Type(o.value_dtype());
  if ((key != Type::i64 && key != Type::string) || value != table_value_type(key))
    return Error(Code::unsupported, cat("tables map int64 to string or string to int64, not ",
                                        name(key), " to ", name(value)));
  return Params{cat(o.table_id()), key};
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(0, 1));
  TRY(n.has_type(n.out(0), {Type::resource}));
  return n.set_shape(n.out(0), Shape{1});
}

Status run(const Params& p, Run& n) {
  TRY_SET(const int32_t id, n.resource_id("hash tables", p.name));
  Resource& table = *n.resource(id);
  if (table.set && table.type != Type::variant)
    return Error(Code::invalid_model, cat("hash table ", p.name, " is a variable"));
  if (table.type != Type::variant) {
    table.type = Type::variant;
    table.shape = Shape{int32_t(p.key)};
  }
  if (table.shape[0] != int32_t(p.key))
    return Error(Code::invalid_model, cat("hash table ", p.name, " has keys of two types"));
  *n.out_data<int32_t>(0) = id;
  return ok();
}

}  // namespace

extern constinit const OpDef hashtable = define_op<Params, parse, infer>(
    {.name = "HASHTABLE", .code = 136, .versions = {1, 1}, .pure = false},
    {{kAny, bind<Params, run>}});

}  // namespace samara::ops
