#include "engine/text_ops/example/example.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "engine/graph/strings.h"
#include "engine/text_ops/example/wire.h"

namespace samara::text_ops {
namespace {

constexpr int kFound = 0;  // scratch: the features of each key in turn, of each example
constexpr size_t kMostTexts = size_t{1} << 24;
constexpr size_t kBetweenPolls = 4096;

/// Places of a node's operands.
struct Places {
  const ExampleParams& p;
  int sparse, dense;

  Places(const ExampleParams& params, const Operands& n)
      : p(params), sparse(p.sparse), dense(n.outputs() - 3 * p.sparse) {}
  int keys() const { return sparse + dense; }
  int inputs() const { return p.second ? 5 + dense : 2 + sparse + 2 * dense; }
  /// The input that holds key `i`, sparse ones first, and its place there.
  std::pair<int, int> key(int i) const {
    if (!p.second) return {2 + i, 0};
    return i < sparse ? std::pair(2, i) : std::pair(3, i - sparse);
  }
  int fallback(int i) const { return (p.second ? 5 : 2 + keys()) + i; }
  int indices(int i) const { return i; }
  int values(int i) const { return sparse + i; }
  int shape(int i) const { return 2 * sparse + i; }
  int tensor(int i) const { return 3 * sparse + i; }
};

int32_t examples(const Operands& n) { return n.in(0).shape.rank() == 0 ? 1 : n.in(0).shape[0]; }

Feature::Kind kind_of(Type type) {
  return type == Type::string ? Feature::texts
         : type == Type::f32  ? Feature::floats
                              : Feature::integers;
}

Status check_keys(const Places& at, Infer& n) {
  if (!at.p.second) {
    for (int i = 0; i < at.keys(); ++i) {
      const Tensor& key = n.in(at.key(i).first);
      TRY(n.has_type(key, {Type::string}));
      if (key.shape.elements() != 1)
        return Error(Code::invalid_model, cat("key '", key.name, "' is not one string"));
    }
    return ok();
  }
  const std::pair<int, int> kCounts[] = {{2, at.sparse}, {3, at.dense}, {4, 0}};
  for (const auto& [input, count] : kCounts) {
    const Tensor& keys = n.in(input);
    TRY(n.has_type(keys, {Type::string}));
    if (keys.shape.elements() == count) continue;
    return Error(input == 4 ? Code::unsupported : Code::invalid_model,
                 cat("has ", keys.shape.elements(), " keys in input ", input, " '", keys.name,
                     "'; it may have ", count));
  }
  return ok();
}

/// The output of a dense feature: rows of one example's shape. Where the file's shape has as many
/// dimensions as that, examples follow each other in its first one, as LiteRT has them.
Result<Shape> dense_shape(const ExampleParams& p, const Operands& n, const Tensor& out, size_t i) {
  const Shape one = p.shapes.empty() ? out.shape : p.shapes[i];
  const int32_t count = examples(n);
  if (one.rank() == 0) return n.in(0).shape;
  Shape all;
  if (one.rank() < out.shape.rank()) {
    all = n.in(0).shape;
    for (const int32_t d : one.dims()) all.push(d);
    return all;
  }
  const auto rows = narrow<int32_t>(int64_t{one[0]} * count);
  if (!rows) return Error(Code::resource_exhausted, "the examples' values are too many");
  all = one;
  all[0] = *rows;
  return all;
}

Status infer_dense(const Places& at, Infer& n, int i) {
  const Tensor& out = n.out(at.tensor(i));
  const Tensor& fallback = n.in(at.fallback(i));
  TRY(n.has_type(out, {Type::i64, Type::f32, Type::string}));
  TRY(n.same_type(out, fallback));
  TRY_SET(const Shape all, dense_shape(at.p, n, out, size_t(i)));
  TRY(n.set_shape(out, all));
  const int64_t each = examples(n) == 0 ? 0 : all.elements() / examples(n);
  const int64_t has = fallback.shape.elements();
  if (has != 0 && has != each && examples(n) != 0)
    return Error(Code::invalid_model, cat("the default '", fallback.name, "' has ", has,
                                          " values, an example of '", out.name, "' has ", each));
  return ok();
}

}  // namespace

Status infer_examples(const ExampleParams& p, Infer& n) {
  const Places at(p, n);
  if (at.dense < 0 || n.inputs() != at.inputs() ||
      (!p.shapes.empty() && int(p.shapes.size()) != at.dense))
    return Error(Code::invalid_model,
                 cat("has ", n.inputs(), " inputs, ", n.outputs(), " outputs and ", p.shapes.size(),
                     " shapes, which do not make ", p.sparse, " sparse and some dense features"));
  for (int i = 0; i < n.inputs(); ++i)
    if (!n.has(i) && i != 1)
      return Error(Code::invalid_model, cat("input ", i, " must not be left out"));
  if (n.in(0).shape.rank() > 1)
    return Error(Code::invalid_model, cat("the examples have shape ", n.in(0).shape.text(),
                                          "; they are a scalar or a vector"));
  TRY(check_keys(at, n));
  for (int i = 0; i < at.sparse; ++i) {
    TRY(n.has_type(n.out(at.indices(i)), {Type::i64}));
    TRY(n.has_type(n.out(at.values(i)), {Type::i64, Type::f32, Type::string}));
    TRY(n.has_type(n.out(at.shape(i)), {Type::i64}));
    TRY(n.sized_by_run(n.out(at.indices(i))));
    TRY(n.sized_by_run(n.out(at.values(i))));
    TRY(n.set_shape(n.out(at.shape(i)), Shape{2}));
  }
  for (int i = 0; i < at.dense; ++i) TRY(infer_dense(at, n, i));
  const auto found =
      checked_mul<int64_t>(int64_t{at.keys()} * int64_t{sizeof(Feature)}, int64_t{examples(n)});
  if (!found) return Error(Code::resource_exhausted, "has too many features of too many examples");
  return n.scratch(kFound, *found);
}

namespace {

Error unsound(int64_t example) {
  return Error(Code::invalid_argument, cat("example ", example, " is no sound tf.Example"));
}

/// Calls `value` for each value of the feature's list: its bits, or its text. False: it is unsound.
template <class Value>
bool for_each_value(const Feature& feature, const Value& value) {
  Wire list(feature.list);
  for (Wire::Field f; list.next(f);) {
    if (f.number != 1) continue;
    if (f.kind == Wire::bytes && feature.kind != Feature::texts) {
      Wire packed(f.text);
      uint64_t bits = 0;
      const bool floats = feature.kind == Feature::floats;
      while (floats ? packed.next_fixed32(bits) : packed.next_varint(bits)) value(bits, f.text);
      if (!packed.sound()) return false;
    } else {
      constexpr Wire::Kind kKinds[] = {Wire::varint, Wire::bytes, Wire::fixed32, Wire::varint};
      if (f.kind != kKinds[feature.kind]) return false;
      value(f.value, f.text);
    }
  }
  return list.sound();
}

/// Of several entries with one key the last counts, of a feature's lists, too.
class Finder {
 public:
  Finder(std::vector<std::pair<std::string_view, size_t>> keys, size_t examples,
         std::span<Feature> found)
      : keys_(std::move(keys)), examples_(examples), found_(found) {
    std::ranges::sort(keys_);
  }
  bool has_twins() const {
    return std::ranges::adjacent_find(keys_, {}, &std::pair<std::string_view, size_t>::first) !=
           keys_.end();
  }
  /// Example: features = 1 {feature = 1, entries of a map {key = 1, value = 2}}.
  bool read(std::string_view example, size_t number) {
    Wire message(example);
    for (Wire::Field f; message.next(f);) {
      if (f.number != 1 || f.kind != Wire::bytes) continue;
      Wire features(f.text);
      for (Wire::Field entry; features.next(entry);)
        if (entry.number == 1 && entry.kind == Wire::bytes && !read_entry(entry.text, number))
          return false;
      if (!features.sound()) return false;
    }
    return message.sound();
  }

