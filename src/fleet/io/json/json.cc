// Building and printing of Json. Reading is in nlohmann/parse.cc.
#include "fleet/io/json/json.h"

#include <charconv>
#include <cmath>

namespace samara::json {
namespace {

/// What may follow a first byte in [low, high] (RFC 3629 section 4): so many bytes, of which the
/// next lies in [next_low, next_high], which rules out overlong forms, surrogates and what lies
/// beyond U+10FFFF.
struct Lead {
  uint8_t low, high, length, next_low, next_high;
};
constexpr Lead kLeads[] = {
    {0x00, 0x7f, 1, 0x00, 0xff}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/// Length of the UTF-8 sequence at s[i], 0 where it is none.
size_t utf8_length(std::string_view s, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<uint8_t>(s[i + k]); };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.low || byte(0) > lead.high) continue;
    if (lead.length > s.size() - i) return 0;
    for (size_t k = 1; k < lead.length; ++k) {
      const uint8_t low = k == 1 ? lead.next_low : 0x80, high = k == 1 ? lead.next_high : 0xbf;
      if (byte(k) < low || byte(k) > high) return 0;
    }
    return lead.length;
  }
  return 0;
}

void quote(std::string& out, std::string_view s) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t", kNames = "\"\\bfnrt";
  out += '"';
  for (size_t i = 0; i < s.size();) {
    const char c = s[i];
    const size_t length = utf8_length(s, i);
    if (const size_t at = kShort.find(c); at != std::string_view::npos) {
      out += '\\';
      out += kNames[at];
    } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) {
      out += "\\u00";
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[c & 15];
    } else if (length == 0) {
      out += "\xef\xbf\xbd";
    } else {
      out += s.substr(i, length);
    }
    i += length == 0 ? 1 : length;
  }
  out += '"';
}

template <class T>
void number(std::string& out, T value) {
  char buffer[40];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

/// A new line at that level, where lines are wanted.
void line(std::string& out, int indent, int level) {
  if (indent == 0) return;
  out += '\n';
  out.append(static_cast<size_t>(indent) * static_cast<size_t>(level), ' ');
}

void quote_double(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  } else {
    number(out, value);
  }
}

}  // namespace

Json::Json(float value) : value_(static_cast<double>(value)) {
  if (!std::isfinite(value)) return;
  char digits[40];
  const char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  double nearest = 0;
  std::from_chars(digits, end, nearest);
  if (static_cast<float>(nearest) == value) value_ = nearest;
}

Json Json::array(std::initializer_list<Json> items) {
  Json out;
  out.value_ = Array(items);
  return out;
}

Json Json::object(std::initializer_list<Member> members) {
  Json out;
  out.value_ = Object();
  for (const Member& m : members) out.set(m.first, m.second);
  return out;
}

Json Json::array_of(Array items) {
  Json out;
  out.value_ = std::move(items);
  return out;
}

Json Json::object_of(Object members) {
  Json out;
  out.value_ = std::move(members);
  return out;
}

Json& Json::set(std::string_view key, Json value) {
  if (!is_object()) value_ = Object();
  auto& members = std::get<Object>(value_);
  for (Member& m : members) {
    if (m.first == key) {
      m.second = std::move(value);
      return *this;
    }
  }
  members.emplace_back(key, std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  if (!is_array()) value_ = Array();
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

std::optional<int64_t> Json::as_integer() const {
  if (const auto* i = std::get_if<int64_t>(&value_)) return *i;
  const auto* d = std::get_if<double>(&value_);
  // 2^63 is the first double that int64_t cannot hold.
  if (d && *d >= -0x1p63 && *d < 0x1p63 && std::trunc(*d) == *d) return static_cast<int64_t>(*d);
  return std::nullopt;
}

std::optional<double> Json::as_number() const {
  if (const auto* i = std::get_if<int64_t>(&value_)) return static_cast<double>(*i);
  if (const auto* u = std::get_if<uint64_t>(&value_)) return static_cast<double>(*u);
  if (const auto* d = std::get_if<double>(&value_)) return *d;
  return std::nullopt;
}

const Json* Json::find(std::string_view key) const {
  const Object* members = as_object();
  if (!members) return nullptr;
  for (const Member& m : *members)
    if (m.first == key) return &m.second;
  return nullptr;
}

std::string_view Json::kind() const {
  constexpr std::string_view kKinds[] = {"null",   "boolean", "number", "number",
                                         "number", "string",  "array",  "object"};
  return kKinds[value_.index()];
}

std::string Json::dump(int indent) const {
  std::string out;
  print(out, indent, 0);
  return out;
}

void Json::print(std::string& out, int indent, int level) const {
  if (is_array()) return print_array(out, indent, level);
  if (is_object()) return print_object(out, indent, level);
  if (const auto* s = std::get_if<std::string>(&value_)) {
    quote(out, *s);
  } else if (const auto* d = std::get_if<double>(&value_)) {
    quote_double(out, *d);
  } else if (const auto* i = std::get_if<int64_t>(&value_)) {
    number(out, *i);
  } else if (const auto* u = std::get_if<uint64_t>(&value_)) {
    number(out, *u);
  } else if (const bool* b = as_bool()) {
    out += *b ? "true" : "false";
  } else {
    out += "null";
  }
}

void Json::print_array(std::string& out, int indent, int level) const {
  const Array& items = *as_array();
  bool flat = true;
  for (const Json& item : items) flat = flat && !item.is_array() && !item.is_object();
  const std::string_view comma = flat && indent > 0 ? ", " : ",";
  out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += comma;
    if (!flat) line(out, indent, level + 1);
    items[i].print(out, indent, level + 1);
  }
  if (!flat) line(out, indent, level);
  out += ']';
}

void Json::print_object(std::string& out, int indent, int level) const {
  const Object& members = *as_object();
  out += '{';
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    line(out, indent, level + 1);
    quote(out, members[i].first);
    out += indent > 0 ? ": " : ":";
    members[i].second.print(out, indent, level + 1);
  }
  if (!members.empty()) line(out, indent, level);
  out += '}';
}

}  // namespace samara::json
