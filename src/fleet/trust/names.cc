#include "fleet/trust/names.h"

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "base/utf8.h"

namespace samara::trust {
namespace {

constexpr size_t kMostName = 1024;

/// Calls f(part) for each part between slashes until it answers false; whether all were true.
template <class F>
bool all_parts(std::string_view path, F&& f) {
  for (;;) {
    const size_t slash = path.find('/');
    if (!f(path.substr(0, slash))) return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

/// The end of the set that begins with "[" at `at`; 0 where it is not closed: then a plain "[".
size_t end_of_set(std::string_view pattern, size_t at) {
  size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '!') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  i = pattern.find(']', i);
  return i == pattern.npos ? 0 : i + 1;
}

bool in_set(std::string_view set, char c) {  // set: what stands between the brackets
  const bool inverted = !set.empty() && set[0] == '!';
  if (inverted) set.remove_prefix(1);
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(set[i]); };
  const auto value = static_cast<unsigned char>(c);
  for (size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      if (byte(i) <= value && value <= byte(i + 2)) return !inverted;
      i += 2;
    } else if (byte(i) == value) {
      return !inverted;
    }
  }
  return inverted;
}

/// One character of the pattern (no star) at `p` against the one at `n`; moves both on.
bool step(std::string_view pattern, size_t& p, std::string_view name, size_t& n) {
  const char c = name[n++];
  const size_t end = pattern[p] == '[' ? end_of_set(pattern, p) : 0;
  if (end == 0 && pattern[p] != '?') return pattern[p++] == c;
  while (n < name.size() && (name[n] & 0xc0) == 0x80) ++n;  // the rest of a UTF-8 character
  if (end == 0) return ++p, true;
  const bool in = in_set(pattern.substr(p + 1, end - p - 2), c);
  p = end;
  return in;
}

/// A part without slashes. After a mismatch only the last star is tried again, one further on.
bool matches_part(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = pattern.npos, from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      from = n;
      continue;
    }
    if (p < pattern.size() && step(pattern, p, name, n)) continue;
    if (star == pattern.npos) return false;
    p = star;
    n = ++from;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool is_top_level(std::string_view role) {
  return role == kRoot || role == kTimestamp || role == kSnapshot || role == kTargets;
}

Status check_target_name(std::string_view name) {
  const auto refuse = [](const char* why) {
    return Error(Code::invalid_argument, cat("the target's name ", why));
  };
  if (name.empty()) return refuse("is empty");
  if (name.size() > kMostName) return refuse("is longer than 1,024 bytes");
  if (!is_utf8(name)) return refuse("is not UTF-8");
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return refuse("holds a control character");
    if (c == '\\') return refuse("holds a backslash");
  }
  if (!all_parts(
          name, [](std::string_view part) { return !part.empty() && part != "." && part != ".."; }))
    return refuse("has an empty part, \".\" or \"..\"");
  return ok();
}

std::string encode(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const bool dots = name.find_first_not_of('.') == name.npos;
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || (c == '.' && !dots) || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

std::string encode_path(std::string_view path) {
  std::string out;
  all_parts(path, [&](std::string_view part) {
    if (part.data() != path.data()) out += '/';
    out += encode(part);
    return true;
  });
  return out;
}

bool matches(std::string_view pattern, std::string_view name) {
  if (std::count(pattern.begin(), pattern.end(), '/') != std::count(name.begin(), name.end(), '/'))
    return false;
  return all_parts(pattern, [&](std::string_view part) {
    const size_t slash = name.find('/');
    const bool same = matches_part(part, name.substr(0, slash));
    name.remove_prefix(slash == name.npos ? name.size() : slash + 1);
    return same;
  });
}

}  // namespace samara::trust
