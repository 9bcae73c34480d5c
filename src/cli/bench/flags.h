// The flags of TensorFlow's benchmark_model: each has an effect here or is answered with why not.
// Names and defaults: LiteRT tflite/tools/benchmark and tflite/tools/delegates.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/shared/model.h"

namespace samara::cli {

struct BenchFlags {
  ModelFlags model;
  std::string graph;
  int64_t num_runs = 50;
  double min_secs = 1, max_secs = 150;
  double run_delay = -1, run_frequency = -1;
  int64_t warmup_runs = 1;
  double warmup_min_secs = 0.5;
  std::string benchmark_name, output_prefix;
  bool verbose = false, dry_run = false;
  bool report_peak_memory_footprint = false;
  int64_t memory_footprint_check_interval_ms = 50;
  std::string input_layer, input_layer_shape, input_layer_value_range, input_layer_value_files;
  std::string signature_to_run_for;
  bool list_signatures = false;
  bool require_full_delegation = false;
  bool enable_op_profiling = false;
  std::string op_profiling_output_mode = "stdout";
  std::string op_profiling_output_file, profiling_output_csv_file;
  bool print_preinvoke_state = false, print_postinvoke_state = false;
  std::string output_filepath;
  bool json = false;
  std::string on, device_program;
  /// Flags that are understood and have no effect, by name, with the value given.
  std::map<std::string, std::string> without_effect;
};

/// A flag that has no effect, and why.
struct IgnoredFlag {
  std::string_view name;
  std::string_view why;
  /// Asks for a delegate: the run goes on the CPU, or fails where require_full_delegation is set.
  bool asks_for_delegate = false;
};
std::span<const IgnoredFlag> ignored_flags();

void declare_bench_flags(Args& args, BenchFlags& flags);

/// Lines "ignored: --use_gpu: why" for the flags given; also whether one asked for a delegate.
std::vector<std::string> explain_ignored(const Args& args, const BenchFlags& flags,
                                         bool& asks_for_delegate);

}  // namespace samara::cli
