// Asking at the terminal for what must not be seen.
#pragma once

#include <string>

#include "fleet/io/crypto/secret.h"
#include "samara/base/result.h"

namespace samara::cli {

/// Prints `question` at the controlling terminal and reads a line that is not shown.
///
/// Errors   failed_precondition  there is no terminal
///          cancelled            Ctrl-C, or Ctrl-D on an empty line
Result<crypto::Secret> ask_secret(const std::string& question);

}  // namespace samara::cli
