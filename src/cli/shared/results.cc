#include "cli/shared/results.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/shared/npy.h"
#include "cli/shared/values.h"
#include "samara/runtime/session.h"

namespace samara::cli {
namespace {

struct Numbers {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  double sum = 0;
  size_t count = 0, nans = 0;
  void add(double x) {
    ++count;
    if (std::isnan(x)) {
      ++nans;
      return;
    }
    least = std::min(least, x);
    most = std::max(most, x);
    sum += x;
  }
};

std::optional<Numbers> numbers_of(const graph::Tensor& t) {
  const ReadNumber read = number_reader(t.type);
  if (!t.data || !read) return std::nullopt;
  Numbers numbers;
  const size_t n = size_t(t.shape.elements());
  const bool complex = numbers_per_element(t.type) == 2;
  for (size_t i = 0; i < n; ++i)
    numbers.add(complex ? std::hypot(read(t.data, 2 * i), read(t.data, 2 * i + 1))
                        : read(t.data, i));
  return numbers;
}

}  // namespace

json::Json describe(const graph::Tensor& tensor) {
  json::Json out = json::Json::object();
  out.set("name", tensor.name);
  out.set("shape", json::Json::list(tensor.shape.dims()));
  out.set("type", name(tensor.type));
  json::Json quantization = json::Json::object();
  quantization.set("scales", json::Json::list(tensor.quant.scales));
  quantization.set("zero_points", json::Json::list(tensor.quant.zero_points));
  quantization.set("axis", tensor.quant.axis);
  out.set("quantization", tensor.quant.empty() ? json::Json() : std::move(quantization));
  return out;
}

std::string summary(const graph::Tensor& tensor) {
  std::string text = cat(name(tensor.type), " ", tensor.shape.dims());
  const auto numbers = numbers_of(tensor);
  if (!numbers || numbers->count == numbers->nans) return text;
  const size_t finite = numbers->count - numbers->nans;
  text += cat(", min ", float(numbers->least), ", max ", float(numbers->most), ", mean ",
              float(numbers->sum / double(finite)));
  if (numbers->nans) text += cat(", NaN ", numbers->nans);
  return text;
}

void add_summary(const graph::Tensor& tensor, json::Json& object) {
  const auto numbers = numbers_of(tensor);
  if (!numbers || numbers->count == numbers->nans) return;
  object.set("min", numbers->least).set("max", numbers->most);
  object.set("mean", numbers->sum / double(numbers->count - numbers->nans));
  object.set("nan", numbers->nans);
}

Status write_tensor(const std::string& dir, const std::string& stem, const graph::Tensor& tensor) {
  const std::string path = dir + "/" + stem;
  if (tensor.type != Type::string && bits(tensor.type) == 0) {
    return Error(Code::unsupported, cat("tensor '", tensor.name, "' of type ", name(tensor.type),
                                        " has no form in a file"));
  }
  if (tensor.type == Type::string) {
    TRY_SET(const auto strings, unpack_strings({tensor.data, tensor.bytes}));
    json::Json list = json::Json::object();
    list.set("shape", json::Json::list(tensor.shape.dims()));
    list.set("strings", json::Json::list(strings));
    return write_text(path + ".json", list.dump(2) + "\n");
  }
  return write_text(path + ".npy",
                    npy_file(tensor.type, tensor.shape.dims(), {tensor.data, tensor.bytes}));
}

Status write_text(const std::string& path, const std::string& text) {
  // Not by rename and sync as write_file() does: a dump is hundreds of files that can be made again.
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool whole = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file) whole = std::fclose(file) == 0 && whole;
  if (whole) return ok();
  const int error = errno;
  if (file) std::remove(path.c_str());
  return system_error(error, cat("write ", path));
}

Status make_dir(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error(Code::io, cat("cannot make folder ", path, ": ", error.message()));
  return ok();
}

}  // namespace samara::cli
