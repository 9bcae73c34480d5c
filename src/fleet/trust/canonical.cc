#include "fleet/trust/canonical.h"

#include <algorithm>

#include "base/try.h"

namespace samara::trust {
namespace {

using json::Json;

void quote(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// Recursion ends: what the reader gave is at most 64 deep, what we build ourselves far less.
Status append(std::string& out, const Json& value) {
  if (const auto* text = value.as_string()) {
    quote(out, *text);
  } else if (const auto* items = value.as_array()) {
    out += '[';
    for (size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      TRY(append(out, (*items)[i]));
    }
    out += ']';
  } else if (const auto* members = value.as_object()) {
    std::vector<const Json::Member*> sorted;
    sorted.reserve(members->size());
    for (const Json::Member& member : *members) sorted.push_back(&member);
    // Order of UTF-8 bytes is order of code points.
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    out += '{';
    for (size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0) out += ',';
      quote(out, sorted[i]->first);
      out += ':';
      TRY(append(out, sorted[i]->second));
    }
    out += '}';
  } else if (value.is_null() || value.as_bool() || value.is_plain_integer()) {
    out += value.dump();
  } else {
    return Error(Code::invalid_argument, "the number " + value.dump() +
                                             " has no canonical form: not an integer of 64 bits");
  }
  return ok();
}

}  // namespace

Result<std::string> canonical(const Json& value) {
  std::string out;
  TRY(append(out, value));
  return out;
}

}  // namespace samara::trust
