// samara doctor: what this program is and finds on this machine, and what is missing.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "cli/bench/memory.h"
#include "cli/command.h"
#include "fleet/io/json/json.h"
#include "samara/runtime/about.h"

namespace samara::cli::commands {
namespace {

struct Options {
  bool json = false;
  bool operators = false;
};

void declare(Args& args, Options& o) {
  args.option("--operators", o.operators, "also list the operators that are built in");
  args.option("--json", o.json, "print the result as JSON");
}

/// The text after "name :" of the first such line of a /proc file.
std::string proc_value(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    const size_t colon = line.find(':');
    const size_t start = line.find_first_not_of(" \t", colon + 1);
    if (colon != std::string::npos && start != std::string::npos) return line.substr(start);
  }
  return "";
}

json::Json report() {
  const About found = about();
  json::Json out = json::Json::object({{"version", found.version}, {"compiler", found.compiler}});
  out.set("architecture", found.architecture).set("cpu", proc_value("/proc/cpuinfo", "model name"));
  out.set("cores", std::thread::hardware_concurrency());
  out.set("memory", proc_value("/proc/meminfo", "MemTotal"));
  out.set("cpu_features", found.cpu_isa).set("used_features", found.used_isa);
  const char* lowered = std::getenv("SAMARA_ISA");
  out.set("SAMARA_ISA", lowered ? json::Json(lowered) : json::Json());
  json::Json kernels = json::Json::object();
  for (const KernelChoice& choice : found.kernels) kernels.set(choice.family, choice.variant);
  out.set("kernels", std::move(kernels));
  json::Json operators = json::Json::array();
  for (const OperatorSupport& op : found.operators) {
    operators.push(json::Json::object({{"name", op.name},
                                       {"code", op.code},
                                       {"min_version", op.min_version},
                                       {"max_version", op.max_version},
                                       {"kernels", json::Json::list(op.kernels)}}));
  }
  out.set("operators", std::move(operators));
  return out;
}

/// What would be found on a complete machine and is not here, each with what to do.
json::Json missing() {
  json::Json list = json::Json::array();
  const auto need = [&](bool there, const char* text) {
    if (!there) list.push(text);
  };
  need(access("/proc/self/status", R_OK) == 0, "/proc: memory figures of `samara bench` will be 0");
  need(std::system("command -v ssh >/dev/null 2>&1") == 0,
       "ssh: needed for `samara bench --on ssh:HOST`");
  need(std::system("command -v adb >/dev/null 2>&1") == 0,
       "adb: needed for `samara bench --on adb:SERIAL`");
  list.push("delegates: this build has none; models run on the CPU");
  return list;
}

void print(const json::Json& out, bool operators) {
  for (const auto& [key, value] : *out.as_object()) {
    if (key == "operators" || key == "kernels" || key == "missing" || value.is_null()) continue;
    const std::string* text = value.as_string();
    std::printf("%-14s %s\n", key.c_str(), text ? text->c_str() : value.dump().c_str());
  }
  std::printf("kernels\n");
  for (const auto& [family, variant] : *out.find("kernels")->as_object()) {
    std::printf("  %-20s %s\n", family.c_str(), variant.as_string()->c_str());
  }
  const json::Json::Array& ops = *out.find("operators")->as_array();
  std::printf("operators      %zu built in%s\n", ops.size(),
              operators ? "" : " (--operators lists them)");
  for (const json::Json& op : ops) {
    if (!operators) break;
    std::printf("  %-34s versions %s to %s\n", op.find("name")->as_string()->c_str(),
                op.find("min_version")->dump().c_str(), op.find("max_version")->dump().c_str());
  }
  std::printf("missing\n");
  for (const json::Json& line : *out.find("missing")->as_array()) {
    std::printf("  %s\n", line.as_string()->c_str());
  }
}

Result<int> run(const Args&, Options& o) {
  json::Json out = report();
  out.set("missing", missing());
  if (o.json) {
    std::printf("%s\n", out.dump(2).c_str());
  } else {
    print(out, o.operators);
  }
  return 0;
}

}  // namespace

extern const Command doctor =
    define_command<Options, declare, run>("doctor", "show what this program finds on this machine");

}  // namespace samara::cli::commands
