#include "base/shared_library.h"

#include <dlfcn.h>

namespace samara {

Result<SharedLibrary> SharedLibrary::load(const std::string& file) {
  void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return Error(Code::unsupported, cat("cannot be loaded: ", dlerror()));
  return SharedLibrary(file, handle);
}

void* SharedLibrary::address(const char* name) const { return dlsym(handle_, name); }

Status SharedLibrary::complete() const {
  if (missing_.empty()) return ok();
  return Error(Code::unsupported, cat(file_, " has no ", missing_));
}

}  // namespace samara
