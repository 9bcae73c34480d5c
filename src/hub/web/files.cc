#include "hub/web/files.h"

namespace samara::hub {
namespace {

constexpr std::string_view type_of(std::string_view name) {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

#define SAMARA_FILE(name, content) WebFile{name, type_of(name), content},
constexpr WebFile kFiles[] = {
#include "file_list.inc"
};
#undef SAMARA_FILE

}  // namespace

const WebFile* web_file(std::string_view name) {
  for (const WebFile& file : kFiles) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

}  // namespace samara::hub
