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

/// The words that a command line may begin with, each once.
std::vector<std::string> first_words() {
  std::vector<std::string> words;
  for (const Command* command : all_commands()) {
    const std::string_view family = family_name(*command);
    const std::string word(family.empty() ? command->name : family);
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  return words;
}

std::string second_words(std::string_view family) {
  std::string words;
  for (const Command* command : all_commands()) {
    if (family_name(*command) != family) continue;
    words += cat(words.empty() ? "" : " ", command->name.substr(family.size() + 1));
  }
  return words;
}

std::string bash() {
  std::string words, cases;
  for (const std::string& word : first_words()) {
    words += cat(words.empty() ? "" : " ", word);
    const std::string second = second_words(word);
    if (!second.empty()) cases += cat("    '", word, " '*) second='", second, "' ;;\n");
  }
  for (const Command* command : all_commands()) {
    const bool two = !family_name(*command).empty();
    cases = cat("    '", command->name, two ? "'" : " '*", ") words='", flags_of(*command),
                "' ;;\n", cases);
  }
  return cat(
      "_samara() {\n  local words second current=\"${COMP_WORDS[COMP_CWORD]}\"\n  COMPREPLY=()\n",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    second='", words, " --version --help'\n  else\n",
      "    local line=\"${COMP_WORDS[1]} \"\n",
      "    [ \"$COMP_CWORD\" -le 2 ] || line+=\"${COMP_WORDS[2]}\"\n", "    case \"$line\" in\n",
      cases, "    esac\n  fi\n", "  case \"$current\" in\n",
      "    -*) COMPREPLY=($(compgen -W \"$words $second\" -- \"$current\")) ;;\n",
      "    *) if [ -n \"$second\" ]; then\n",
      "         COMPREPLY=($(compgen -W \"$second\" -- \"$current\"))\n",
      "       else COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n  esac\n}\n",
      "complete -o filenames -F _samara samara\n");
}

std::string zsh() { return "autoload -U +X bashcompinit && bashcompinit\n" + bash(); }

/// The condition under which fish offers a command's flags.
std::string fish_within(const Command& command) {
  const std::string_view family = family_name(command);
  if (family.empty()) return cat("__fish_seen_subcommand_from ", command.name);
  return cat("__fish_seen_subcommand_from ", family, "; and __fish_seen_subcommand_from ",
             command.name.substr(family.size() + 1));
}

std::string fish() {
  std::string out = "complete -c samara -n __fish_use_subcommand -f\n";
  for (const Command* command : all_commands()) {
    const std::string_view family = family_name(*command);
    if (family.empty()) {
      out += cat("complete -c samara -n __fish_use_subcommand -f -a ", command->name, " -d '",
                 command->summary, "'\n");
    } else {
      out += cat("complete -c samara -n __fish_use_subcommand -f -a ", family, "\n",
                 "complete -c samara -n '__fish_seen_subcommand_from ", family, "' -f -a ",
                 command->name.substr(family.size() + 1), " -d '", command->summary, "'\n");
    }
    Args args("", "");
    const auto options = command->declare(args);
    for (const Flag& flag : args.flags()) {
      for (const std::string& name : flag.names) {
        if (!name.starts_with("--")) continue;
        out += cat("complete -c samara -n '", fish_within(*command), "' -l ", name.substr(2),
                   flag.takes_value ? " -r" : "", "\n");
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
