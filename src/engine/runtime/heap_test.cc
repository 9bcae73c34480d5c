// run() takes no heap memory while shapes stay as they are. The allocation functions of the whole
// test program are counted; under a sanitizer they stay the sanitizer's.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <new>

#include "testing/probe_session.h"
#include "testing/test_data.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SAMARA_COUNTS_HEAP 0
#else
#define SAMARA_COUNTS_HEAP 1
#endif

#if SAMARA_COUNTS_HEAP

extern "C" {
void* __libc_malloc(size_t);            // NOLINT: glibc's own names
void* __libc_calloc(size_t, size_t);    // NOLINT
void* __libc_realloc(void*, size_t);    // NOLINT
void* __libc_memalign(size_t, size_t);  // NOLINT
}

namespace {
std::atomic<uint64_t> allocations = 0;
}

// operator new and aligned_alloc end here too.
extern "C" {
void* malloc(size_t n) {
  ++allocations;
  return __libc_malloc(n);
}
void* calloc(size_t n, size_t size) {
  ++allocations;
  return __libc_calloc(n, size);
}
void* realloc(void* p, size_t n) {
  ++allocations;
  return __libc_realloc(p, n);
}
void* aligned_alloc(size_t alignment, size_t n) {
  ++allocations;
  return __libc_memalign(alignment, n);
}
}

namespace samara::testing {
namespace {

/// A loop, an IF in it, strings aside everything that a run can meet: known, deferred and run-sized
/// nodes, scratch, packed constants, variables.
ModelBuilder everything() {
  ModelBuilder m;
  const int x = m.input(f32({64}), "x"), shape = m.input(i32({2}), "shape");
  const int limit = m.constant(f32({64}, std::vector<float>(64, 3)));
  const int weights = m.constant(f32({64}, std::vector<float>(64, 0.5f)));
  const int state = m.variable(f32({64}));
  const auto t = [&](int32_t n = 64) { return m.tensor(f32({n})); };
  const int packed = t(), summed = t(), scratched = t(), looped = t(), end = t();
  const int reshaped = m.tensor(f32({1, 1})), grown = m.tensor(f32({1, 1}));
  const int found = m.tensor(i32({1}));
  m.custom("probe.Packed", {x, weights}, {packed});
  m.custom("probe.Sum", {packed, state}, {summed});
  m.custom("probe.Scratch", {summed}, {scratched});
  m.custom("probe.While", {scratched, limit}, {looped, end}, {1, 2});
  m.custom("probe.Reshape", {looped, shape}, {reshaped});
  m.custom("probe.Scratch", {reshaped}, {grown});
  m.custom("probe.NonZero", {grown}, {found});
  m.output(grown), m.output(found), m.output(end);
  m.subgraph("condition");
  const int a = m.input(f32({64})), b = m.input(f32({64})), less = m.tensor(boolean({}));
  m.custom("probe.Less", {a, b}, {less});
  m.output(less);
  m.subgraph("body");
  const int c = m.input(f32({64})), d = m.input(f32({64})), next = m.tensor(f32({64}));
  const int one = m.constant(f32({64}, std::vector<float>(64, 1)));
  m.custom("probe.Add", {c, one}, {next});
  m.output(next), m.output(d);
  return m;
}

TEST(heap, is_not_used_by_a_run_of_known_shapes) {
  for (const int threads : {1, 2}) {
    SessionOptions options;
    options.threads = threads;
    auto s = open_probe(everything(), options).value();
    const int32_t shape[] = {8, 8};
    ASSERT_TRUE(s->set_input(1, std::span<const int32_t>(shape)).ok());
    ASSERT_EQ(text(s->run()), "ok");
    const std::vector<float> input(64, 0.25f);
    std::atomic<bool> cancel = false;
    RunOptions how;
    how.deadline_ms = 60'000;
    how.cancel = &cancel;
    const uint64_t before = allocations;
    for (int i = 0; i < 20; ++i) {
      if (!set(*s, 0, input).ok() || !s->run(how).ok()) abort();
    }
    EXPECT_EQ(allocations - before, 0u);
  }
}

/// Models of the repository, of the test data, and of the zoo where tests/conformance has unpacked it.
std::vector<std::string> real_models() {
  std::vector<std::string> folders{"examples/digits/models", "src/engine/ops/testdata",
                                   "build/data/zoo"};
  for (const char* const name : {"audio", "micro", "quantizer", "text", "vision"})
    if (const auto folder = test_data(name)) folders.push_back(*folder);
  std::vector<std::string> out;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at(folder, error), end; at != end;
         at.increment(error))
      if (at->path().extension() == ".tflite" && at->file_size() < 5'000'000)
        out.push_back(at->path());
  }
  std::ranges::sort(out);
  return out;
}

/// Allocations of three runs, the inputs left as they are; nothing where the model does not run so.
std::optional<uint64_t> allocations_of(const std::string& path, int threads) {
  const auto model = Model::load(path);
  if (!model.ok()) return {};
  const auto session = Session::create(*model, {.threads = threads});
  if (!session.ok() || !(*session)->run().ok()) return {};
  const uint64_t before = allocations;
  for (int i = 0; i < 3; ++i)
    if (!(*session)->run().ok()) return {};
  return allocations - before;
}

TEST(heap, is_not_used_by_runs_of_real_models) {
  int ran = 0;
  for (const std::string& path : real_models()) {
    for (const int threads : {1, 2}) {
      const auto taken = allocations_of(path, threads);
      if (!taken) continue;
      ++ran;
      EXPECT_EQ(*taken, 0u) << path << " with " << threads << " threads";
    }
  }
  EXPECT_GE(ran, 60);
}

TEST(heap, is_counted) {
  const uint64_t before = allocations;
  auto* const p = new std::vector<int>(10);
  EXPECT_EQ(allocations - before, 2u);
  delete p;
}

}  // namespace
}  // namespace samara::testing

#endif
