// samara bench, also benchmark_model: how long an inference takes, with the flags and the lines of
// TensorFlow's tool, so that scripts that read those go on working.
#include <chrono>
#include <cstdio>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "cli/bench/flags.h"
#include "cli/bench/inputs.h"
#include "cli/bench/memory.h"
#include "cli/bench/profile.h"
#include "cli/bench/remote.h"
#include "cli/bench/stats.h"
#include "cli/command.h"
#include "cli/inspect/inspect.h"
#include "cli/shared/results.h"

namespace samara::cli::commands {
namespace {

using Clock = std::chrono::steady_clock;

double micros_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

/// Prints the lines of the text form; silent where JSON is asked for.
class Log {
 public:
  explicit Log(bool silent) : silent_(silent) {}
  template <class... Parts>
  void operator()(const Parts&... parts) const {
    if (!silent_) std::printf("INFO: %s\n", cat(parts...).c_str());
  }

 private:
  bool silent_;
};

/// Runs until both the count and the seconds are reached, or max_secs passed.
Status measure(Session& session, const BenchFlags& f, int64_t least_runs, double least_secs,
               Profile* profile, Timings& timings) {
  RunOptions options;
  options.observer = profile;
  const auto start = Clock::now();
  for (int64_t i = 0;; ++i) {
    const double elapsed = micros_since(start) * 1e-6;
    if ((i >= least_runs && elapsed >= least_secs) || (i > 0 && elapsed > f.max_secs)) return ok();
    if (i > 0 && f.run_frequency > 0) {
      std::this_thread::sleep_until(
          start + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(double(i) / f.run_frequency)));
    } else if (i > 0 && f.run_delay > 0) {
      std::this_thread::sleep_for(std::chrono::duration<double>(f.run_delay));
    }
    const auto before = Clock::now();
    TRY(session.run(options));
    timings.add(micros_since(before));
    if (profile) profile->end_run();
  }
}

void print_state(const Session& session, std::string_view when) {
  const PlanReport report = session.report();
  std::printf("State %s: activations %llu bytes, constants %llu, packed %llu\n",
              std::string(when).c_str(), static_cast<unsigned long long>(report.arena_bytes),
              static_cast<unsigned long long>(report.constant_bytes),
              static_cast<unsigned long long>(report.packed_bytes));
  for (const PlannedTensor& t : report.tensors) {
    std::printf("  tensor %d:%d %s at %llu, %llu bytes, live %d..%d\n", t.subgraph, t.index,
                std::string(t.name).c_str(), static_cast<unsigned long long>(t.offset),
                static_cast<unsigned long long>(t.bytes), t.first_node, t.last_node);
  }
}

int list_signatures(const Model& model, bool as_json) {
  if (as_json) {
    const json::Json out = json::Json::object({{"signatures", signatures_of(model.file())}});
    std::printf("%s\n", out.dump(2).c_str());
    return 0;
  }
  for (const SignatureInfo& signature : model.signatures()) {
    std::printf("%s\n", std::string(signature.key).c_str());
    for (const TensorInfo& t : signature.inputs) {
      std::printf("  in  %s: %s\n", std::string(t.name).c_str(),
                  describe(t.type, t.signature).c_str());
    }
    for (const TensorInfo& t : signature.outputs) {
      std::printf("  out %s: %s\n", std::string(t.name).c_str(),
                  describe(t.type, t.signature).c_str());
    }
  }
  return 0;
}

Status write_outputs(const Session& session, const std::string& path) {
  std::string bytes;
  for (size_t i = 0; i < session.outputs(); ++i) {
    const graph::Tensor& t = session.output(i);
    bytes.append(reinterpret_cast<const char*>(t.data), t.bytes);
  }
  return write_text(path, bytes);
}

Status write_profile(const BenchFlags& f, const Profile& profile) {
  const bool csv = f.op_profiling_output_mode == "csv" || !f.profiling_output_csv_file.empty();
  const bool own_file =
      f.op_profiling_output_mode != "proto" && !f.op_profiling_output_file.empty();
  const std::string& path = own_file ? f.op_profiling_output_file : f.profiling_output_csv_file;
  const std::string text = csv ? profile.csv() : profile.tables();
  if (!path.empty()) return write_text(path, text);
  if (!f.json) std::printf("%s", text.c_str());
  return ok();
}

struct Figures {
  double init_us = 0, model_mb = 0;
  Memory start, after_init, end;
  double peak_mb = 0;
  Timings warmup, runs;
  std::string weight_cache;
};

void print_figures(const BenchFlags& f, const Figures& figures, const Log& log) {
  if (!f.output_prefix.empty()) log(f.output_prefix);
  log("Inference timings in us: Init: ", std::lround(figures.init_us), ", First inference: ",
      std::lround(figures.warmup.count() ? figures.warmup.first() : figures.runs.first()),
      ", Warmup (avg): ", float(figures.warmup.mean()),
      ", Inference (avg): ", float(figures.runs.mean()));
  log("Percentiles in us: p50=", float(figures.runs.percentile(0.5)),
      " p90=", float(figures.runs.percentile(0.9)), " p95=", float(figures.runs.percentile(0.95)),
      " p99=", float(figures.runs.percentile(0.99)));
  log("Memory footprint delta from the start of the tool (MB): init=",
      float(figures.after_init.rss_mb - figures.start.rss_mb),
      " overall=", float(figures.end.rss_mb - figures.start.rss_mb));
  if (f.report_peak_memory_footprint) {
    log("Overall peak memory footprint (MB) via periodic monitoring: ", float(figures.peak_mb));
  }
}

json::Json figures_json(const BenchFlags& f, const Figures& figures, const Profile* profile) {
  json::Json out = json::Json::object({{"model", f.model.model}, {"threads", f.model.threads}});
  if (!f.benchmark_name.empty()) out.set("name", f.benchmark_name);
  out.set("model_mb", figures.model_mb).set("init_us", figures.init_us);
  out.set("first_us", figures.warmup.count() ? figures.warmup.first() : figures.runs.first());
  out.set("warmup_us", figures.warmup.mean()).set("runs", figures.runs.count());
  out.set("mean_us", figures.runs.mean()).set("stddev_us", figures.runs.deviation());
  out.set("min_us", figures.runs.least()).set("max_us", figures.runs.most());
  for (const auto& [name, part] :
       {std::pair{"p50_us", 0.5}, {"p90_us", 0.9}, {"p95_us", 0.95}, {"p99_us", 0.99}}) {
    out.set(name, figures.runs.percentile(part));
  }
  out.set("init_mb", figures.after_init.rss_mb - figures.start.rss_mb);
  out.set("overall_mb", figures.end.rss_mb - figures.start.rss_mb);
  out.set("peak_mb", figures.end.peak_mb);
  if (!figures.weight_cache.empty()) out.set("weight_cache", figures.weight_cache);
  if (profile) out.set("nodes", profile->json());
  return out;
}

/// The flags of TensorFlow's tool that say the same as ours.
Status unify(BenchFlags& f) {
  if (f.model.model.empty()) f.model.model = f.graph;
  if (f.model.model.empty()) {
    return Error(Code::invalid_argument, "no model: give it as MODEL or --graph=FILE");
  }
  if (!f.signature_to_run_for.empty()) f.model.signature = f.signature_to_run_for;
  return ok();
}

void log_parameters(const Args& args, const BenchFlags& f, const Log& log) {
  log("STARTING!");
  if (!f.benchmark_name.empty()) log("Benchmark name: [", f.benchmark_name, "]");
  log("Graph: [", f.model.model, "]");
  if (f.verbose || args.given("--num_runs")) log("Min num runs: [", f.num_runs, "]");
  if (f.verbose || args.given("--min_secs")) log("Min runs duration (seconds): [", f.min_secs, "]");
  if (f.verbose || args.given("--max_secs")) log("Max runs duration (seconds): [", f.max_secs, "]");
  log("Num threads: [", f.model.threads, "]");
}

/// Says which flags have no effect. Errors: unavailable (a delegate that must be there is not).
Status answer_ignored(const Args& args, const BenchFlags& f) {
  bool asks_for_delegate = false;
  for (const std::string& text : explain_ignored(args, f, asks_for_delegate))
    std::fprintf(stderr, "%s\n", text.c_str());
  if (!asks_for_delegate || !f.require_full_delegation) return ok();
  return Error(Code::unavailable, "--require_full_delegation: this build has no such delegate");
}

Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const Model> model,
                                              const BenchFlags& f, Clock::time_point begin,
                                              Figures& figures, const Log& log) {
  figures.model_mb = double(model->file().file_bytes()) / 1e6;
  TRY_SET(auto session, Session::create(std::move(model), session_options(f.model)));
  TRY(session->plan());
  figures.init_us = micros_since(begin);
  TRY(prepare_inputs(*session, f));
  figures.after_init = figures.end = memory_now();
  log("The input model file size (MB): ", float(figures.model_mb));
  log("Initialized session in ", float(figures.init_us / 1e3), "ms.");
  figures.weight_cache = session->report().weight_cache;
  if (!figures.weight_cache.empty()) log("Weight cache: ", figures.weight_cache);
  if (f.print_preinvoke_state && !f.json) print_state(*session, "before the run");
  return session;
}

