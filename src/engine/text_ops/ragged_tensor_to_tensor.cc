// RaggedTensorToTensor: a ragged tensor as a dense one, filled up with a default value; what reaches
// beyond the dense shape is left out. Inputs: the shape (-1: as large as needed; a scalar: all of
// it), the values, the default, and a partition for each ragged dimension. Custom operator, version 1.
//
// Rules from: tflite-support custom_ops/kernel/ragged/ragged_tensor_to_tensor_tflite.cc, down to a
// width of at least 1 for rows that are all empty. It writes wherever a partition says; here a
// partition that does not fit the next one is an error.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/text_ops/op.h"
#include "engine/text_ops/splits.h"

namespace samara::text_ops {
namespace {

enum Input { kShape, kValues, kDefault, kPartitions };
enum class Partition : uint8_t { row_splits, value_rowids };

struct Params {
  std::vector<Partition> partitions;  // of each ragged dimension, outermost first
  bool first_dim = false;             // the first partition tensor is the number of rows
  int rank() const { return int(partitions.size()); }
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  TRY_SET(const auto names, options.texts("row_partition_types"));
  Params p;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "FIRST_DIM_SIZE" && i == 0) {
      p.first_dim = true;
    } else if (names[i] == "ROW_SPLITS") {
      p.partitions.push_back(Partition::row_splits);
    } else if (names[i] == "VALUE_ROWIDS" && i > 0) {
      p.partitions.push_back(Partition::value_rowids);
    } else {
      return Error(Code::invalid_model,
                   cat("row partition ", i, " is '", names[i], "', which cannot stand there"));
    }
  }
  if (p.partitions.empty() || p.rank() >= kMaxRank)
    return Error(Code::invalid_model,
                 cat("has ", p.rank(), " row partitions; 1 to ", kMaxRank - 1, " can be"));
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(kPartitions + p.rank() + p.first_dim, 1));
  TRY(n.has_type(n.in(kShape), {Type::i32, Type::i64}));
  TRY(n.same_type(n.in(kValues), n.in(kDefault)));
  TRY(n.same_type(n.in(kValues), n.out(0)));
  const int values_rank = n.in(kValues).shape.rank();
  if (values_rank == 0 || values_rank + p.rank() > kMaxRank)
    return Error(Code::invalid_model, cat("values of rank ", values_rank, " in ", p.rank(),
                                          " ragged dimensions make no tensor"));
  if (n.in(kDefault).shape.elements() != 1)
    return Error(Code::invalid_model, "the default value must be one element");
  const Shape& shape = n.in(kShape).shape;
  if (shape.rank() > 0 && shape.elements() != values_rank + p.rank())
    return Error(Code::invalid_model, cat("the shape has ", shape.elements(),
                                          " dimensions; values "
                                          "and partitions make ",
                                          values_rank + p.rank()));
  for (int i = 0; i < p.rank() + p.first_dim; ++i) {
    const Tensor& t = n.in(kPartitions + i);
    TRY(n.same_type(t, n.in(kPartitions)));
    TRY(n.has_type(t, {Type::i32, Type::i64}));
    if (i == 0 && p.first_dim) {
      if (t.shape.elements() != 1)
        return Error(Code::invalid_model, "the number of rows must be one element");
      continue;
    }
    TRY(n.has_rank(t, 1));
    if (p.partitions[size_t(i - p.first_dim)] == Partition::row_splits && t.shape[0] == 0)
      return Error(Code::invalid_model, cat("row splits ", i, " are empty"));
  }
  return n.sized_by_run(n.out(0));
}

int64_t integer_at(const Run& n, int input, int64_t i) {
  return n.in(input).type == Type::i32 ? n.in_data<int32_t>(input)[i]
                                       : n.in_data<int64_t>(input)[i];
}

/// One partition, and where a walk along its values has come to.
template <class T>
struct Level {
  Partition kind;
  std::span<const T> data;
  int64_t row = 0, start = 0;  // of the current value's row: its number and its first value
  int64_t next = 0;            // of row ids: the first that was not looked at

  int64_t rows() const { return int64_t(data.size()) - 1; }  // of row splits
  /// Moves on to value i, some steps ahead where rows between are empty; gives its column.
  int64_t column(int64_t i) {
    if (kind == Partition::row_splits) {
      while (int64_t{data[size_t(row) + 1]} <= i) ++row;
      return i - int64_t{data[size_t(row)]};
    }
    for (; next <= i; ++next) {
      if (int64_t{data[size_t(next)]} != row) start = next;
      row = int64_t{data[size_t(next)]};
    }
    return i - start;
  }
  int64_t width() const {
    if (kind == Partition::row_splits) {
      int64_t most = rows() > 0 ? 1 : 0;
      for (size_t i = 1; i < data.size(); ++i)
        most = std::max(most, int64_t{data[i]} - int64_t{data[i - 1]});
      return most;
    }
    int64_t most = 0, start = 0;
    for (int64_t i = 0; i < int64_t(data.size()); ++i) {
      if (i > 0 && data[size_t(i)] != data[size_t(i) - 1]) start = i;
      most = std::max(most, i - start + 1);
    }
    return most;
  }
};
template <class T>
using Levels = std::array<Level<T>, kMaxRank>;

