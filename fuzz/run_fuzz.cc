// Any bytes: as a model that is loaded, planned and run, within small limits. Whatever they are,
// it ends with outputs or an error, in bounded time and memory. Built for libFuzzer (preset fuzz),
// and as a plain program (run_replay) that takes files: exit 0 where all run, 1 where one does not.
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "samara/runtime/session.h"

namespace {

using namespace samara;  // NOLINT: a program

constexpr uint64_t kArena = uint64_t{64} << 20;

/// Reads all outputs, so that a sanitizer sees one that leads nowhere.
uint64_t walk(const Session& session) {
  uint64_t sum = 0;
  for (size_t i = 0; i < session.outputs(); ++i) {
    const graph::Tensor& t = session.output(i);
    for (size_t b = 0; b < t.bytes; ++b) sum += std::to_integer<uint64_t>(t.data[b]);
  }
  return sum;
}

Status load_and_run(std::span<const std::byte> bytes) {
  ModelOptions options;
  options.open.limits.tensor_bytes = kArena;
  auto model = Model::load(bytes, options, false);
  if (!model.ok()) return model.error();
  for (const SignatureInfo& signature : (*model)->signatures()) {
    SessionOptions how;
    how.signature = signature.key;
    how.arena_limit = kArena;
    how.loop_limit = 1000;
    how.poison = true;
    auto session = Session::create(*model, how);
    if (!session.ok()) return session.error();
    RunOptions run;
    run.deadline_ms = 1000;
    for (int i = 0; i < 2; ++i)
      if (Status status = (*session)->run(run); !status.ok()) return status;
    volatile uint64_t sum = walk(**session);
    (void)sum;
  }
  return {};
}

}  // namespace

#ifdef SAMARA_FUZZ_REPLAY
int main(int argc, char** argv) {
  int failed = 0;
  for (int i = 1; i < argc; ++i) {
    std::vector<std::byte> bytes;
    if (std::FILE* file = std::fopen(argv[i], "rb")) {
      std::byte part[65536];
      for (size_t n; (n = std::fread(part, 1, sizeof part, file)) > 0;)
        bytes.insert(bytes.end(), part, part + n);
      std::fclose(file);
    }
    const Status status = load_and_run(bytes);
    std::printf("%s: %s\n", argv[i], status.ok() ? "ran" : status.error().brief().c_str());
    failed += !status.ok();
  }
  return failed ? 1 : 0;
}
#else
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)load_and_run({reinterpret_cast<const std::byte*>(data), size}).ok();
  return 0;
}
#endif
