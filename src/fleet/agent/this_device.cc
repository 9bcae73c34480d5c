#include "fleet/agent/this_device.h"

#include <unistd.h>

#include <utility>

namespace samara::agent {
namespace {

/// A processor goes by the names of Linux, of Android and of Apple.
std::vector<std::string> abi() {
#if defined(__x86_64__)
  return {"x86_64", "amd64"};
#elif defined(__aarch64__)
  return {"aarch64", "arm64", "arm64-v8a"};
#elif defined(__arm__)
  return {"arm", "armv7", "armeabi-v7a"};
#elif defined(__i386__)
  return {"x86", "i386"};
#elif defined(__riscv)
  return {"riscv64"};
#else
  return {};
#endif
}

std::vector<std::string> os() {
#if defined(__ANDROID__)
  return {"android", "linux"};
#elif defined(__linux__)
  return {"linux"};
#else
  return {};
#endif
}

uint64_t memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(page) : 0;
}

}  // namespace

wire::Profile this_device(wire::Profile said) {
  if (said.os.empty()) said.os = os();
  if (said.abi.empty()) said.abi = abi();
  if (said.memory == 0) said.memory = memory();
  return said;
}

}  // namespace samara::agent
