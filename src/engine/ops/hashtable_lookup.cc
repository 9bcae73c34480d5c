// HASHTABLE_LOOKUP: the rows of input 2 at the places where the values of input 0 stand in input 1,
// which is sorted; zeros or empty strings where they do not, and whether they do. Builtin 10,
// version 1. Rules from: LiteRT tflite/kernels/hashtable_lookup.cc.
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/graph/strings.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(3, 2));
  const Tensor &lookup = n.in(0), &keys = n.in(1), &values = n.in(2);
  for (const Tensor* t : {&lookup, &keys}) {
    TRY(n.has_type(*t, {Type::i32}));
    TRY(n.has_rank(*t, 1));
  }
  TRY(n.same_type(values, n.out(0)));
  TRY(n.has_type(n.out(1), {Type::u8}));
  if (values.shape.rank() < 1 || values.shape[0] != keys.shape[0] ||
      (values.type == Type::string && values.shape.rank() != 1))
    return Error(Code::invalid_model,
                 cat("values ", values.shape.text(), " do not fit ", keys.shape[0], " keys"));
  Shape shape = values.shape;
  shape[0] = lookup.shape[0];
  TRY(set_shape_or_later(n, n.out(0), shape));
  return n.set_shape(n.out(1), lookup.shape);
}

/// Where the key stands, -1 if nowhere; of several places the one that C's bsearch() finds, too.
int64_t locate(std::span<const int32_t> keys, int32_t key) {
  size_t low = 0, high = keys.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (keys[middle] == key) return int64_t(middle);
    (key < keys[middle] ? high : low) = key < keys[middle] ? middle : middle + 1;
  }
  return -1;
}

Status run(const NoParams&, Run& n) {
  const auto lookup = n.view<const int32_t>(n.in(0)), keys = n.view<const int32_t>(n.in(1));
  const Tensor &values = n.in(2), &out = n.out(0);
  uint8_t* const hits = n.out_data<uint8_t>(1);
  Poller poll(n);
  for (size_t i = 0; i < lookup.size(); ++i) {
    TRY(poll(32));
    hits[i] = locate(keys, lookup[i]) >= 0;
  }
  if (values.type == Type::string) {
    TRY_SET(const Strings strings, Strings::open(values));
    return make_strings(n, out, n.in(0).shape, [&](int64_t i) {
      const int64_t row = locate(keys, lookup[size_t(i)]);
      return row < 0 ? std::string_view() : strings[row];
    });
  }
  const int64_t bytes = values.shape.range(1, values.shape.rank()) * element_size(values.type);
  for (size_t i = 0; i < lookup.size() && bytes > 0; ++i) {
    TRY(poll(32 + bytes / 16));
    std::byte* const to = out.data + int64_t(i) * bytes;
    if (hits[i]) {
      std::memcpy(to, values.data + locate(keys, lookup[i]) * bytes, size_t(bytes));
    } else {
      std::memset(to, 0, size_t(bytes));
    }
  }
  return ok();
}

}  // namespace

extern constinit const OpDef hashtable_lookup = define_mover<NoParams, parse_none, infer, run>(
    {.name = "HASHTABLE_LOOKUP", .code = 10, .versions = {1, 1}}, kFixedSizeAndString, 2);

}  // namespace samara::ops
