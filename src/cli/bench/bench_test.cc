#include <gtest/gtest.h>

#include <set>

#include "cli/bench/flags.h"
#include "cli/bench/profile.h"
#include "cli/bench/stats.h"

namespace samara::cli {
namespace {

TEST(Timings, percentiles_are_of_nearest_rank) {
  Timings t;
  for (const double us : {5.0, 1.0, 4.0, 2.0, 3.0}) t.add(us);
  EXPECT_EQ(t.percentile(0.5), 3);
  EXPECT_EQ(t.percentile(0.9), 5);
  EXPECT_EQ(t.percentile(0.0), 1);
  EXPECT_EQ(t.first(), 5);
  EXPECT_EQ(t.last(), 3);
  EXPECT_EQ(t.mean(), 3);
  EXPECT_NEAR(t.deviation(), 1.4142, 1e-4);
  EXPECT_EQ(t.text(), "count=5 first=5 curr=3 min=1 max=5 avg=3 std=1");
}

TEST(Timings, of_nothing_are_zero) {
  const Timings t;
  EXPECT_EQ(t.percentile(0.5), 0);
  EXPECT_EQ(t.mean(), 0);
  EXPECT_EQ(t.least(), 0);
}

// Every flag of TensorFlow's benchmark_model, from LiteRT's tflite/tools/benchmark and delegates.
constexpr const char* kTensorFlowFlags[] = {"num_runs",
                                            "min_secs",
                                            "max_secs",
                                            "run_delay",
                                            "run_frequency",
                                            "num_threads",
                                            "use_caching",
                                            "benchmark_name",
                                            "output_prefix",
                                            "warmup_runs",
                                            "warmup_min_secs",
                                            "verbose",
                                            "dry_run",
                                            "report_peak_memory_footprint",
                                            "memory_footprint_check_interval_ms",
                                            "gpu_invoke_loop_times",
                                            "graph",
                                            "input_layer",
                                            "input_layer_shape",
                                            "input_layer_value_range",
                                            "input_layer_value_files",
                                            "signature_to_run_for",
                                            "list_signatures",
                                            "allow_fp16",
                                            "require_full_delegation",
                                            "enable_op_profiling",
                                            "op_profiling_output_mode",
                                            "op_profiling_output_file",
                                            "max_profiling_buffer_entries",
                                            "allow_dynamic_profiling_buffer_increase",
                                            "profiling_output_csv_file",
                                            "export_model_runtime_info",
                                            "model_runtime_info_output_file",
                                            "print_preinvoke_state",
                                            "print_postinvoke_state",
                                            "release_dynamic_tensors",
                                            "optimize_memory_for_large_tensors",
                                            "disable_delegate_clustering",
                                            "enable_builtin_cast_constant_cache",
                                            "output_filepath",
                                            "output_proto_filepath",
                                            "tensor_name_display_length",
                                            "tensor_type_display_length",
                                            "alloc_type_display_length",
                                            "result_file_path",
                                            "max_delegated_partitions",
                                            "min_nodes_per_partition",
                                            "first_delegate_node_index",
                                            "last_delegate_node_index",
                                            "delegate_serialize_dir",
                                            "delegate_serialize_token",
                                            "stable_delegate_settings_file",
                                            "external_delegate_path",
                                            "external_delegate_options",
                                            "use_gpu",
                                            "gpu_precision_loss_allowed",
                                            "gpu_experimental_enable_quant",
                                            "gpu_inference_for_sustained_speed",
                                            "gpu_backend",
                                            "gpu_wait_type",
                                            "use_hexagon",
                                            "hexagon_lib_path",
                                            "hexagon_profiling",
                                            "use_nnapi",
                                            "nnapi_execution_preference",
                                            "nnapi_execution_priority",
                                            "nnapi_accelerator_name",
                                            "disable_nnapi_cpu",
                                            "nnapi_allow_fp16",
                                            "nnapi_allow_dynamic_dimensions",
                                            "nnapi_use_burst_mode",
                                            "nnapi_support_library_path",
                                            "use_coreml",
                                            "coreml_version",
                                            "use_xnnpack",
                                            "xnnpack_force_fp16",
                                            "xnnpack_weight_cache_file_path",
                                            "xnnpack_runtime_flags",
                                            "use_ynnpack",
                                            "ynnpack_static_shape",
                                            "ynnpack_fast_math",
                                            "ynnpack_consistent_arithmetic",
                                            "ynnpack_no_excess_precision"};

TEST(BenchFlags, every_flag_of_tensorflow_is_declared) {
  Args args("bench", "");
  BenchFlags flags;
  declare_bench_flags(args, flags);
  std::set<std::string> names;
  for (const Flag& flag : args.flags()) names.insert(flag.names.begin(), flag.names.end());
  for (const char* name : kTensorFlowFlags)
    EXPECT_TRUE(names.count(std::string("--") + name)) << name;
}

TEST(BenchFlags, a_flag_without_effect_is_answered_with_why) {
  for (const IgnoredFlag& ignored : ignored_flags()) {
    Args args("bench", "");
    BenchFlags flags;
    declare_bench_flags(args, flags);
    const std::string name(ignored.name);
    ASSERT_TRUE(args.parse({"m.tflite", "--" + name + "=1"}).ok) << name;
    bool delegate = false;
    const auto lines = explain_ignored(args, flags, delegate);
    ASSERT_EQ(lines.size(), 1u) << name;
    EXPECT_EQ(lines[0], "ignored: --" + name + ": " + std::string(ignored.why));
    EXPECT_EQ(delegate, ignored.asks_for_delegate);
  }
}

TEST(BenchFlags, a_profile_as_protocol_buffer_is_answered_with_why) {
  const auto answers = [](const std::vector<std::string>& words) {
    Args args("bench", "");
    BenchFlags flags;
    declare_bench_flags(args, flags);
    EXPECT_TRUE(args.parse(words).ok);
    bool delegate = false;
    std::string all;
    for (const std::string& line : explain_ignored(args, flags, delegate)) all += line + "\n";
    return all;
  };
  const std::string why = ": protocol buffers are not written; --json has the same figures\n";
  EXPECT_EQ(answers({"m.tflite", "--op_profiling_output_mode=proto"}),
            "ignored: --op_profiling_output_mode=proto" + why);
  EXPECT_EQ(
      answers({"m.tflite", "--op_profiling_output_mode=proto", "--op_profiling_output_file=p"}),
      "ignored: --op_profiling_output_mode=proto" + why + "ignored: --op_profiling_output_file" +
          why);
  EXPECT_EQ(answers({"m.tflite", "--op_profiling_output_mode=csv"}), "");
}

TEST(BenchFlags, a_flag_that_is_switched_off_is_not_answered) {
  Args args("bench", "");
  BenchFlags flags;
  declare_bench_flags(args, flags);
  ASSERT_TRUE(args.parse({"m.tflite", "--use_gpu=false"}).ok);
  bool delegate = false;
  EXPECT_TRUE(explain_ignored(args, flags, delegate).empty());
  EXPECT_FALSE(delegate);
}

}  // namespace
}  // namespace samara::cli
