// Runs another program and waits for it.
#pragma once

#include <string>
#include <vector>

#include "samara/base/result.h"

namespace samara {

struct ProcessResult {
  int exit_code = 0;  // 128 + n where signal n ended it
  std::string out;    // what it wrote to stdout, where captured
};

/// Starts `arguments[0]` (found by PATH) with the present environment; stdin is empty, stderr is
/// ours, stdout is captured or ours.
///
/// Errors   not_found (no such program), permission_denied, resource_exhausted, io
/// Threads  any
Result<ProcessResult> run_process(const std::vector<std::string>& arguments, bool capture);

}  // namespace samara
