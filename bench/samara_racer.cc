// Samara as a competitor of bench/race: a process that answers each line on its input with a line of
// JSON. bench/racing/child.py answers the same for the others.
//
//   samara_racer MODEL THREADS NUMERICS
//     ready           nothing: the libraries are loaded
//     inputs          the model's inputs: name, type, shape
//     open FOLDER     opens the model, gives it FOLDER/0, FOLDER/1 ..., runs once; "us": all of that
//     run N           N inferences: "wall" and "cpu" microseconds of each
//     outputs FILE    writes all outputs as doubles; "counts": how many of each
//     cached FOLDER   from now on opens with a weight cache there
//     cold N          N times: opens, runs twice, closes; "us": open and first run less the second
//     warm            opens MODEL and closes it again, so that nothing is done for the first time
//   samara_racer clock   the core's clock, by a chain of dependent additions; and what the CPU has
//
// It links the shared library, as an app does, and uses the public headers alone.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "samara/runtime/about.h"
#include "samara/runtime/session.h"

namespace {

using namespace samara;

double now_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return double(t.tv_sec) * 1e6 + double(t.tv_nsec) * 1e-3;
}
double wall_us() { return now_us(CLOCK_MONOTONIC); }
double cpu_us() { return now_us(CLOCK_PROCESS_CPUTIME_ID); }

void print_error(const std::string& text) {
  std::string clean;
  for (const char c : text) clean += c == '"' || c == '\\' || c == '\n' ? ' ' : c;
  std::printf("{\"error\": \"%s\"}\n", clean.c_str());
}

void print_list(const char* key, const std::vector<double>& values, const char* end) {
  std::printf("\"%s\": [", key);
  for (size_t i = 0; i < values.size(); ++i) std::printf(i ? ", %.3f" : "%.3f", values[i]);
  std::printf("]%s", end);
}

std::vector<char> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class T>
void append(const graph::Tensor& t, std::vector<double>& out) {
  for (size_t i = 0; i < t.bytes / sizeof(T); ++i) {
    T value;
    std::memcpy(&value, t.data + i * sizeof(T), sizeof(T));
    out.push_back(double(value));
  }
}

void append_any(const graph::Tensor& t, std::vector<double>& out) {
  switch (t.type) {
    case Type::f32:
      return append<float>(t, out);
    case Type::i8:
      return append<int8_t>(t, out);
    case Type::u8:
      return append<uint8_t>(t, out);
    case Type::i16:
      return append<int16_t>(t, out);
    case Type::i32:
      return append<int32_t>(t, out);
    case Type::i64:
      return append<int64_t>(t, out);
    default:
      return;
  }
}

class Racer {
 public:
  Racer(std::string path, int threads, bool reference) : path_(std::move(path)) {
    model_options_.numerics = reference ? Numerics::reference : Numerics::xnnpack;
    model_options_.open.map_weights = true;  // as the others do
    session_options_.threads = threads;
  }

