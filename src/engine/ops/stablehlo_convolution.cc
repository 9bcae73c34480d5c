// STABLEHLO_CONVOLUTION: sums of products of windows of input 0 with the kernels in input 1, in any
// order of dimensions, with padding, gaps in both, kernels turned around, and groups of features or
// batches. Builtin 171. LiteRT has no kernel; rules from the StableHLO specification (convolution).
#include <algorithm>

#include "engine/ops/shared/strided_copy.h"
#include "engine/ops/shared/sum_of_products.h"
#include "engine/ops/shared/window_reduction.h"

namespace samara::ops {
namespace {

/// The dimensions of one tensor: batch and feature (of the kernels: input and output feature).
struct Layout {
  int64_t first = 0, second = 0;
  Ints spatial;
};

struct Params {
  Ints stride, padding, base_dilation, dilation;
  uint32_t reversed = 0;  // bit i: spatial dimension i of the kernels is turned around
  Layout in, kernel, out;
  int64_t feature_groups = 1, batch_groups = 1;
};

Result<Layout> layout(int64_t first, int64_t second, const flatbuffers::Vector<int64_t>* spatial,
                      const char* what) {
  Layout l{first, second, {}};
  TRY_SET(l.spatial, option_ints(spatial, what));
  if (l.spatial.size > kMaxRank - 2)
    return Error(Code::unsupported, cat(what, " has ", l.spatial.size, " entries"));
  return l;
}

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloConvolutionOptions>();
  Params p;
  TRY_SET(p.stride, option_ints(o.window_strides(), "window_strides"));
  TRY_SET(p.padding, option_ints(o.padding(), "padding"));
  TRY_SET(p.base_dilation, option_ints(o.lhs_dilation(), "lhs_dilation"));
  TRY_SET(p.dilation, option_ints(o.rhs_dilation(), "rhs_dilation"));
  TRY_SET(p.in, layout(o.input_batch_dimension(), o.input_feature_dimension(),
                       o.input_spatial_dimensions(), "input_spatial_dimensions"));
  TRY_SET(p.kernel, layout(o.kernel_input_feature_dimension(), o.kernel_output_feature_dimension(),
                           o.kernel_spatial_dimensions(), "kernel_spatial_dimensions"));
  TRY_SET(p.out, layout(o.output_batch_dimension(), o.output_feature_dimension(),
                        o.output_spatial_dimensions(), "output_spatial_dimensions"));
  if (const auto* reversed = o.window_reversal())
    for (unsigned i = 0; i < std::min<unsigned>(reversed->size(), kMaxRank); ++i)
      p.reversed |= uint32_t{reversed->Get(i) != 0} << i;
  p.feature_groups = o.feature_group_count();
  p.batch_groups = o.batch_group_count();
  return p;
}

Status check_layout(const Layout& l, const char* what, int rank) {
  Ints all = l.spatial;
  all[all.size++] = l.first;
  all[all.size++] = l.second;
  if (all.size != rank)
    return Error(
        Code::invalid_model,
        cat(what, " has ", all.size, " dimensions in the options and ", rank, " in its shape"));
  return check_dims(all, what, rank);
}

/// A list that may be left out, of entries from 1 to 2^31 - 1.
Status check_optional(const Ints& list, const char* what, int size) {
  return list.size == 0 ? ok() : check_sizes(list, what, size, 1);
}

Windows windows(const Params& p, const Shape& kernel) {
  Windows w;
  for (int i = 0; i < p.in.spatial.size; ++i)
    w[size_t(i)] = {kernel[int(p.kernel.spatial[i])],
                    p.stride.size > 0 ? p.stride[i] : 1,
                    p.dilation.size > 0 ? p.dilation[i] : 1,
                    p.base_dilation.size > 0 ? p.base_dilation[i] : 1,
                    p.padding[2 * i],
                    p.padding[2 * i + 1]};
  return w;
}

Status check_options(const Params& p, const Shape& in, const Shape& kernel) {
  const int spatial = p.in.spatial.size;
  TRY(check_layout(p.in, "the input", in.rank()));
  TRY(check_layout(p.kernel, "the kernel", kernel.rank()));
  TRY(check_layout(p.out, "the output", in.rank()));
  if (kernel.rank() != in.rank())
    return Error(Code::invalid_model, cat("kernels ", kernel.text(), " for ", in.text()));
  TRY(check_optional(p.stride, "window_strides", spatial));
  TRY(check_optional(p.base_dilation, "lhs_dilation", spatial));
  TRY(check_optional(p.dilation, "rhs_dilation", spatial));
  if (p.padding.size != 0 && p.padding.size != 2 * spatial)
    return Error(Code::invalid_model, cat("padding has ", p.padding.size, " entries for ", spatial,
                                          " spatial dimensions"));
  for (const int64_t v : p.padding.span())
    if (!narrow<int32_t>(v)) return Error(Code::invalid_model, cat("padding ", v, " is too large"));
  const int64_t batch = in[int(p.in.first)], feature = in[int(p.in.second)];
  const int64_t given = kernel[int(p.kernel.first)], wanted = kernel[int(p.kernel.second)];
  const int64_t f = p.feature_groups, b = p.batch_groups;
  if (f < 1 || b < 1 || (f > 1 && b > 1) || feature % f != 0 || feature / f != given ||
      wanted % f != 0 || wanted % b != 0 || batch % b != 0)
    return Error(Code::invalid_model, cat("kernels ", kernel.text(), " do not fit ", in.text(),
                                          " in ", f, " groups of features and ", b, " of batches"));
  return ok();
}

/// The sizes of the dimensions that a layout calls spatial.
Shape spatial_shape(const Shape& shape, const Ints& dims) {
  Shape out;
  for (const int64_t d : dims.span()) out.push(shape[int(d)]);
  return out;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(check_product_types(n));
  const Shape &in = n.in(0).shape, &kernel = n.in(1).shape;
  TRY(check_options(p, in, kernel));
  for (const int64_t d : p.kernel.spatial.span())
    if (kernel[int(d)] < 1)
      return Error(Code::invalid_model, cat("kernels ", kernel.text(), " have an empty window"));
  TRY_SET(const Shape counts, window_counts(spatial_shape(in, p.in.spatial), windows(p, kernel)));
  Shape out = in;
  out[int(p.out.first)] = int32_t(in[int(p.in.first)] / p.batch_groups);
  out[int(p.out.second)] = kernel[int(p.kernel.second)];
  for (int i = 0; i < counts.rank(); ++i) out[int(p.out.spatial[i])] = counts[i];
  return n.set_shape(n.out(0), out);
}

/// The sum for one element of the output.
template <class T>
class Convolution {
 public:
  Convolution(const Params& p, const Run& n)
      : p_(p),
        in_(n.in(0).shape),
        kernel_(n.in(1).shape),
        out_(n.out(0).shape),
        windows_(windows(p, kernel_)),
        in_step_(strides(in_)),
        kernel_step_(strides(kernel_)),
        out_step_(strides(out_)),
        x_(n.in_data<T>(0)),
        w_(n.in_data<T>(1)) {}

