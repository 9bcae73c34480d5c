#include "cli/bench/remote.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "base/process.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::cli {
namespace {

using Words = std::vector<std::string>;

/// A word as a POSIX shell reads it back unchanged.
std::string shell_word(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// The words of an environment variable, e.g. SAMARA_SSH="ssh -p 2222"; else the plain name.
Words tool(const char* variable, const char* plain) {
  const char* value = std::getenv(variable);
  std::istringstream text(value && *value ? value : plain);
  Words words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

class Device {
 public:
  static Result<Device> open(const std::string& where) {
    const size_t colon = where.find(':');
    const std::string kind = where.substr(0, colon);
    // A name that starts with a dash would be read as a flag by ssh, scp and adb.
    if (colon == std::string::npos || colon + 1 == where.size() || where[colon + 1] == '-' ||
        (kind != "ssh" && kind != "adb")) {
      return Error(Code::invalid_argument,
                   cat("--on: '", where, "' is not ssh:HOST or adb:SERIAL"));
    }
    return Device(kind == "ssh", where.substr(colon + 1));
  }

  Result<ProcessResult> shell(const std::string& command, bool capture) const {
    Words words = tool(ssh_ ? "SAMARA_SSH" : "SAMARA_ADB", ssh_ ? "ssh" : "adb");
    if (!ssh_) words.push_back("-s");
    words.push_back(name_);
    if (!ssh_) words.push_back("shell");
    words.push_back(command);
    return run_process(words, capture);
  }

  Status push(const std::string& from, const std::string& to) const {
    Words words = tool(ssh_ ? "SAMARA_SCP" : "SAMARA_ADB", ssh_ ? "scp" : "adb");
    if (ssh_) {
      words.insert(words.end(), {"-q", from, name_ + ":" + to});
    } else {
      words.insert(words.end(), {"-s", name_, "push", from, to});
    }
    TRY_SET(const ProcessResult result, run_process(words, true));
    if (result.exit_code == 0) return ok();
    return Error(Code::unavailable, cat("sending ", from, " to ", name_, " failed (", words[0],
                                        " left with ", result.exit_code, ") ", result.out));
  }

  std::string folder_pattern() const {
    return ssh_ ? "/tmp/samara.XXXXXX" : "/data/local/tmp/samara.XXXXXX";
  }
  const std::string& name() const { return name_; }

 private:
  Device(bool ssh, std::string name) : ssh_(ssh), name_(std::move(name)) {}
  bool ssh_;
  std::string name_;
};

/// The flags to repeat there: all but where to run, with the model's path replaced.
std::string repeated(const Args& args, const std::string& model, const std::string& there) {
  std::string line;
  bool skip_value = false;
  for (const std::string& word : args.given_arguments()) {
    if (skip_value) {
      skip_value = false;
      continue;
    }
    if (word == "--on" || word == "--device-program") {
      skip_value = true;
      continue;
    }
    if (word.starts_with("--on=") || word.starts_with("--device-program=")) continue;
    if (word == model) {
      line += " " + shell_word(there);
    } else if (word == "--graph=" + model) {
      line += " " + shell_word("--graph=" + there);
    } else {
      line += " " + shell_word(word);
    }
  }
  return line;
}

Result<int> run_in(const Device& device, const std::string& folder, const std::string& program,
                   const std::string& model, const Args& args) {
  TRY(device.push(program, folder + "/samara"));
  TRY(device.push(model, folder + "/model.tflite"));
  const std::string command =
      cat("cd ", shell_word(folder), " && chmod 755 samara && ./samara bench",
          repeated(args, model, "model.tflite"));
  TRY_SET(const ProcessResult result, device.shell(command, false));
  return result.exit_code;
}

}  // namespace

Result<int> run_on_device(const std::string& where, const std::string& program,
                          const std::string& model, const Args& args) {
  TRY_SET(const Device device, Device::open(where));
  TRY_SET(const ProcessResult made, device.shell("mktemp -d " + device.folder_pattern(), true));
  // The last line, and a name that mktemp can have made: it will be removed with all that is in it.
  const size_t end = made.out.find_last_not_of("\r\n") + 1;
  const size_t begin = made.out.find_last_of("\r\n", end ? end - 1 : 0) + 1;
  const std::string folder = made.out.substr(begin, end - begin), pattern = device.folder_pattern();
  const std::string stem = pattern.substr(0, pattern.find("XXXXXX"));
  if (made.exit_code != 0 || !folder.starts_with(stem) || folder.size() != pattern.size() ||
      folder.find('/', stem.size()) != std::string::npos) {
    return Error(Code::unavailable,
                 cat("no folder could be made on ", device.name(), ": ", made.out));
  }
  std::error_code unknown;
  const std::string own = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
  auto result = run_in(device, folder, program.empty() ? own : program, model, args);
  const auto cleaned = device.shell("rm -rf " + shell_word(folder), true);
  if (result.ok() && !cleaned.ok()) return cleaned.error();
  return result;
}

}  // namespace samara::cli
