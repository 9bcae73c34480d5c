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
  args.choice("--numerics", flags.numerics, {"reference", "xnnpack"},
              "how integers round: as TensorFlow Lite's reference kernels, or as its default path");
  args.option("-s,--signature", flags.signature, "the model's entry point; the first by default");
  args.option("--ops-library", flags.ops_libraries, "shared object with operators of your own");
  args.option("--map-weights", flags.map_weights,
              "map the weights instead of reading them: only where nobody writes into the file");
  args.option("--weight-cache", flags.weight_cache,
              "folder where packed weights are kept for the next start; see samara cache");
  args.option("--weight-cache-mb", flags.weight_cache_mb,
              "most that this folder may hold; the least recently used go first", 1, 1 << 30);
  args.option("--extract-dir", flags.extract_dir,
              "where a model that is compressed inside an archive is unpacked to, once");
  args.option("--extract-limit-mb", flags.extract_limit_mb, "most that this folder may hold", 0,
              1 << 30);
  args.option(
      "--max-arena-mb", flags.max_arena_mb,
      "refuse models that need more memory for activations, or for packed weights; 0 is three "
      "quarters of the machine's",
      0, 1 << 20);
  args.option("--time-limit-ms", flags.time_limit_ms,
              "most time for planning, and for one inference; 0 is none", 0, INT64_MAX);
  args.option("--loop-limit", flags.loop_limit, "most iterations of one loop; 0 is none", 0,
              UINT32_MAX);
}

namespace {

/// Bytes that the flags, or else the machine, allow; 0 where nobody knows.
uint64_t memory_limit(const ModelFlags& flags) {
  if (flags.max_arena_mb > 0) return uint64_t(flags.max_arena_mb) << 20;
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? uint64_t(pages) * uint64_t(size) / 4 * 3 : 0;
}

}  // namespace

Result<ModelOptions> model_options(const ModelFlags& flags) {
  ModelOptions options;
  options.open.map_weights = flags.map_weights;
  options.open.extract_dir = flags.extract_dir;
  options.weight_cache.folder = flags.weight_cache;
  options.weight_cache.limit = uint64_t(flags.weight_cache_mb) << 20;
  options.open.extract_limit = uint64_t(flags.extract_limit_mb) << 20;
  options.open.inflate = &files::inflate_hook();
  options.ops_libraries = flags.ops_libraries;
  options.packed_limit = memory_limit(flags);
  options.numerics = flags.numerics == "xnnpack" ? Numerics::xnnpack : Numerics::reference;
  return options;
}

SessionOptions session_options(const ModelFlags& flags) {
  SessionOptions options;
  options.threads = int(flags.threads);
  options.signature = flags.signature;
  options.time_limit_ms = flags.time_limit_ms;
  options.loop_limit = uint32_t(flags.loop_limit);
  if (const uint64_t limit = memory_limit(flags)) options.arena_limit = limit;
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
