#include "samara/base/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/pool_watch.h"
#include "base/stop.h"

namespace samara {
namespace {

std::unique_ptr<ThreadPool> make(int threads, int spin_us = 50) {
  auto pool = ThreadPool::create({.threads = threads, .spin_us = spin_us});
  EXPECT_TRUE(pool.ok());
  return std::move(pool).value();
}

TEST(ThreadPool, covers_every_index_once) {
  for (const int threads : {1, 2, 3, 8})
    for (const int spin : {0, 50}) {
      const auto pool = make(threads, spin);
      for (const size_t count : {0u, 1u, 2u, 7u, 64u, 1000u, 4097u})
        for (const size_t grain : {0u, 1u, 3u, 64u, 10000u}) {
          std::vector<std::atomic<int>> hits(count);
          pool->parallel_for(count, grain, [&](size_t begin, size_t end) {
            EXPECT_LT(begin, end);
            EXPECT_TRUE(end == count || end - begin >= grain);
            EXPECT_TRUE(grain == 0 || begin % grain == 0);
            for (size_t i = begin; i < end; ++i) hits[i].fetch_add(1);
          });
          for (size_t i = 0; i < count; ++i) ASSERT_EQ(hits[i].load(), 1) << i;
        }
    }
}

TEST(ThreadPool, tells_a_watch_what_each_thread_did) {
  struct Watch final : PoolWatch {
    void worked(int thread, int64_t begin, int64_t end) override {
      EXPECT_LE(begin, end);
      ++parts[size_t(thread)];
    }
    std::array<std::atomic<int>, 3> parts{};
  } watch;
  const auto pool = make(3);
  const auto region = [&] {
    pool->parallel_for(
        64, 1, [](size_t, size_t) { std::this_thread::sleep_for(std::chrono::microseconds(50)); });
  };
  region();
  EXPECT_EQ(watch.parts[0], 0);
  pool_watch = &watch;
  for (int i = 1; i <= 100 && watch.parts[1] + watch.parts[2] == 0; ++i) {
    region();
    EXPECT_EQ(watch.parts[0], i);  // the caller is back when the others have told what they did
  }
  EXPECT_GT(watch.parts[1] + watch.parts[2], 0);
  pool_watch = nullptr;
  const int before = watch.parts[0];
  region();
  EXPECT_EQ(watch.parts[0], before);
}

TEST(ThreadPool, publishes_what_bodies_wrote) {
  const auto pool = make(4);
  std::vector<int> data(1024, 0);  // plain memory: the thread sanitizer judges the ordering
  for (int round = 0; round < 2000; ++round)
    pool->parallel_for(data.size(), 16, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) ++data[i];
    });
  for (const int v : data) ASSERT_EQ(v, 2000);
}

