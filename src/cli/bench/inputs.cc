#include "cli/bench/inputs.h"

#include <charconv>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/shared/inputs.h"
#include "cli/shared/npy.h"

namespace samara::cli {
namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(by, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

Result<int64_t> number(const std::string& text, std::string_view flag) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return Error(Code::invalid_argument, cat("--", flag, ": '", text, "' is not a whole number"));
}

Status resize(Session& session, const BenchFlags& flags) {
  const auto names = split(flags.input_layer, ',');
  const auto shapes = split(flags.input_layer_shape, ':');
  if (shapes.empty()) return ok();
  if (shapes.size() != names.size()) {
    return Error(Code::invalid_argument, cat("--input_layer_shape has ", shapes.size(),
                                             " shapes for ", names.size(), " input layers"));
  }
  for (size_t i = 0; i < names.size(); ++i) {
    TRY_SET(const size_t input, session.input_index(names[i]));
    std::vector<int32_t> shape;
    for (const std::string& part : split(shapes[i], ',')) {
      TRY_SET(const int64_t dim, number(part, "input_layer_shape"));
      if (dim < 0 || dim > INT32_MAX) {
        return Error(Code::invalid_argument, cat("--input_layer_shape: dimension ", dim));
      }
      shape.push_back(int32_t(dim));
    }
    TRY(session.resize(input, shape).in([&] { return cat("input '", names[i], "'"); }));
  }
  return ok();
}

/// Whole numbers low..high in an integer or float tensor.
Status fill_range(Session& session, size_t input, int64_t low, int64_t high) {
  TRY_SET(const auto memory, session.input_data(input));
  const graph::Tensor& t = session.input(input);
  std::mt19937_64 random(uint64_t(low) * 31 + uint64_t(high));
  const uint64_t span = uint64_t(high) - uint64_t(low) + 1;
  const size_t size = size_t(bits(t.type)) / 8;
  for (size_t i = 0; i + size <= memory.size() && size > 0; i += size) {
    const int64_t value = int64_t(uint64_t(low) + (span ? random() % span : random()));
    if (t.type == Type::f32) {
      const float real = float(value);
      std::memcpy(memory.data() + i, &real, sizeof real);
    } else {
      std::memcpy(memory.data() + i, &value, std::min(size, sizeof value));  // little endian
    }
  }
  return ok();
}

Status fill_file(Session& session, size_t input, const std::string& path) {
  TRY_SET(const auto bytes, read_file(path));
  if (!path.ends_with(".npy")) return session.set_input(input, std::as_bytes(std::span(bytes)));
  TRY_SET(const Array array, parse_npy(std::as_bytes(std::span(bytes))));
  return session.set_input(input, std::span<const std::byte>(array.data));
}

}  // namespace

Status prepare_inputs(Session& session, const BenchFlags& flags) {
  TRY(resize(session, flags));
  TRY(feed(session, {}));
  for (const std::string& item : split(flags.input_layer_value_range, ':')) {
    const auto parts = split(item, ',');
    if (parts.size() != 3) {
      return Error(Code::invalid_argument,
                   cat("--input_layer_value_range: '", item, "' is not NAME,LOW,HIGH"));
    }
    TRY_SET(const size_t input, session.input_index(parts[0]));
    TRY_SET(const int64_t low, number(parts[1], "input_layer_value_range"));
    TRY_SET(const int64_t high, number(parts[2], "input_layer_value_range"));
    if (high < low) {
      return Error(Code::invalid_argument, cat("--input_layer_value_range: ", item, " is empty"));
    }
    TRY(fill_range(session, input, low, high));
  }
  for (const std::string& item : split(flags.input_layer_value_files, ',')) {
    // Old scripts part name and file with ':', newer ones with '::' for names that hold one.
    const size_t twice = item.find("::"), once = item.find(':');
    const size_t at = twice != std::string::npos ? twice : once;
    if (at == std::string::npos || at == 0) {
      return Error(Code::invalid_argument,
                   cat("--input_layer_value_files: '", item, "' is not NAME:FILE"));
    }
    TRY_SET(const size_t input, session.input_index(item.substr(0, at)));
    const std::string path = item.substr(at + (at == twice ? 2 : 1));
    TRY(fill_file(session, input, path).in([&] { return cat("file ", path); }));
  }
  return ok();
}

}  // namespace samara::cli
