// Command: one word of the program, or two where commands belong together ("hub serve"). To add one: src/cli/commands/<name>.cc that defines
// `extern const Command <name>` in samara::cli::commands, as the others do.
//
// stdout is the result, stderr the progress and the errors. Exit codes: 0 ok, 1 failed, 2 usage.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/args/args.h"
#include "samara/base/result.h"

namespace samara::cli {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Command {
  std::string_view name;
  std::string_view summary;
  /// Other names the program answers to as argv[0], with the same flags ("benchmark_model").
  std::string_view alias = {};
  /// Declares the flags on `args` and keeps their values in the returned object.
  std::shared_ptr<void> (*declare)(Args& args) = nullptr;
  /// Does the work; the value is the exit code. An Error is printed and exits with 1.
  Result<int> (*run)(const Args& args, void* options) = nullptr;
};

/// Builds a Command of typed functions: void declare(Args&, Options&), Result<int> run(const
/// Args&, Options&).
template <class Options, auto declare, auto run>
Command define_command(std::string_view name, std::string_view summary,
                       std::string_view alias = {}) {
  Command command{name, summary, alias};
  command.declare = [](Args& args) -> std::shared_ptr<void> {
    auto options = std::make_shared<Options>();
    declare(args, *options);
    return options;
  };
  command.run = [](const Args& args, void* options) {
    return run(args, *static_cast<Options*>(options));
  };
  return command;
}

/// The same of one type that has both: void declare(Args&), Result<int> run(const Args&).
template <class Work>
Command define_command(std::string_view name, std::string_view summary) {
  Command command{name, summary, {}};
  command.declare = [](Args& args) -> std::shared_ptr<void> {
    auto work = std::make_shared<Work>();
    work->declare(args);
    return work;
  };
  command.run = [](const Args& args, void* work) { return static_cast<Work*>(work)->run(args); };
  return command;
}

/// "hub" of "hub serve"; empty for a command of one word.
inline std::string_view family_name(const Command& command) {
  const size_t blank = command.name.find(' ');
  return blank == command.name.npos ? std::string_view() : command.name.substr(0, blank);
}

/// All commands, in the order of their file names.
std::span<const Command* const> all_commands();

/// The program: argv[0] may be a command's alias. Never throws; returns the exit code.
int run_program(const std::vector<std::string>& arguments);

}  // namespace samara::cli
