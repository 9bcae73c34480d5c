// samara completion: scripts that complete commands and flags, made from the command table.
#include <cstdio>

#include "base/text.h"
#include "cli/command.h"

namespace samara::cli::commands {
namespace {

struct Options {
  std::string shell;
};

void declare(Args& args, Options& o) { args.positional("SHELL", o.shell, "bash, zsh or fish"); }

/// All names of a command's flags, blanks between.
std::string flags_of(const Command& command) {
  Args args("", "");
  const auto options = command.declare(args);
  std::string out = "--help";
  for (const Flag& flag : args.flags()) {
    if (flag.positional) continue;
    for (const std::string& name : flag.names) out += " " + name;
  }
  return out;
}

std::string bash() {
  std::string words, cases;
  for (const Command* command : all_commands()) {
    words += cat(words.empty() ? "" : " ", command->name);
    cases += cat("    ", command->name, ") words='", flags_of(*command), "' ;;\n");
  }
  return cat(
      "_samara() {\n  local words current=\"${COMP_WORDS[COMP_CWORD]}\"\n  COMPREPLY=()\n",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words='", words, " --version --help'\n  else\n",
      "    case \"${COMP_WORDS[1]}\" in\n", cases, "    esac\n  fi\n",
      "  case \"$current\" in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n",
      "    *) if [ \"$COMP_CWORD\" -eq 1 ]; then\n",
      "         COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n",
      "       else COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n  esac\n}\n",
      "complete -o filenames -F _samara samara\n");
}

std::string zsh() { return "autoload -U +X bashcompinit && bashcompinit\n" + bash(); }

std::string fish() {
  std::string out = "complete -c samara -n __fish_use_subcommand -f\n";
  for (const Command* command : all_commands()) {
    out += cat("complete -c samara -n __fish_use_subcommand -f -a ", command->name, " -d '",
               command->summary, "'\n");
    Args args("", "");
    const auto options = command->declare(args);
    for (const Flag& flag : args.flags()) {
      for (const std::string& name : flag.names) {
        if (!name.starts_with("--")) continue;
        out += cat("complete -c samara -n '__fish_seen_subcommand_from ", command->name, "' -l ",
                   name.substr(2), flag.takes_value ? " -r" : "", "\n");
      }
    }
  }
  return out;
}

Result<int> run(const Args&, Options& o) {
  if (o.shell != "bash" && o.shell != "zsh" && o.shell != "fish") {
    return Error(Code::invalid_argument,
                 cat("there is no completion for '", o.shell, "'; bash, zsh and fish have one"));
  }
  const std::string text = o.shell == "bash" ? bash() : o.shell == "zsh" ? zsh() : fish();
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

extern const Command completion = define_command<Options, declare, run>(
    "completion", "print a completion script for bash, zsh or fish");

}  // namespace samara::cli::commands
