#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string>

#include "base/text.h"
#include "cli/command.h"
#include "samara/runtime/about.h"
#include "samara/version.h"

namespace samara::cli {
namespace commands {
#define SAMARA_ITEM(item) extern const Command item;
#include "command_list.inc"
#undef SAMARA_ITEM
}  // namespace commands

std::span<const Command* const> all_commands() {
#define SAMARA_ITEM(item) &commands::item,
  static const std::array list{
#include "command_list.inc"
  };
#undef SAMARA_ITEM
  return list;
}

namespace {

std::string line(std::string_view name, std::string_view summary) {
  return cat("  ", name, std::string(14 - std::min<size_t>(13, name.size()), ' '), summary, "\n");
}

/// The commands of two words that begin with this one.
std::vector<const Command*> family_of(std::string_view word) {
  std::vector<const Command*> family;
  for (const Command* command : all_commands()) {
    if (family_name(*command) == word) family.push_back(command);
  }
  return family;
}

std::string family_usage(std::string_view word) {
  std::string text = cat("usage: samara ", word, " COMMAND ...\n\n");
  for (const Command* command : family_of(word)) {
    text += line(command->name.substr(word.size() + 1), command->summary);
  }
  return cat(text, "\n'samara ", word, " COMMAND --help' tells a command's flags.\n");
}

std::string usage() {
  std::string text =
      "samara: run .tflite models on devices you own\n\nusage: samara COMMAND ...\n\n";
  std::string_view told;
  for (const Command* command : all_commands()) {
    const std::string_view family = family_name(*command);
    if (family.empty()) {
      text += line(command->name, command->summary);
    } else if (family != told) {
      told = family;
      std::string words;
      for (const Command* one : family_of(family)) {
        words += cat(words.empty() ? "" : ", ", one->name.substr(family.size() + 1));
      }
      text += line(family, words);
    }
  }
  return text +
         "\n'samara COMMAND --help' tells a command's flags; 'samara --version' the version.\n";
}

const Command* find(std::string_view word) {
  for (const Command* command : all_commands()) {
    if (command->name == word || (!command->alias.empty() && command->alias == word))
      return command;
  }
  return nullptr;
}

int run_command(const Command& command, const std::string& program,
                const std::vector<std::string>& arguments) {
  Args args(program, std::string(command.summary));
  const std::shared_ptr<void> options = command.declare(args);
  if (const Status environment = check_environment(); !environment.ok()) {
    std::fprintf(stderr, "error: %s\n", environment.error().brief().c_str());
    return kUsage;
  }
  const Args::Outcome outcome = args.parse(arguments);
  if (outcome.help) {
    std::fputs(outcome.text.c_str(), stdout);
    return 0;
  }
  if (!outcome.ok) {
    std::fprintf(stderr, "%s: %s\n('%s --help' tells the flags)\n", program.c_str(),
                 outcome.text.c_str(), program.c_str());
    return kUsage;
  }
  Result<int> result = command.run(args, options.get());
  if (result.ok() && (std::fflush(stdout) != 0 || std::ferror(stdout)))
    result = Error(Code::io, "cannot write to stdout");
  if (result.ok()) return *result;
  std::fflush(stdout);
  const Error& error = result.error();
  std::string text = cat("error: ", error.message());
  for (const std::string& frame : error.frames()) text += "\n  in " + frame;
  std::fprintf(stderr, "%s\n  (%s)\n", text.c_str(), std::string(name(error.code())).c_str());
  return kFailed;
}

/// `samara hub serve ...`.
int run_family(const std::string& word, const std::vector<std::string>& arguments) {
  const std::string second = arguments.size() > 2 ? arguments[2] : "";
  if (const Command* command = find(cat(word, " ", second))) {
    return run_command(*command, cat("samara ", command->name),
                       {arguments.begin() + 3, arguments.end()});
  }
  const bool help = second == "--help" || second == "-h" || second == "help";
  std::fputs(family_usage(word).c_str(), help ? stdout : stderr);
  return help ? 0 : kUsage;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  const std::string& path = arguments.empty() ? std::string("samara") : arguments[0];
  const std::string base = path.substr(path.rfind('/') + 1);
  for (const Command* command : all_commands()) {
    if (!command->alias.empty() && base == command->alias) {
      return run_command(*command, base, {arguments.begin() + 1, arguments.end()});
    }
  }
  if (arguments.size() < 2) {
    std::fputs(usage().c_str(), stderr);
    return kUsage;
  }
  const std::string& word = arguments[1];
  if (word == "--help" || word == "-h" || word == "help") {
    std::fputs(usage().c_str(), stdout);
    return 0;
  }
  if (word == "--version" || word == "version") {
    std::printf("samara %s\n", kVersion);
    return 0;
  }
  const Command* command = find(word);
  if (!command && !family_of(word).empty()) return run_family(word, arguments);
  if (!command) {
    std::fprintf(stderr, "samara: there is no command '%s'\n\n%s", word.c_str(), usage().c_str());
    return kUsage;
  }
  return run_command(*command, cat("samara ", command->name),
                     {arguments.begin() + 2, arguments.end()});
}

}  // namespace samara::cli