  Status make() {
    auto model = Model::load(path_, model_options_);
    if (!model.ok()) return model.error();
    auto session = Session::create(*model, session_options_);
    if (!session.ok()) return session.error();
    session_ = std::move(*session);
    return ok();
  }
  Status feed() {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const Status set = session_->set_input(i, std::span<const char>(inputs_[i]));
      if (!set.ok()) return set;
    }
    return ok();
  }
  Status first() {
    if (const Status s = make(); !s.ok()) return s;
    if (const Status s = feed(); !s.ok()) return s;
    return session_->run();
  }

  Status open(const std::string& folder) {
    for (int i = 0;; ++i) {
      std::vector<char> bytes = read_file(folder + "/" + std::to_string(i));
      if (bytes.empty()) break;
      inputs_.push_back(std::move(bytes));
    }
    const double start = wall_us();
    if (const Status s = first(); !s.ok()) return s;
    std::printf("{\"us\": %.3f}\n", wall_us() - start);
    return ok();
  }
  Status warm() {
    if (const Status s = make(); !s.ok()) return s;
    session_.reset();
    std::printf("{}\n");
    return ok();
  }
  Status list_inputs() {
    if (const Status s = make(); !s.ok()) return s;
    std::printf("{\"inputs\": [");
    for (size_t i = 0; i < session_->inputs(); ++i) {
      const graph::Tensor& t = session_->input(i);
      std::printf("%s{\"name\": \"%s\", \"type\": \"%s\", \"shape\": [", i ? ", " : "",
                  std::string(t.name).c_str(), std::string(name(t.type)).c_str());
      for (int d = 0; d < t.shape.rank(); ++d) std::printf(d ? ", %d" : "%d", int(t.shape[d]));
      std::printf("]}");
    }
    std::printf("]}\n");
    return ok();
  }
  Status run(int count) {
    std::vector<double> wall, cpu;
    for (int i = 0; i < count; ++i) {
      const double start_cpu = cpu_us(), start = wall_us();
      if (const Status s = session_->run(); !s.ok()) return s;
      wall.push_back(wall_us() - start);
      cpu.push_back(cpu_us() - start_cpu);
    }
    std::printf("{");
    print_list("wall", wall, ", ");
    print_list("cpu", cpu, "}\n");
    return ok();
  }
  Status cold(int count) {
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
      session_.reset();
      const double start = wall_us();
      if (const Status s = first(); !s.ok()) return s;
      const double opened = wall_us();
      if (const Status s = session_->run(); !s.ok()) return s;
      times.push_back(opened - start - (wall_us() - opened));
    }
    std::printf("{");
    print_list("us", times, "}\n");
    return ok();
  }
  Status write_outputs(const std::string& path) const {
    std::ofstream file(path, std::ios::binary);
    std::printf("{\"counts\": [");
    for (size_t i = 0; i < session_->outputs(); ++i) {
      std::vector<double> values;
      append_any(session_->output(i), values);
      file.write(reinterpret_cast<const char*>(values.data()),
                 long(values.size() * sizeof(double)));
      std::printf(i ? ", %zu" : "%zu", values.size());
    }
    std::printf("]}\n");
    return ok();
  }

  Status answer(const std::string& word, const std::string& argument) {
    if (word == "ready") return std::printf("{}\n"), ok();
    if (word == "inputs") return list_inputs();
    if (word == "warm") return warm();
    if (word == "open") return open(argument);
    if (word == "cached") {
      model_options_.weight_cache.folder = argument;
      return std::printf("{}\n"), ok();
    }
    if (!session_) return Error(Code::invalid_argument, "nothing is open");
    if (word == "run") return run(std::atoi(argument.c_str()));
    if (word == "cold") return cold(std::atoi(argument.c_str()));
    if (word == "outputs") return write_outputs(argument);
    return Error(Code::invalid_argument, "no such command: " + word);
  }

 private:
  std::string path_;
  ModelOptions model_options_;
  SessionOptions session_options_;
  std::unique_ptr<Session> session_;
  std::vector<std::vector<char>> inputs_;
};

/// Additions a second, each of which waits for the one before: one a cycle on every core since long.
double clock_hz() {
  double best = 0;
  for (int round = 0; round < 20; ++round) {
    constexpr int kTurns = 1'000'000, kEach = 8;
    uint64_t value = 1, step = 3;
    asm volatile("" : "+r"(step));  // a constant would be added by some cores while renaming
    const double start = wall_us();
    for (int i = 0; i < kTurns; ++i) {
      for (int k = 0; k < kEach; ++k) {
        value += step;
        asm volatile("" : "+r"(value));
      }
    }
    best = std::max(best, double(kTurns) * kEach / (wall_us() - start) * 1e6);
  }
  return best;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string(words[1]) == "clock") {
    std::printf("{\"hz\": %.0f, \"isa\": \"%s\"}\n", clock_hz(), about().used_isa.c_str());
    return 0;
  }
  if (count != 4) return 2;
  Racer racer(words[1], std::atoi(words[2]), std::string(words[3]) == "reference");
  for (std::string line; std::getline(std::cin, line);) {
    const size_t space = std::min(line.find(' '), line.size());
    const Status s =
        racer.answer(line.substr(0, space), line.substr(std::min(space + 1, line.size())));
    if (!s.ok()) print_error(s.error().brief());
    std::fflush(stdout);
  }
  return 0;
}