Status time_runs(Session& session, const BenchFlags& f, Profile* profile, Figures& figures,
                 const Log& log) {
  const auto announce = [&](int64_t runs, double secs) {
    log("Running benchmark for at least ", runs, " iterations and at least ", secs,
        " seconds but terminate if exceeding ", f.max_secs, " seconds.");
  };
  announce(f.warmup_runs, f.warmup_min_secs);
  if (f.warmup_runs > 0) {
    TRY(measure(session, f, f.warmup_runs, f.warmup_min_secs, nullptr, figures.warmup));
    log(figures.warmup.text());
  }
  announce(f.num_runs, f.min_secs);
  TRY(measure(session, f, f.num_runs, f.min_secs, profile, figures.runs));
  log(figures.runs.text());
  return ok();
}

Status report(const Session& session, const BenchFlags& f, const Profile* profile,
              const Figures& figures, const Log& log) {
  print_figures(f, figures, log);
  if (f.print_postinvoke_state && !f.json) print_state(session, "after the run");
  if (profile) TRY(write_profile(f, *profile));
  return f.output_filepath.empty() ? ok() : write_outputs(session, f.output_filepath);
}

Result<int> run(const Args& args, BenchFlags& f) {
  TRY(unify(f));
  if (!f.on.empty()) return run_on_device(f.on, f.device_program, f.model.model, args);
  const Log log(f.json);
  log_parameters(args, f, log);
  TRY(answer_ignored(args, f));

  Figures figures;
  figures.start = memory_now();
  PeakWatch watch(f.report_peak_memory_footprint ? int(f.memory_footprint_check_interval_ms)
                                                 : 1000);
  const auto in_model = [&] { return "model " + f.model.model; };
  const auto begin = Clock::now();
  TRY_SET(const auto model, load_model(f.model));
  if (f.list_signatures) return list_signatures(*model, f.json);
  TRY_SET(const auto session, open_session(model, f, begin, figures, log).in(in_model));

  Profile profile;
  Profile* const used = f.enable_op_profiling && !f.dry_run ? &profile : nullptr;
  if (!f.dry_run) {
    TRY(time_runs(*session, f, used, figures, log).in(in_model));
    figures.peak_mb = watch.peak_mb();
    figures.end = memory_now();
    TRY(report(*session, f, used, figures, log));
  }
  if (f.json) std::printf("%s\n", figures_json(f, figures, used).dump(2).c_str());
  return 0;
}

}  // namespace

extern const Command bench = define_command<BenchFlags, declare_bench_flags, run>(
    "bench", "time a model", "benchmark_model");

}  // namespace samara::cli::commands
