// samara build-runtime: the engine as a library with nothing but what given models need.
#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "base/try.h"
#include "cli/build_runtime/selection.h"
#include "cli/command.h"

namespace samara::cli::commands {
namespace {

struct Options {
  std::vector<std::string> models;
  RuntimeBuild build;
  bool list = false, json = false;
};

void declare(Args& args, Options& o) {
  args.positional("MODEL", o.models, "the .tflite files that it is to run");
  args.option("-o,--output", o.build.output, "where the library goes");
  args.option("--source", o.build.source,
              "Samara's sources; by default the present folder, or where this program was built");
  args.option("--build-dir", o.build.folder, "where it is built; what lies there is used again");
  args.option("--cmake", o.build.arguments,
              "passed on to CMake, e.g. -DCMAKE_TOOLCHAIN_FILE=FILE; may be repeated");
  args.option("--list", o.list, "only say what is needed; build nothing");
  args.option("--json", o.json, "print the result as JSON");
}

json::Json to_json(const Selection& s) {
  json::Json types = json::Json::array();
  for (const Type type : s.types) types.push(name(type));
  return json::Json::object({{"operators", json::Json::list(s.operators)},
                             {"types", std::move(types)},
                             {"not_built_in", json::Json::list(s.foreign)}});
}

std::string joined(const auto& list) {
  std::string out;
  for (const auto& item : list) out += cat(out.empty() ? "" : ", ", item);
  return out;
}

void print(const Selection& s, uint64_t bytes, const std::string& output) {
  std::vector<std::string_view> types;
  for (const Type type : s.types) types.push_back(name(type));
  std::printf("operators: %s\ntypes: %s\n", joined(s.operators).c_str(), joined(types).c_str());
  if (bytes > 0)
    std::printf("%s: %llu bytes, stripped\n", output.c_str(),
                static_cast<unsigned long long>(bytes));
}

Result<int> execute(const Args&, Options& o) {
  TRY_SET(const Selection selection, select_for(o.models));
  for (const std::string& name : selection.foreign)
    std::fprintf(stderr, "%s is not built in: the program that runs the model registers it\n",
                 name.c_str());
  uint64_t bytes = 0;
  if (!o.list) {
    TRY_SET(bytes, cli::build_runtime(selection, o.build));
  }
  if (o.json) {
    json::Json out = to_json(selection);
    if (!o.list) out.set("library", o.build.output).set("bytes", bytes);
    std::printf("%s\n", out.dump(2).c_str());
  } else {
    print(selection, bytes, o.build.output);
  }
  return 0;
}

}  // namespace

extern const Command build_runtime = define_command<Options, declare, execute>(
    "build-runtime", "build the engine with what given models need");

}  // namespace samara::cli::commands
