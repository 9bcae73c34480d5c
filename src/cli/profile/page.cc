#include "cli/profile/page.h"

#include <string_view>

namespace samara::cli {
namespace {

struct PageFile {
  std::string_view name, content;
};
#define SAMARA_FILE(name, content) PageFile{name, content},
constexpr PageFile kFiles[] = {
#include "page_list.inc"
};
#undef SAMARA_FILE

std::string_view file(std::string_view name) {
  for (const PageFile& f : kFiles)
    if (f.name == name) return f.content;
  return "";
}

/// JSON that ends no script element: '<' stands in strings alone, where it may be escaped.
std::string for_script(const json::Json& value) {
  std::string out;
  for (const char c : value.dump()) out += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return out;
}

}  // namespace

std::string page_of(const json::Json& result) {
  const std::string data = for_script(result);
  std::string out;
  std::string_view rest = file("page.html");
  for (const auto& [mark, content] :
       {std::pair<std::string_view, std::string_view>{"@style@", file("page.css")},
        {"@data@", data},
        {"@script@", file("page.js")}}) {
    const size_t at = rest.find(mark);
    out.append(rest.substr(0, at)).append(content);
    rest.remove_prefix(at + mark.size());
  }
  return out.append(rest);
}

}  // namespace samara::cli
