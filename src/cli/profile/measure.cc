#include "cli/profile/measure.h"

#include "base/try.h"
#include "cli/bench/memory.h"

namespace samara::cli {
namespace {

/// Does a step and notes when.
template <class Work>
auto timed(Profiled& p, std::string name, Work work) {
  const int64_t start = steady_ns();
  auto out = work();
  p.steps.push_back({std::move(name), start, steady_ns() - start});
  return out;
}

Status run_all(Session& session, int64_t runs, int64_t warmup, Profiled& p) {
  for (int64_t i = 0; i < warmup; ++i) TRY(session.run());
  for (int64_t i = 0; i < runs; ++i) {
    const int64_t start = steady_ns();
    TRY(session.run());
    p.plain.add(double(steady_ns() - start) * 1e-3);
  }
  p.tape = std::make_unique<Tape>(*p.file, int(p.flags.threads));
  RunOptions options;
  options.observer = p.tape.get();
  p.tape->begin_run();
  TRY(session.run(options));
  p.tape->end_run();
  p.tape->rewind(runs);
  for (int64_t i = 0; i < runs; ++i) {
    p.tape->begin_run();
    TRY(session.run(options));
    p.tape->end_run();
  }
  return ok();
}

}  // namespace

Result<Profiled> measure_profile(const ModelFlags& flags, const InputSet& inputs, int64_t runs,
                                 int64_t warmup) {
  Profiled p;
  p.flags = flags;
  const double before_mb = memory_now().rss_mb;
  TRY_SET(const ModelOptions options, model_options(flags));
  TRY_SET(p.file, timed(p, "open and verify the file",
                        [&] { return schema::ModelFile::open(flags.model, options.open); }));
  TRY_SET(const auto model, timed(p, "build the graph, fold constants",
                                  [&] { return Model::load(p.file, options); }));
  TRY_SET(const auto session,
          timed(p, "create a session: shapes, memory plan, packed weights",
                [&] { return Session::create(model, session_options(flags)); }));
  TRY(timed(p, "set the inputs", [&] { return feed(*session, inputs); }));
  TRY(timed(p, "first run", [&] { return session->run(); }));
  TRY(run_all(*session, runs, warmup, p));
  p.resident_mb = memory_now().rss_mb - before_mb;
  p.plan = session->report();
  return p;
}

}  // namespace samara::cli
