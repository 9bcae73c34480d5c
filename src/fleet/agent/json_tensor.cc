#include "fleet/agent/json_tensor.h"

#include <cstring>
#include <limits>
#include <type_traits>

#include "base/text.h"
#include "base/try.h"

namespace samara::agent {
namespace {

using json::Json;

/// Calls f with a value of the C++ type.
template <class F>
Status with_type(Type type, F&& f) {
  switch (type) {
    case Type::f32:
      return f(float{});
    case Type::i8:
      return f(int8_t{});
    case Type::u8:
      return f(uint8_t{});
    case Type::i16:
      return f(int16_t{});
    case Type::i32:
      return f(int32_t{});
    case Type::i64:
      return f(int64_t{});
    case Type::boolean:
      return f(bool{});
    default:
      return Error(Code::unsupported, cat("JSON has no values of type ", name(type)));
  }
}

template <class T>
bool convert(const Json& from, T* to) {
  if constexpr (std::is_same_v<T, bool>) {
    if (!from.as_bool()) return false;
    *to = *from.as_bool();
  } else if constexpr (std::is_same_v<T, float>) {
    const auto number = from.as_number();
    if (!number) return false;
    *to = static_cast<float>(*number);
  } else {
    const auto number = from.as_integer();
    if (!number || *number < static_cast<int64_t>(std::numeric_limits<T>::min()) ||
        *number > static_cast<int64_t>(std::numeric_limits<T>::max()))
      return false;
    *to = static_cast<T>(*number);
  }
  return true;
}

/// Lists may lie in lists as deep as the parser of JSON lets them.
template <class T>
Status flatten(const Json& from, Type type, std::vector<std::byte>& out) {
  if (const auto* list = from.as_array()) {
    for (const Json& item : *list) TRY(flatten<T>(item, type, out));
    return ok();
  }
  T value{};
  if (!convert(from, &value))
    return Error(Code::invalid_argument, cat("value ", from.dump(), " is no ", name(type)));
  const size_t at = out.size();
  out.resize(at + sizeof value);
  std::memcpy(out.data() + at, &value, sizeof value);
  return ok();
}

}  // namespace

Status append_values(const Json& from, Type type, std::vector<std::byte>& out) {
  return with_type(type, [&](auto value) { return flatten<decltype(value)>(from, type, out); });
}

Result<Json> values_of(std::span<const std::byte> bytes, Type type) {
  Json out = Json::array();
  TRY(with_type(type, [&](auto value) -> Status {
    if (bytes.size() % sizeof value != 0)
      return Error(Code::invalid_argument,
                   cat(bytes.size(), " bytes are no whole number of ", name(type), "s"));
    for (size_t at = 0; at < bytes.size(); at += sizeof value) {
      std::memcpy(&value, bytes.data() + at, sizeof value);
      out.push(Json(value));
    }
    return ok();
  }));
  return out;
}

}  // namespace samara::agent