TEST(ThreadPool, uses_several_threads) {
  const auto pool = make(4);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  for (int round = 0; round < 100 && ids.size() < 2; ++round)
    pool->parallel_for(16, 1, [&](size_t, size_t) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
  EXPECT_GE(ids.size(), 2u);
  EXPECT_LE(ids.size(), 4u);
}

TEST(ThreadPool, nested_calls_run_inline) {
  const auto pool = make(3);
  std::atomic<int> total{0};
  pool->parallel_for(64, 1, [&](size_t begin, size_t end) {
    const auto self = std::this_thread::get_id();
    for (size_t i = begin; i < end; ++i)
      pool->parallel_for(100, 1, [&](size_t b, size_t e) {
        EXPECT_EQ(std::this_thread::get_id(), self);
        total += int(e - b);
      });
  });
  EXPECT_EQ(total.load(), 6400);
}

TEST(ThreadPool, serves_several_callers) {
  const auto pool = make(3);
  std::vector<std::thread> callers;
  std::atomic<int> wrong{0};
  for (int c = 0; c < 4; ++c)
    callers.emplace_back([&] {
      for (int round = 0; round < 300; ++round) {
        std::vector<int> data(257, 0);
        pool->parallel_for(data.size(), 8, [&](size_t begin, size_t end) {
          for (size_t i = begin; i < end; ++i) data[i] += int(i);
        });
        for (size_t i = 0; i < data.size(); ++i) wrong += data[i] != int(i);
      }
    });
  for (auto& t : callers) t.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST(ThreadPool, leaves_the_rest_once_it_is_stopped) {
  for (const int threads : {1, 3}) {
    const auto pool = make(threads);
    std::atomic<size_t> done{0};
    const auto asked = [&] { return done.load() >= 10'000; };
    const FunctionRef<bool()> ask(asked);
    const auto count = [&] {
      done = 0;
      pool->parallel_for(1'000'000, 1, [&](size_t begin, size_t end) { done += end - begin; });
      return done.load();
    };
    EXPECT_EQ(count(), 1'000'000u);
    {
      const ScopedStop stop(&ask);
      EXPECT_LT(count(), 100'000u) << threads;
      EXPECT_GE(done.load(), 10'000u);
      const ScopedStop none(nullptr);
      EXPECT_EQ(count(), 1'000'000u);
    }
    EXPECT_EQ(count(), 1'000'000u);
  }
}

/// What the process has taken: of CPU time in milliseconds, and how often its threads gave up a CPU.
struct Taken {
  double cpu_ms = 0;
  int64_t waits = 0;
};
Taken taken() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ms = [](const timeval& t) {
    return double(t.tv_sec) * 1e3 + double(t.tv_usec) * 1e-3;
  };
  return {ms(use.ru_utime) + ms(use.ru_stime), use.ru_nvcsw};
}

/// So many short regions with a pause after each, as an app has that runs a model now and then.
Taken taken_by_regions(ThreadPool& pool, int regions) {
  const Taken before = taken();
  for (int i = 0; i < regions; ++i) {
    pool.parallel_for(16, 1, [](size_t, size_t) {});
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const Taken after = taken();
  return {after.cpu_ms - before.cpu_ms, after.waits - before.waits};
}

// CPU time does not depend on how busy the machine is, so that it may be a condition.
TEST(ThreadPool, that_waits_takes_no_cpu) {
  const auto pool = make(4);
  taken_by_regions(*pool, 1);
  const Taken before = taken();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Taken after = taken();
  EXPECT_LT(after.cpu_ms - before.cpu_ms, 50);  // a worker that spun on would take 300
  EXPECT_LT(after.waits - before.waits, 50);
}

TEST(ThreadPool, spins_for_no_longer_than_it_was_told) {
  constexpr int kRegions = 100;  // in 200 ms and more
  const auto spinning = make(2, 50), parking = make(4, 0);
  // A worker spins 50 us after each region; the rest is for waking it.
  EXPECT_LT(taken_by_regions(*spinning, kRegions).cpu_ms, 100);
  const Taken parked = taken_by_regions(*parking, kRegions);
  EXPECT_LT(parked.cpu_ms, 100);
  // Once a region for each of four threads, and for a caller that waits for one.
  EXPECT_LT(parked.waits, kRegions * 8);
}

TEST(ThreadPool, of_more_threads_than_cpus_does_not_spin) {
  const int many = int(std::thread::hardware_concurrency()) * 4 + 4;
  const auto pool = make(many, 1'000'000);
  EXPECT_LT(taken_by_regions(*pool, 20).cpu_ms, 20.0 * many);  // a second for each, if it did
}

TEST(ThreadPool, several_callers_share_what_there_is) {
  // While one has the workers the others work alone: all go on, and nobody waits for a turn.
  const auto pool = make(2);
  std::atomic<bool> inside = false, left = false;
  std::thread first([&] {
    pool->parallel_for(2, 1, [&](size_t, size_t) {
      inside = true;
      while (!left) std::this_thread::yield();
    });
  });
  while (!inside) std::this_thread::yield();
  const auto self = std::this_thread::get_id();
  size_t done = 0;
  pool->parallel_for(1000, 1, [&](size_t begin, size_t end) {
    EXPECT_EQ(std::this_thread::get_id(), self);
    done += end - begin;
  });
  EXPECT_EQ(done, 1000u);
  left = true;
  first.join();
}

TEST(ThreadPool, binds_workers_to_cpus) {
  const int cpus[] = {0};
  auto pool = ThreadPool::create({.threads = 2, .affinity = cpus});
  ASSERT_TRUE(pool.ok());
  std::atomic<size_t> sum{0};
  (*pool)->parallel_for(100, 1, [&](size_t begin, size_t end) { sum += end - begin; });
  EXPECT_EQ(sum.load(), 100u);
}

TEST(ThreadPool, refuses_bad_options) {
  for (const int threads : {0, -1, 1025, 100000}) {
    const auto pool = ThreadPool::create({.threads = threads});
    ASSERT_FALSE(pool.ok());
    EXPECT_EQ(pool.error().code(), Code::invalid_argument);
    EXPECT_NE(pool.error().message().find(std::to_string(threads)), std::string::npos);
  }
  const int cpus[] = {0, -3};
  const auto pool = ThreadPool::create({.threads = 2, .affinity = cpus});
  ASSERT_FALSE(pool.ok());
  EXPECT_NE(pool.error().message().find("CPU -3"), std::string::npos);
}

}  // namespace
}  // namespace samara
