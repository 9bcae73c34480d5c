#include "cli/shared/model.h"

#include <unistd.h>

#include "base/text.h"
#include "base/try.h"
#include "samara/files/inflate.h"

namespace samara::cli {

void declare_model_flags(Args& args, ModelFlags& flags) {
  args.group("Model");
  args.option("-t,--threads,--num_threads", flags.threads, "threads that one inference uses", 1,
              1024);
  args.choice("--numerics", flags.numerics, {"reference"},
              "how integers round: as TensorFlow Lite's reference kernels");
  args.option("-s,--signature", flags.signature, "the model's entry point; the first by default");
  args.option("--ops-library", flags.ops_libraries, "shared object with operators of your own");
  args.option("--map-weights", flags.map_weights,
              "map the weights instead of reading them: only where nobody writes into the file");
  args.option("--extract-dir", flags.extract_dir,
              "where a model that is compressed inside an archive is unpacked to, once");
  args.option(
      "--max-arena-mb", flags.max_arena_mb,
      "refuse models that need more memory for activations; 0 is three quarters of the machine's",
      0, 1 << 20);
}

Result<ModelOptions> model_options(const ModelFlags& flags) {
  ModelOptions options;
  options.open.map_weights = flags.map_weights;
  options.open.extract_dir = flags.extract_dir;
  options.open.inflate = &files::inflate_hook();
  options.ops_libraries = flags.ops_libraries;
  if (flags.numerics != "reference") {
    return Error(Code::unsupported, cat("there are no '", flags.numerics, "' numerics"));
  }
  return options;
}

SessionOptions session_options(const ModelFlags& flags) {
  SessionOptions options;
  options.threads = int(flags.threads);
  options.signature = flags.signature;
  if (flags.max_arena_mb > 0) {
    options.arena_limit = uint64_t(flags.max_arena_mb) << 20;
  } else if (const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
             pages > 0 && size > 0) {
    options.arena_limit = uint64_t(pages) * uint64_t(size) / 4 * 3;
  }
  return options;
}

Result<std::shared_ptr<const Model>> load_model(const ModelFlags& flags) {
  TRY_SET(const ModelOptions options, model_options(flags));
  return Model::load(flags.model, options);
}

std::string describe(Type type, std::span<const int32_t> shape) {
  return cat(name(type), " ", shape);
}

}  // namespace samara::cli
