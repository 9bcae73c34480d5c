// Runs another program and waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "samara/base/result.h"

namespace samara {

struct ProcessResult {
  int exit_code = 0;  // 128 + n where signal n ended it
  std::string out;    // what it wrote to stdout, where captured
  std::string err;    // and to stderr: run_limited() alone
  std::string over;   // "took more than 50 ms": why run_limited() has ended it
};

/// Starts `arguments[0]` (found by PATH) with the present environment; stdin is empty, stderr is
/// ours, stdout is captured or ours.
///
/// Errors   not_found (no such program), permission_denied, resource_exhausted, io
/// Threads  any
Result<ProcessResult> run_process(const std::vector<std::string>& arguments, bool capture);

/// Bounds on a program that works on what strangers sent.
struct ProcessLimits {
  std::chrono::milliseconds time{60'000};
  uint64_t memory = uint64_t{4} << 30;         // of addresses; not held under AddressSanitizer
  uint64_t output = uint64_t{64} << 20;        // what it may write to stdout and stderr together
  const std::atomic<bool>* give_up = nullptr;  // looked at ten times a second
};

/// As run_process(), capturing stdout and stderr; a program that goes beyond a limit of time or output, or
/// that the caller gives up, is ended and the result says so; it runs a little behind the others. Of memory
/// the program's own exit code tells.
///
/// Errors   as run_process()
Result<ProcessResult> run_limited(const std::vector<std::string>& arguments,
                                  const ProcessLimits& limits);

}  // namespace samara