  SumOf<T> operator()(int64_t element) const {
    const auto place = [&](int64_t d) { return element / out_step_[size_t(d)] % out_[int(d)]; };
    const int64_t feature = place(p_.out.second);
    const int64_t features = kernel_[int(p_.kernel.first)];
    const int64_t group = feature / (kernel_[int(p_.kernel.second)] / p_.feature_groups);
    const int64_t batch_group = feature / (kernel_[int(p_.kernel.second)] / p_.batch_groups);
    const int64_t batch = batch_group * out_[int(p_.out.first)] + place(p_.out.first);
    const T* x = x_ + batch * in_step_[size_t(p_.in.first)] +
                 group * features * in_step_[size_t(p_.in.second)];
    const T* w = w_ + feature * kernel_step_[size_t(p_.kernel.second)];
    std::array<int64_t, kMaxRank> start{};
    for (int i = 0; i < p_.in.spatial.size; ++i)
      start[size_t(i)] =
          place(p_.out.spatial[i]) * windows_[size_t(i)].stride - windows_[size_t(i)].low;
    SumOf<T> sum = 0;
    add(0, start, x, w, sum);
    return sum;
  }

 private:
  /// Adds the products from spatial dimension i on.
  void add(int i, const std::array<int64_t, kMaxRank>& start, const T* x, const T* w,
           SumOf<T>& sum) const {
    if (i == p_.in.spatial.size) {
      const int64_t x_step = in_step_[size_t(p_.in.second)];
      const int64_t w_step = kernel_step_[size_t(p_.kernel.first)];
      for (int64_t f = 0; f < kernel_[int(p_.kernel.first)]; ++f)
        sum += product<T>(x[f * x_step], w[f * w_step]);
      return;
    }
    const WindowDim& d = windows_[size_t(i)];
    const auto along = size_t(p_.in.spatial[i]), kernel_along = size_t(p_.kernel.spatial[i]);
    const bool reversed = (p_.reversed >> i & 1) != 0;
    for (int64_t k = 0; k < d.size; ++k) {
      const int64_t at = start[size_t(i)] + k * d.dilation;
      if (at < 0 || at % d.base_dilation != 0 || at / d.base_dilation >= in_[int(along)]) continue;
      add(i + 1, start, x + at / d.base_dilation * in_step_[along],
          w + (reversed ? d.size - 1 - k : k) * kernel_step_[kernel_along], sum);
    }
  }

  const Params& p_;
  const Shape &in_, &kernel_, &out_;
  Windows windows_;
  std::array<int64_t, kMaxRank> in_step_, kernel_step_, out_step_;
  const T *x_, *w_;
};

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    const Convolution<T> sum_for(p, n);
    const Tensor& out = n.out(0);
    const auto fill = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) store_sum<T>(out, i, sum_for(i));
    };
    const Shape& kernel = n.in(1).shape;
    const int64_t products = kernel.elements() / std::max(1, kernel[int(p.kernel.second)]);
    for_elements(n.pool(), out.shape.elements(), fill, std::clamp<int64_t>(products, 1, kGrain));
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_convolution = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_CONVOLUTION", .code = 171}, kNumbers);

}  // namespace samara::ops