 private:
  bool read_entry(std::string_view entry, size_t number) {
    std::string_view key, value;
    Wire fields(entry);
    for (Wire::Field f; fields.next(f);)
      if (f.kind == Wire::bytes && f.number <= 2) (f.number == 1 ? key : value) = f.text;
    const auto found =
        std::ranges::lower_bound(keys_, key, {}, &std::pair<std::string_view, size_t>::first);
    if (!fields.sound() || found == keys_.end() || found->first != key) return fields.sound();
    Feature& feature = found_[found->second * examples_ + number];
    feature = {};
    Wire lists(value);
    for (Wire::Field f; lists.next(f);)
      if (f.kind == Wire::bytes && f.number >= 1 && f.number <= 3)
        feature = {Feature::Kind(f.number), f.text};
    return lists.sound();
  }

  std::vector<std::pair<std::string_view, size_t>> keys_;
  size_t examples_;
  std::span<Feature> found_;
};

Status find_features(const Places& at, std::span<Feature> found, Run& n) {
  std::vector<std::pair<std::string_view, size_t>> keys;
  for (int i = 0; i < at.keys(); ++i) {
    const auto [input, place] = at.key(i);
    TRY_SET(const Strings texts, Strings::open(n.in(input)));
    keys.emplace_back(texts[place], size_t(i));
  }
  Finder finder(std::move(keys), size_t(examples(n)), found);
  if (finder.has_twins()) return Error(Code::invalid_argument, "asks for a feature twice");
  TRY_SET(const Strings all, Strings::open(n.in(0)));
  for (int32_t e = 0; e < examples(n); ++e) {
    TRY(n.poll());
    if (!finder.read(all[e], size_t(e))) return unsound(e);
  }
  return ok();
}

/// How many values a feature has that is to become a tensor of that type.
Result<int64_t> count(const Feature& feature, const Tensor& out, int64_t example) {
  if (feature.kind == Feature::absent) return int64_t{0};
  if (feature.kind != kind_of(out.type))
    return Error(Code::invalid_argument,
                 cat("example ", example, " has values of another type than ", name(out.type),
                     " for '", out.name, "'"));
  int64_t values = 0;
  if (!for_each_value(feature, [&](uint64_t, std::string_view) { ++values; }))
    return unsound(example);
  return values;
}

void store(Type type, std::byte*& to, uint64_t bits) {
  const size_t size = type == Type::f32 ? 4 : 8;  // the low bytes, whatever the machine's order
  for (size_t i = 0; i < size; ++i) to[i] = std::byte(bits >> (8 * i));
  to += size;
}

/// Fills the output with the features of all examples, an absent one by its `fallback`.
Status fill(Run& n, const Tensor& out, const Shape& shape, std::span<const Feature> features,
            const Tensor* fallback) {
  if (out.type != Type::string) {
    std::byte* to = out.data;
    for (const Feature& feature : features) {
      if (feature.kind != Feature::absent) {
        for_each_value(feature,
                       [&](uint64_t bits, std::string_view) { store(out.type, to, bits); });
      } else if (fallback && fallback->bytes > 0) {
        std::memcpy(to, fallback->data, fallback->bytes);
        to += fallback->bytes;
      }
    }
    return ok();
  }
  std::vector<std::string_view> texts, defaults;
  if (fallback) {
    TRY_SET(const Strings all, Strings::open(*fallback));
    for (int64_t i = 0; i < fallback->shape.elements(); ++i) defaults.push_back(all[i]);
  }
  for (const Feature& feature : features) {
    if (feature.kind == Feature::absent)
      texts.insert(texts.end(), defaults.begin(), defaults.end());
    for_each_value(feature, [&](uint64_t, std::string_view text) { texts.push_back(text); });
    if (texts.size() > kMostTexts)
      return Error(Code::resource_exhausted,
                   cat("'", out.name, "' has more than ", kMostTexts, " texts"));
  }
  return make_strings(n, out, shape, [&](int64_t i) { return texts[size_t(i)]; });
}

Status run_sparse(const Places& at, Run& n, int i, std::span<const Feature> features) {
  const Tensor &values = n.out(at.values(i)), &indices = n.out(at.indices(i));
  std::vector<int64_t> counts;
  int64_t total = 0, most = 0;
  for (const Feature& feature : features) {
    if (counts.size() % kBetweenPolls == 0) TRY(n.poll());
    TRY_SET(const int64_t here, count(feature, values, int64_t(counts.size())));
    counts.push_back(here);
    total += here;
    most = std::max(most, here);
  }
  const auto rows = narrow<int32_t>(total);
  if (!rows) return Error(Code::resource_exhausted, cat("'", values.name, "' has too many values"));
  TRY(n.resize(indices, Shape{*rows, 2}));
  auto* to = reinterpret_cast<int64_t*>(indices.data);
  for (size_t e = 0; e < counts.size(); ++e)
    for (int64_t k = 0; k < counts[e]; ++k) {
      *to++ = int64_t(e);
      *to++ = k;
    }
  n.out_data<int64_t>(at.shape(i))[0] = examples(n);
  n.out_data<int64_t>(at.shape(i))[1] = most;
  if (values.type != Type::string) TRY(n.resize(values, Shape{*rows}));
  return fill(n, values, Shape{*rows}, features, nullptr);
}

Status run_dense(const Places& at, Run& n, int i, std::span<const Feature> features) {
  const Tensor &out = n.out(at.tensor(i)), &fallback = n.in(at.fallback(i));
  const Shape shape = out.shape;
  const int64_t each = features.empty() ? 0 : shape.elements() / int64_t(features.size());
  for (size_t e = 0; e < features.size(); ++e) {
    if (e % kBetweenPolls == 0) TRY(n.poll());
    TRY_SET(const int64_t has, count(features[e], out, int64_t(e)));
    if (features[e].kind == Feature::absent) {
      if (fallback.shape.elements() == each) continue;
      return Error(Code::invalid_argument,
                   cat("example ", e, " lacks '", out.name, "', which has no default"));
    }
    if (has != each)
      return Error(Code::invalid_argument,
                   cat("example ", e, " has ", has, " values for '", out.name, "', not ", each));
  }
  return fill(n, out, shape, features, &fallback);
}

}  // namespace

Status run_examples(const ExampleParams& p, Run& n) {
  const Places at(p, n);
  const auto count = size_t(examples(n));
  const std::span found(reinterpret_cast<Feature*>(n.scratch(kFound).data()),
                        size_t(at.keys()) * count);
  std::uninitialized_fill(found.begin(), found.end(), Feature{});
  TRY(find_features(at, found, n));
  for (int i = 0; i < at.keys(); ++i) {
    const auto features = found.subspan(size_t(i) * count, count);
    TRY(i < at.sparse ? run_sparse(at, n, i, features) : run_dense(at, n, i - at.sparse, features));
  }
  return ok();
}

}  // namespace samara::text_ops
