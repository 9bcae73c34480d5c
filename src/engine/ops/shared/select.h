// SELECT and SELECT_V2: input 1 where the bools of input 0 are true, else input 2. Values are moved
// by size, whatever they mean.
#pragma once

#include <array>

#include "engine/ops/shared/broadcast.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {

inline Status check_select_types(Infer& n) {
  TRY(n.arity(3, 1));
  TRY(n.has_type(n.in(0), {Type::boolean}));
  TRY(n.same_type(n.in(1), n.in(2)));
  return n.same_type(n.in(1), n.out(0));
}

/// `condition` is input 0's shape as it is to be broadcast.
template <class T>
void choose(Run& n, const Shape& condition) {
  const auto* choice = n.in_data<uint8_t>(0);
  const T* x = n.in_data<T>(1);
  const T* y = n.in_data<T>(2);
  T* out = n.out_data<T>(0);
  const std::array<const Shape*, 3> shapes{&condition, &n.in(1).shape, &n.in(2).shape};
  Broadcast(n.out(0).shape, shapes).for_rows(n.pool(), [=](const Broadcast::Row& row) {
    const uint8_t* c = choice + row.in[0];
    const T* a = x + row.in[1];
    const T* b = y + row.in[2];
    T* to = out + row.out;
    for (int64_t i = 0; i < row.count; ++i) {
      to[i] = c[i * row.step[0]] != 0 ? a[i * row.step[1]] : b[i * row.step[2]];
    }
  });
}

inline Status run_select(Run& n, const Shape& condition) {
  struct Pair {
    uint64_t low, high;
  };
  switch (element_size(n.in(1).type)) {
    case 1:
      choose<uint8_t>(n, condition);
      break;
    case 2:
      choose<uint16_t>(n, condition);
      break;
    case 4:
      choose<uint32_t>(n, condition);
      break;
    case 8:
      choose<uint64_t>(n, condition);
      break;
    default:
      choose<Pair>(n, condition);
      break;
  }
  return ok();
}

}  // namespace samara::ops
