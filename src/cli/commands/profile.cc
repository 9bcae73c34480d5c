// samara profile: where the time and the memory of an inference go: as tables, as a trace for
// Perfetto, as a page.
#include "cli/bench/profile.h"

#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/bench/memory.h"
#include "cli/command.h"
#include "cli/profile/measure.h"
#include "cli/profile/page.h"
#include "cli/profile/result.h"
#include "cli/profile/trace.h"
#include "cli/shared/inputs.h"
#include "cli/shared/results.h"

namespace samara::cli::commands {
namespace {

struct Options {
  ModelFlags model;
  InputFlags inputs;
  int64_t runs = 30, warmup = 3;
  std::string trace, html;
  bool memory = false, json = false;
};

void declare(Args& args, Options& o) {
  args.positional("MODEL", o.model.model, "the .tflite file, or archive.zip!/entry");
  declare_input_flags(args, o.inputs);
  args.option("--runs", o.runs, "so many runs that nobody watches, and as many that are watched", 1,
              100'000);
  args.option("--warmup", o.warmup, "runs before those", 0, 100'000);
  args.option("--trace", o.trace, "write the watched runs as a Chrome trace, for ui.perfetto.dev");
  args.option("--html", o.html, "write everything as one page that needs nothing else");
  args.option("--memory", o.memory, "print the memory plan: every tensor's place and lifetime");
  args.option("--json", o.json, "print the result as JSON");
  declare_model_flags(args, o.model);
}

void print(const Options& o, const Profiled& p, const json::Json& result) {
  std::printf("%s", print_tables(p).c_str());
  for (const ProfileStep& step : p.steps)
    std::printf("%10.3f ms  %s\n", double(step.ns) * 1e-6, step.name.c_str());
  Timings watched;
  for (const Tape::Part& run : p.tape->runs()) watched.add(double(run.ns) * 1e-3);
  std::printf("%10.3f ms  median of %zu runs; watched %.3f ms\n", p.plain.percentile(0.5) * 1e-3,
              p.plain.count(), watched.percentile(0.5) * 1e-3);
  if (o.memory) std::printf("%s", print_memory(result).c_str());
}

Result<int> execute(const Args&, Options& o) {
  TRY_SET(const InputSets sets, read_inputs(o.inputs));
  if (sets.size() != 1)
    return Error(Code::invalid_argument,
                 cat("--input-sets has ", sets.size(), " sets; a profile is of one"));
  TRY_SET(const Profiled p, measure_profile(o.model, sets[0].second, o.runs, o.warmup).in([&] {
    return "model " + o.model.model;
  }));
  const json::Json result = result_of(p);
  if (!o.trace.empty()) TRY(write_text(o.trace, trace_of(p)));
  if (!o.html.empty()) TRY(write_text(o.html, page_of(result)));
  if (o.json) {
    std::printf("%s\n", result.dump(2).c_str());
  } else {
    print(o, p, result);
  }
  return 0;
}

}  // namespace

extern const Command profile =
    define_command<Options, declare, execute>("profile", "show where time and memory go");

}  // namespace samara::cli::commands
