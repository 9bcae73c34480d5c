// The SIGBUS guard behind Mapping: ranges of memory where a missing page reads as zeroes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace samara {

struct Guard {
  std::atomic<uintptr_t> begin{0};  // 0: free
  std::atomic<uintptr_t> end{0};
  std::atomic<bool> damaged{false};
  std::atomic<bool> taken{false};
  std::atomic<uintptr_t> last_page{0};  // that was repaired, and how often in a row
  std::atomic<uint32_t> repeats{0};
  Guard* next = nullptr;  // guards are reused, never freed: the handler may look at any time
};

/// Watches [begin, begin + size). The first call installs the process's handler of SIGBUS, which
/// passes on what lies in no range to the handler that was there before.
Guard* guard_range(const void* begin, size_t size);
void release_guard(Guard* guard);

}  // namespace samara
