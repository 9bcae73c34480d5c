// The filter of Firebase's lists.
#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "base/words.h"
#include "hub/firebase/view.h"

namespace samara::hub {
namespace {

constexpr size_t kMostTerms = 20;

struct Term {
  std::string field, value;
  bool equals = false;  // else ":", which is "has"
};

Error wrong(std::string_view filter) {
  return Error(Code::invalid_argument,
               cat("the filter '", filter,
                   "' is none of displayName = 'NAME', displayName: NAME*, tags: TAG, "
                   "state.published = true, joined by AND"));
}

/// Takes a term off the front; its value may stand in quotes.
Result<Term> next_term(std::string_view& rest, std::string_view filter) {
  const size_t mark = rest.find_first_of(":=");
  if (mark == rest.npos) return wrong(filter);
  Term out{std::string(trim(rest.substr(0, mark))), "", rest[mark] == '='};
  rest = trim(rest.substr(mark + 1));
  const bool quoted = rest.starts_with('\'') || rest.starts_with('"');
  const size_t end = quoted ? rest.find(rest[0], 1) : std::min(rest.find(' '), rest.size());
  if (end == rest.npos || end == 0) return wrong(filter);
  out.value = rest.substr(quoted, end - quoted);
  rest = trim(rest.substr(end + quoted));
  return out;
}

Result<bool> holds(const Term& term, const View& view, std::string_view filter) {
  if (term.field == "tags" && !term.equals) {
    const auto tags = tags_of(view);
    return std::find(tags.begin(), tags.end(), term.value) != tags.end();
  }
  const auto name = [&] {
    if (term.equals || !term.value.ends_with('*')) return view.listing.display_name == term.value;
    return view.listing.display_name.starts_with(term.value.substr(0, term.value.size() - 1));
  };
  if (term.field == "displayName" || term.field == "display_name") return name();
  if (term.field == "state.published" && term.equals &&
      (term.value == "true" || term.value == "false"))
    return view.published == (term.value == "true");
  return wrong(filter);
}

}  // namespace

Result<bool> matches(std::string_view filter, const View& view) {
  bool all = true;
  std::string_view rest = trim(filter);
  for (size_t terms = 0; !rest.empty(); ++terms) {
    if (terms == kMostTerms) return wrong(filter);
    if (terms > 0) {
      if (!rest.starts_with("AND ")) return wrong(filter);
      rest = trim(rest.substr(4));
    }
    TRY_SET(const Term term, next_term(rest, filter));
    TRY_SET(const bool held, holds(term, view, filter));
    all = all && held;
  }
  return all;
}

}  // namespace samara::hub
