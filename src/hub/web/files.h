// The files of the hub's pages, which lie in the program itself.
#pragma once

#include <string_view>

namespace samara::hub {

struct WebFile {
  std::string_view name, type, content;
};

/// The file of that name; null: there is none.
const WebFile* web_file(std::string_view name);

}  // namespace samara::hub
