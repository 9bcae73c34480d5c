// samara run: runs any model over files, random numbers or zeros, and keeps what comes out.
#include <chrono>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/shared/inputs.h"
#include "cli/shared/model.h"
#include "cli/shared/recording.h"
#include "cli/shared/results.h"

namespace samara::cli::commands {
namespace {

struct Options {
  ModelFlags model;
  InputFlags inputs;
  std::string output_dir;
  std::string dump_dir;
  int64_t repeat = 1;
  int64_t deadline_ms = 0;
  bool json = false;
  bool poison = false;
};

void declare(Args& args, Options& o) {
  args.positional("MODEL", o.model.model, "the .tflite file, or archive.zip!/entry");
  declare_input_flags(args, o.inputs);
  args.option("-o,--output-dir", o.output_dir,
              "write outputs as 0.npy, 1.npy ... with outputs.json");
  args.option("--dump-tensors", o.dump_dir,
              "write every tensor that the run computes, with tensors.json");
  args.option("--repeat", o.repeat, "run each set so many times", 1, 1'000'000'000);
  args.option("--deadline-ms", o.deadline_ms, "stop a run after so many milliseconds", 0,
              INT64_MAX);
  args.option("--json", o.json, "print the result as JSON");
  args.option("--poison", o.poison, "debugging: overwrite activations as soon as they are dead");
  declare_model_flags(args, o.model);
}

Result<json::Json> keep_outputs(const Session& session, const std::string& dir) {
  json::Json list = json::Json::array();
  if (!dir.empty()) TRY(make_dir(dir));
  for (size_t i = 0; i < session.outputs(); ++i) {
    const graph::Tensor& tensor = session.output(i);
    json::Json entry = json::Json::object({{"index", i}});
    const json::Json described = describe(tensor);
    for (const auto& [key, value] : *described.as_object()) entry.set(key, value);
    entry.set("name", session.signature().outputs[i].name);
    if (!dir.empty()) {
      TRY(write_tensor(dir, std::to_string(i), tensor));
      entry.set("file", cat(i, tensor.type == Type::string ? ".json" : ".npy"));
    }
    add_summary(tensor, entry);
    if (tensor.type == Type::string) {
      TRY_SET(const auto strings, session.output_strings(i));
      entry.set("strings", json::Json::list(strings));
    }
    list.push(std::move(entry));
  }
  if (!dir.empty()) TRY(write_text(dir + "/outputs.json", list.dump(2) + "\n"));
  return list;
}

void print(const Session& session, const std::string& set, double ms) {
  std::printf("%s%s%.3f ms\n", set.c_str(), set.empty() ? "" : ": ", ms);
  for (size_t i = 0; i < session.outputs(); ++i) {
    const std::string name(session.signature().outputs[i].name);
    std::printf("  %zu %s: %s\n", i, name.c_str(), summary(session.output(i)).c_str());
    if (session.output(i).type != Type::string) continue;
    if (auto strings = session.output_strings(i); strings.ok()) {
      for (const std::string& s : *strings) std::printf("    %s\n", s.c_str());
    }
  }
}

/// Runs one set; returns its entry of the JSON result.
Result<json::Json> run_set(Session& session, const Options& o, const std::string& set,
                           const InputSet& inputs) {
  TRY(feed(session, inputs));
  const auto below = [&](const std::string& dir) {
    return set.empty() || dir.empty() ? dir : cat(dir, "/", set);
  };
  RunOptions options;
  options.deadline_ms = o.deadline_ms;
  if (!o.dump_dir.empty()) TRY(make_dir(below(o.dump_dir)));
  Recorder dump(below(o.dump_dir));
  if (!o.dump_dir.empty()) options.observer = &dump;

  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < o.repeat; ++i) {
    if (i > 0) TRY(session.reset_variables());
    TRY(session.run(options));
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  const double ms = took.count() / double(o.repeat);
  if (!o.dump_dir.empty()) TRY(dump.finish());

  TRY_SET(json::Json outputs, keep_outputs(session, below(o.output_dir)));
  if (!o.json) print(session, set, ms);
  TRY(session.reset_variables());
  return json::Json::object({{"set", set}, {"ms", ms}, {"outputs", std::move(outputs)}});
}

Result<int> execute(const Args&, Options& o) {
  TRY_SET(const InputSets sets, read_inputs(o.inputs));
  TRY_SET(const auto model, load_model(o.model));
  SessionOptions options = session_options(o.model);
  options.poison = o.poison;
  TRY_SET(const auto session,
          Session::create(model, options).in([&] { return "model " + o.model.model; }));

  json::Json runs = json::Json::array();
  for (const auto& [name, set] : sets) {
    TRY_SET(json::Json result, run_set(*session, o, name, set).in([&] {
      return frame_of_set(o.inputs, name, "model " + o.model.model);
    }));
    runs.push(std::move(result));
  }
  if (o.json) {
    json::Json out = json::Json::object({{"model", o.model.model}});
    out.set("signature", session->signature().key);
    out.set("threads", o.model.threads)
        .set("numerics", o.model.numerics)
        .set("runs", std::move(runs));
    std::printf("%s\n", out.dump(2).c_str());
  }
  return 0;
}

}  // namespace

extern const Command run =
    define_command<Options, declare, execute>("run", "run a model on arrays");

}  // namespace samara::cli::commands
