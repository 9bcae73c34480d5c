#include "engine/ops/shared/stablehlo.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace samara::ops {

Result<Ints> option_ints(const flatbuffers::Vector<int64_t>* list, const char* what) {
  Ints out;
  if (list == nullptr) return out;
  if (list->size() > Ints::kMax)
    return Error(Code::unsupported,
                 cat(what, " has ", list->size(), " entries, at most ", Ints::kMax, " make sense"));
  // flatbuffers' verifier lets vectors of 64-bit numbers pass that are not aligned to 8.
  out.size = int(list->size());
  for (int i = 0; i < out.size; ++i)
    std::memcpy(&out[i], list->Data() + size_t(i) * sizeof(int64_t), sizeof(int64_t));
  return out;
}

Status check_sizes(const Ints& sizes, const char* what, int rank, int64_t low) {
  if (sizes.size != rank)
    return Error(Code::invalid_model, cat(what, " has ", sizes.size, " entries for rank ", rank));
  for (const int64_t s : sizes.span())
    if (s < low || s > std::numeric_limits<int32_t>::max())
      return Error(Code::invalid_model, cat(what, " ", sizes.span(), " has an entry that is not ",
                                            low, " or more, and below 2^31"));
  return ok();
}

Status check_dims(const Ints& dims, const char* what, int rank) {
  uint32_t seen = 0;
  for (const int64_t d : dims.span()) {
    if (d < 0 || d >= rank || (seen >> d & 1) != 0)
      return Error(Code::invalid_model, cat(what, " ", dims.span(), " are not different dimensions",
                                            " of a tensor of rank ", rank));
    seen |= uint32_t{1} << d;
  }
  return ok();
}

bool contains(const Ints& list, int64_t value) {
  const auto s = list.span();
  return std::find(s.begin(), s.end(), value) != s.end();
}

Status infer_equal_shapes(Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.same_type(n.in(0), n.in(1)));
  if (n.in(0).shape != n.in(1).shape)
    return Error(Code::invalid_model, cat("the inputs have shapes ", n.in(0).shape.text(), " and ",
                                          n.in(1).shape.text(), "; they must be equal"));
  return n.set_shape(n.out(0), n.in(0).shape);
}

}  // namespace samara::ops