/// Checks a partition of `rows` rows; gives the number of its values.
template <class T>
Result<int64_t> check_level(const Tensor& t, const Level<T>& level, int64_t rows, int64_t values) {
  if (level.kind == Partition::value_rowids) {
    TRY(check_splits(t, level.data, rows - 1));
    return int64_t(level.data.size());
  }
  TRY(check_splits(t, level.data, values));
  if (level.rows() != rows || level.data[0] != 0)
    return Error(Code::invalid_argument, cat("'", t.name, "' splits ", level.rows(), " rows from ",
                                             level.data[0], "; there are ", rows, " from 0"));
  return int64_t{level.data.back()};
}

template <class T>
Result<Levels<T>> levels_of(const Params& p, Run& n) {
  Levels<T> levels;
  for (int l = 0; l < p.rank(); ++l) {
    levels[size_t(l)] = {p.partitions[size_t(l)],
                         n.view<const T>(n.in(kPartitions + l + p.first_dim))};
  }
  const int64_t values = n.in(kValues).shape[0];
  int64_t rows = p.first_dim ? integer_at(n, kPartitions, 0) : levels[0].rows();
  if (rows < 0 || rows > INT32_MAX)
    return Error(Code::invalid_argument, cat("the number of rows is ", rows));
  for (int l = 0; l < p.rank(); ++l) {
    // Values of all but the last are rows of the next: whether they fit is seen there.
    const int64_t most = l + 1 == p.rank() ? values : INT32_MAX;
    TRY_SET(rows, check_level(n.in(kPartitions + l + p.first_dim), levels[size_t(l)], rows, most));
  }
  if (rows != values)
    return Error(Code::invalid_argument,
                 cat("the partitions hold ", rows, " values, but there are ", values));
  return levels;
}

template <class T>
Result<Shape> shape_of(const Params& p, const Levels<T>& levels, const Run& n) {
  const Shape& values = n.in(kValues).shape;
  const bool given = n.in(kShape).shape.rank() > 0;
  Shape shape;
  for (int d = 0; d <= p.rank(); ++d) {
    int64_t size = given ? integer_at(n, kShape, d) : -1;
    if (size < 0 && d > 0) size = levels[size_t(d) - 1].width();
    if (size < 0) size = p.first_dim ? integer_at(n, kPartitions, 0) : levels[0].rows();
    if (size > INT32_MAX)
      return Error(Code::invalid_argument, cat("the shape has ", size, " at ", d));
    shape.push(int32_t(size));
  }
  for (int d = 1; d < values.rank(); ++d) shape.push(values[d]);
  return shape;
}

template <class T>
Status run_by(const Params& p, Run& n) {
  TRY_SET(Levels<T> levels, levels_of<T>(p, n));
  TRY_SET(const Shape shape, shape_of<T>(p, levels, n));
  const Tensor &values = n.in(kValues), &out = n.out(0);
  TRY(n.resize(out, shape));
  if (shape.elements() == 0) return ok();
  const size_t element = n.in(kDefault).bytes;
  for (int64_t i = 0; i < shape.elements(); ++i)
    std::memcpy(out.data + size_t(i) * element, n.in(kDefault).data, element);
  const size_t row = size_t(shape.range(p.rank() + 1, shape.rank())) * element;
  for (int64_t i = 0; i < values.shape[0]; ++i) {
    int64_t at = i, place = 0, stride = 1;
    bool inside = true;
    for (int l = p.rank(); l-- > 0;) {
      const int64_t column = levels[size_t(l)].column(at);
      inside = inside && column < shape[l + 1];
      if (inside) place += column * stride;
      stride *= shape[l + 1];
      at = levels[size_t(l)].row;
    }
    if (inside && at < shape[0])
      std::memcpy(out.data + size_t(place + at * stride) * row, values.data + size_t(i) * row, row);
  }
  return ok();
}

Status run(const Params& p, Run& n) {
  return n.in(kPartitions).type == Type::i32 ? run_by<int32_t>(p, n) : run_by<int64_t>(p, n);
}

constexpr auto kRun = bind<Params, run>;

}  // namespace

extern constinit const OpDef ragged_tensor_to_tensor = define_op<Params, parse, infer>(
    {.name = "RaggedTensorToTensor"}, {{{kAny, Type::f32}, kRun},
                                       {{kAny, Type::i32}, kRun},
                                       {{kAny, Type::i64}, kRun},
                                       {{kAny, Type::u8}, kRun},
                                       {{kAny, Type::i8}, kRun},
                                       {{kAny, Type::boolean}, kRun}});

}  // namespace samara::text_ops
