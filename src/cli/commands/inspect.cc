// samara inspect: what is in a model file, and what would run where. Models that cannot run here
// are shown all the same; only --plan needs every operator.
#include "cli/inspect/inspect.h"

#include <cstdio>

#include "base/try.h"
#include "cli/command.h"

namespace samara::cli::commands {
namespace {

struct Options {
  ModelFlags model;
  bool ops = false, tensors = false, signatures = false, metadata = false, plan = false;
  bool json = false;
};

void declare(Args& args, Options& o) {
  args.positional("MODEL", o.model.model, "the .tflite file, or archive.zip!/entry");
  args.option("--ops", o.ops, "list the operators");
  args.option("--tensors", o.tensors, "list the tensors");
  args.option("--signatures", o.signatures, "list the entry points");
  args.option("--metadata", o.metadata, "show the model's metadata");
  args.option("--plan", o.plan,
              "show what would run where, and the memory plan; exits with 1 if "
              "the model cannot run here");
  args.option("--json", o.json, "print the result as JSON");
  declare_model_flags(args, o.model);
}

Result<PlanReport> make_plan(const Options& o, std::shared_ptr<const schema::ModelFile> file) {
  TRY_SET(const ModelOptions options, model_options(o.model));
  TRY_SET(const auto model, Model::load(std::move(file), options));
  TRY_SET(const auto session, Session::create(model, session_options(o.model)));
  TRY(session->plan());
  return session->report();
}

Result<int> run(const Args&, Options& o) {
  TRY_SET(const ModelOptions options, model_options(o.model));
  const auto in_model = [&] { return "model " + o.model.model; };
  TRY_SET(const auto file, schema::ModelFile::open(o.model.model, options.open));
  json::Json out = summary_of(*file);
  std::string text = print_summary(out);
  const auto show = [&](const char* key, json::Json value,
                        std::string (*print)(const json::Json&)) {
    text += print(value);
    out.set(key, std::move(value));
  };
  if (o.signatures) show("signatures", signatures_of(*file), print_signatures);
  if (o.ops) {
    json::Json operators = operators_of(*file);
    const auto verdicts = Session::explain(file, options, session_options(o.model)).in(in_model);
    if (verdicts.ok()) {
      add_verdicts(*verdicts, operators);
    } else {
      std::fprintf(stderr, "error: no operator can be judged: %s\n",
                   verdicts.error().brief().c_str());
    }
    show("operators_list", std::move(operators), print_operators);
  }
  if (o.tensors) show("tensors_list", tensors_of(*file), print_tensors);
  if (o.metadata) {
    TRY_SET(json::Json metadata, metadata_of(*file).in(in_model));
    show("metadata", std::move(metadata), [](const json::Json& m) { return m.dump(2) + "\n"; });
  }
  int exit_code = 0;
  if (o.plan) {
    const Result<PlanReport> plan = make_plan(o, file);
    if (plan.ok()) {
      show("plan", plan_of(*plan), print_plan);
    } else {
      exit_code = kFailed;
      out.set("plan", json::Json::object(
                          {{"error", plan.error().brief()}, {"code", name(plan.error().code())}}));
      std::fprintf(stderr, "error: cannot run here: %s\n", plan.error().brief().c_str());
    }
  }
  std::printf("%s", o.json ? (out.dump(2) + "\n").c_str() : text.c_str());
  return exit_code;
}

}  // namespace

extern const Command inspect =
    define_command<Options, declare, run>("inspect", "show what is in a model file");

}  // namespace samara::cli::commands
