// Runs this program on another machine or phone: sends program and model there, brings back what
// it prints, and cleans up.
#pragma once

#include <string>

#include "cli/args/args.h"
#include "samara/base/result.h"

namespace samara::cli {

/// `where` is ssh:HOST (user@host, ssh's own configuration applies) or adb:SERIAL. The flags given
/// on the command line are repeated there, but for --on and --device-program. ssh, scp and adb are
/// found by PATH; SAMARA_SSH, SAMARA_SCP and SAMARA_ADB name others.
///
/// Errors   invalid_argument (where), unavailable (the device, or the tool to reach it, with what it
///          printed); the value is the exit code of the run there
Result<int> run_on_device(const std::string& where, const std::string& program,
                          const std::string& model, const Args& args);

}  // namespace samara::cli
