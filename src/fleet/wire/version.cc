#include "fleet/wire/version.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace samara::wire {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Digits without a leading zero, within 32 bits.
bool read_number(std::string_view text, uint32_t& out) {
  if (!all_digits(text) || (text.size() > 1 && text[0] == '0')) return false;
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
}

bool is_identifier(std::string_view text) {
  if (all_digits(text)) return text.size() == 1 || text[0] != '0';
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

/// Cuts `text` at the first `mark` and returns what stands before; all of it where there is none.
std::string_view cut(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  const std::string_view before = text.substr(0, at);
  text = at == text.npos ? std::string_view() : text.substr(at + 1);
  return before;
}

std::strong_ordering compare(const std::string& a, const std::string& b) {
  const bool a_number = all_digits(a), b_number = all_digits(b);
  if (a_number != b_number)
    return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a_number && a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

}  // namespace

Result<Version> Version::parse(std::string_view text) {
  const Error wrong(Code::invalid_argument,
                    cat("'", text.substr(0, 80), "' is not a version such as 1.4.0 or 2.0.0-rc.1"));
  if (text.size() > 64) return wrong;
  Version out;
  std::string_view rest = text;
  const bool has_pre = rest.find('-') != rest.npos;
  std::string_view numbers = cut(rest, '-');
  if (std::count(numbers.begin(), numbers.end(), '.') != 2) return wrong;
  for (uint32_t* number : {&out.major, &out.minor, &out.patch}) {
    if (!read_number(cut(numbers, '.'), *number)) return wrong;
  }
  if (has_pre && (rest.empty() || rest.ends_with('.'))) return wrong;
  while (!rest.empty()) {
    out.pre.emplace_back(cut(rest, '.'));
    if (!is_identifier(out.pre.back())) return wrong;
  }
  return out;
}

std::string Version::text() const {
  std::string out = cat(major, ".", minor, ".", patch);
  for (size_t i = 0; i < pre.size(); ++i) out += (i == 0 ? "-" : ".") + pre[i];
  return out;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto by = major <=> other.major; by != 0) return by;
  if (const auto by = minor <=> other.minor; by != 0) return by;
  if (const auto by = patch <=> other.patch; by != 0) return by;
  if (pre.empty() != other.pre.empty())
    return pre.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  for (size_t i = 0; i < std::min(pre.size(), other.pre.size()); ++i) {
    if (const auto by = compare(pre[i], other.pre[i]); by != 0) return by;
  }
  return pre.size() <=> other.pre.size();
}

}  // namespace samara::wire
