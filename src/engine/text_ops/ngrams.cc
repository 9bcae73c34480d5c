// tftext:Ngrams: runs of `width` neighbours joined by a separator, along the innermost dimension of
// a tensor, or within each innermost row of a ragged one (values and row splits). Custom operator,
// version 1.
//
// Rules from: tflite-support custom_ops/kernel/ngrams.cc. A row shorter than `width` has none.
#include <algorithm>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/strings.h"
#include "engine/text_ops/op.h"
#include "engine/text_ops/splits.h"

namespace samara::text_ops {
namespace {

struct Params {
  int32_t width = 1;
  std::string separator;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.width, options.integer("width", 0, 1, INT32_MAX));
  TRY(options.integer("axis", 0, -1, -1));
  const std::string reduction = options.text("reduction_type");
  if (reduction != "STRING_JOIN")
    return Error(Code::invalid_model,
                 cat("option reduction_type is '", reduction, "'; strings know STRING_JOIN alone"));
  p.separator = options.text("string_separator");
  return p;
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(n.outputs(), n.outputs()));
  TRY(n.has_type(n.in(0), {Type::string}));
  TRY(n.has_type(n.out(0), {Type::string}));
  if (n.in(0).shape.rank() == 0) return Error(Code::invalid_model, "the input is a scalar");
  TRY(n.sized_by_run(n.out(0)));
  if (n.outputs() > 1) TRY(n.has_rank(n.in(0), 1));
  for (int i = 1; i < n.outputs(); ++i) {
    TRY(n.has_type(n.in(i), {Type::i64}));
    TRY(n.has_type(n.out(i), {Type::i64}));
    TRY(n.has_rank(n.in(i), 1));
    if (n.in(i).shape[0] == 0)
      return Error(Code::invalid_model, cat("row splits ", i, " are empty"));
    TRY(n.set_shape(n.out(i), n.in(i).shape));
  }
  return ok();
}

struct Rows {
  int64_t count = 0, length = 0;    // length: of each where there are no splits
  const int64_t* splits = nullptr;  // innermost
  int64_t begin(int64_t i) const { return splits ? splits[i] : i * length; }
  int64_t end(int64_t i) const { return splits ? splits[i + 1] : (i + 1) * length; }
};

Result<Rows> rows_of(Run& n) {
  const Shape& shape = n.in(0).shape;
  if (n.outputs() == 1) {
    const int64_t length = shape.back();
    return Rows{length == 0 ? 0 : shape.elements() / length, length};
  }
  const int last = n.outputs() - 1;
  const auto splits = n.view<const int64_t>(n.in(last));
  TRY(check_splits(n.in(last), splits, shape.elements()));
  return Rows{int64_t(splits.size()) - 1, 0, splits.data()};
}

/// Bytes of all n-grams of a row, by a sum that slides along it. Errors: resource_exhausted
Result<int64_t> bytes_of(const Params& p, const Strings& in, int64_t begin, int64_t end) {
  int64_t total = 0, window = int64_t{p.width - 1} * int64_t(p.separator.size());
  for (int64_t i = begin; i < end; ++i) {
    window += int64_t(in[i].size());
    if (i - begin >= p.width) window -= int64_t(in[i - p.width].size());
    if (i - begin + 1 >= p.width) total += window;
    if (total > INT32_MAX)
      return Error(Code::resource_exhausted, "the n-grams would be beyond 32-bit offsets");
  }
  return total;
}

Status run(const Params& p, Run& n) {
  TRY_SET(const Strings in, Strings::open(n.in(0)));
  TRY_SET(const Rows rows, rows_of(n));
  int64_t count = 0, bytes = 0;
  for (int64_t r = 0; r < rows.count; ++r) {
    TRY(n.poll());
    TRY_SET(const int64_t here, bytes_of(p, in, rows.begin(r), rows.end(r)));
    bytes += here;
    count += std::max<int64_t>(rows.end(r) - rows.begin(r) - p.width + 1, 0);
  }
  Shape shape{int32_t(count)};
  if (n.outputs() == 1) {
    shape = n.in(0).shape;
    int32_t& inner = shape[shape.rank() - 1];
    inner = int32_t(std::max<int64_t>(int64_t{inner} - p.width + 1, 0));
  }
  TRY_SET(StringsWriter out, StringsWriter::open(n, n.out(0), shape, bytes));
  for (int i = 1; i + 1 < n.outputs(); ++i)
    std::ranges::copy(n.view<const int64_t>(n.in(i)), n.view<int64_t>(n.out(i)).begin());
  int64_t* const splits = rows.splits ? n.out_data<int64_t>(n.outputs() - 1) : nullptr;
  int64_t written = 0;
  for (int64_t r = 0; r < rows.count; ++r) {
    if (splits) splits[r] = written;
    for (int64_t i = rows.begin(r); i + p.width <= rows.end(r); ++i, ++written) {
      for (int64_t k = 0; k < p.width; ++k) {
        if (k > 0) out.add(p.separator);
        out.add(in[i + k]);
      }
      out.end();
    }
  }
  if (splits) splits[rows.count] = written;
  return ok();
}

}  // namespace

extern constinit const OpDef ngrams =
    define_op<Params, parse, infer>({.name = "tftext:Ngrams"}, {{Type::string, bind<Params, run>}});

}  // namespace samara::text_ops
