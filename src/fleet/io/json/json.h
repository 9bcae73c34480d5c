// Json: a value of RFC 8259, built and printed by our own code, read through a library that only
// nlohmann/ sees. Objects keep the order in which members were set, so that printed results read
// as they were written and two runs print the same bytes.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "samara/base/result.h"

namespace samara::json {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;        // null
  Json(std::nullptr_t) {}  // NOLINT: implicit by design
  template <std::same_as<bool> B>
  Json(B value) : value_(value) {}  // NOLINT: implicit by design
  template <std::signed_integral I>
    requires(!std::same_as<I, bool>)
  Json(I value) : value_(static_cast<int64_t>(value)) {}  // NOLINT: implicit by design
  template <std::unsigned_integral U>
    requires(!std::same_as<U, bool>)
  Json(U value) {  // NOLINT: implicit by design
    if (std::in_range<int64_t>(value)) {
      value_ = static_cast<int64_t>(value);
    } else {
      value_ = static_cast<uint64_t>(value);
    }
  }
  Json(double value) : value_(value) {}  // NOLINT: implicit by design
  /// Prints the fewest digits that give the same float again: 0.7f is 0.7, not 0.699999988079071.
  Json(float value);                                            // NOLINT: implicit by design
  Json(std::string value) : value_(std::move(value)) {}         // NOLINT: implicit by design
  Json(std::string_view value) : value_(std::string(value)) {}  // NOLINT: implicit by design
  Json(const char* value) : value_(std::string(value)) {}       // NOLINT: implicit by design

  static Json array(std::initializer_list<Json> items = {});
  static Json object(std::initializer_list<Member> members = {});
  /// The lists as they are; an object's names must differ.
  static Json array_of(Array items);
  static Json object_of(Object members);
  /// An array of a range's elements.
  template <class Range>
  static Json list(const Range& range) {
    Json out = array();
    for (const auto& item : range) out.push(Json(item));
    return out;
  }

  /// Sets a member, replacing one of the same name. A value that is no object becomes one.
  Json& set(std::string_view key, Json value);
  /// Appends an element. A value that is no array becomes one.
  Json& push(Json value);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return as_object() != nullptr; }
  bool is_array() const { return as_array() != nullptr; }
  /// The content where the value is of that kind, else nothing. A number counts as an integer where
  /// it is whole and in range, and every number counts as a double.
  const bool* as_bool() const { return std::get_if<bool>(&value_); }
  std::optional<int64_t> as_integer() const;
  /// Whether it is a number without fraction and exponent, of at most 64 bits: 2, but not 2.0.
  bool is_plain_integer() const {
    return std::holds_alternative<int64_t>(value_) || std::holds_alternative<uint64_t>(value_);
  }
  std::optional<double> as_number() const;
  const std::string* as_string() const { return std::get_if<std::string>(&value_); }
  const Array* as_array() const { return std::get_if<Array>(&value_); }
  const Object* as_object() const { return std::get_if<Object>(&value_); }
  /// The member of that name; null where there is none or the value is no object. Linear.
  const Json* find(std::string_view key) const;
  /// "null", "boolean", "number", "string", "array" or "object": for messages.
  std::string_view kind() const;

  /// The value as text. indent 0: on one line; else members and elements on lines of their own,
  /// but arrays of plain values on one.
  ///
  /// Units    doubles with the fewest digits that read back as the same double; NaN and infinities,
  ///          which JSON lacks, as the strings "NaN", "Infinity", "-Infinity" (as protobuf's JSON)
  /// Errors   none: bytes that are not UTF-8 print as U+FFFD
  std::string dump(int indent = 0) const;

  bool operator==(const Json&) const = default;

 private:
  void print(std::string& out, int indent, int level) const;
  void print_array(std::string& out, int indent, int level) const;
  void print_object(std::string& out, int indent, int level) const;

  // uint64_t only where int64_t cannot hold the value, so that equal numbers compare equal.
  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Array, Object> value_;
};

/// Bounds on what is read; beyond one the text is refused.
struct ParseLimits {
  size_t bytes = size_t{64} << 20;
  size_t depth = 64;  // arrays and objects within each other
  size_t values = 10'000'000;
};

/// Reads exactly one value. Two members of one name are refused: readers that pick the first and
/// readers that pick the last would see two different documents.
///
/// Errors   invalid_argument    not JSON (line and column), or a name twice
///          resource_exhausted  a limit
Result<Json> parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace samara::json
