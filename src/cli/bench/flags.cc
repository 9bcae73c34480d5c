#include "cli/bench/flags.h"

#include <array>

#include "base/text.h"

namespace samara::cli {
namespace {

constexpr std::string_view kNoDelegate = "there is no such delegate in this build; runs on the CPU";
constexpr std::string_view kOfDelegate = "belongs to a delegate that this build does not have";
constexpr std::string_view kProto = "protocol buffers are not written; --json has the same figures";

constexpr std::array kIgnored{
    IgnoredFlag{"use_caching", "weights are always packed once per model"},
    IgnoredFlag{"gpu_invoke_loop_times", kOfDelegate},
    IgnoredFlag{"allow_fp16", "float32 models are computed in float32"},
    IgnoredFlag{"max_profiling_buffer_entries", "the profile grows as needed"},
    IgnoredFlag{"allow_dynamic_profiling_buffer_increase", "the profile grows as needed"},
    IgnoredFlag{"export_model_runtime_info", kProto},
    IgnoredFlag{"model_runtime_info_output_file", kProto},
    IgnoredFlag{"output_proto_filepath", kProto},
    IgnoredFlag{"result_file_path", kProto},
    IgnoredFlag{"release_dynamic_tensors", "dynamic tensors share the session's own memory"},
    IgnoredFlag{"optimize_memory_for_large_tensors", "activations are always planned"},
    IgnoredFlag{"disable_delegate_clustering", "there are no delegates to cluster for"},
    IgnoredFlag{"enable_builtin_cast_constant_cache",
                "constants are folded when a model is loaded"},
    IgnoredFlag{"tensor_name_display_length", "names are printed whole"},
    IgnoredFlag{"tensor_type_display_length", "types are printed whole"},
    IgnoredFlag{"alloc_type_display_length", "types are printed whole"},
    IgnoredFlag{"max_delegated_partitions", kOfDelegate},
    IgnoredFlag{"min_nodes_per_partition", kOfDelegate},
    IgnoredFlag{"first_delegate_node_index", kOfDelegate},
    IgnoredFlag{"last_delegate_node_index", kOfDelegate},
    IgnoredFlag{"delegate_serialize_dir", kOfDelegate},
    IgnoredFlag{"delegate_serialize_token", kOfDelegate},
    IgnoredFlag{"stable_delegate_settings_file", kNoDelegate, true},
    IgnoredFlag{"external_delegate_path", kNoDelegate, true},
    IgnoredFlag{"external_delegate_options", kOfDelegate},
    IgnoredFlag{"use_gpu", kNoDelegate, true},
    IgnoredFlag{"gpu_precision_loss_allowed", kOfDelegate},
    IgnoredFlag{"gpu_experimental_enable_quant", kOfDelegate},
    IgnoredFlag{"gpu_inference_for_sustained_speed", kOfDelegate},
    IgnoredFlag{"gpu_backend", kOfDelegate},
    IgnoredFlag{"gpu_wait_type", kOfDelegate},
    IgnoredFlag{"use_hexagon", kNoDelegate, true},
    IgnoredFlag{"hexagon_lib_path", kOfDelegate},
    IgnoredFlag{"hexagon_profiling", kOfDelegate},
    IgnoredFlag{"use_nnapi", kNoDelegate, true},
    IgnoredFlag{"nnapi_execution_preference", kOfDelegate},
    IgnoredFlag{"nnapi_execution_priority", kOfDelegate},
    IgnoredFlag{"nnapi_accelerator_name", kOfDelegate},
    IgnoredFlag{"disable_nnapi_cpu", kOfDelegate},
    IgnoredFlag{"nnapi_allow_fp16", kOfDelegate},
    IgnoredFlag{"nnapi_allow_dynamic_dimensions", kOfDelegate},
    IgnoredFlag{"nnapi_use_burst_mode", kOfDelegate},
    IgnoredFlag{"nnapi_support_library_path", kOfDelegate},
    IgnoredFlag{"use_coreml", kNoDelegate, true},
    IgnoredFlag{"coreml_version", kOfDelegate},
    // XNNPACK is LiteRT's fast path on the CPU, so asking for it is answered by our own kernels.
    IgnoredFlag{"use_xnnpack", "the CPU kernels are our own"},
    IgnoredFlag{"xnnpack_force_fp16", "float32 models are computed in float32"},
    IgnoredFlag{"xnnpack_weight_cache_file_path", "our own is --weight-cache FOLDER"},
    IgnoredFlag{"xnnpack_runtime_flags", "the CPU kernels are our own"},
    IgnoredFlag{"use_ynnpack", "the CPU kernels are our own"},
    IgnoredFlag{"ynnpack_static_shape", "the CPU kernels are our own"},
    IgnoredFlag{"ynnpack_fast_math", "the CPU kernels are our own"},
    IgnoredFlag{"ynnpack_consistent_arithmetic", "the CPU kernels are our own"},
    IgnoredFlag{"ynnpack_no_excess_precision", "the CPU kernels are our own"},
};

}  // namespace

std::span<const IgnoredFlag> ignored_flags() { return kIgnored; }

void declare_bench_flags(Args& args, BenchFlags& f) {
  args.positional("MODEL", f.model.model, "the .tflite file", false);
  args.option("--json", f.json, "print the result as JSON");
  args.group("Timing");
  args.option("--graph", f.graph, "the .tflite file, by flag");
  args.option("--num_runs", f.num_runs, "inferences to time at least", 1);
  args.option("--min_secs", f.min_secs, "seconds to time at least");
  args.option("--max_secs", f.max_secs, "seconds after which no further inference starts");
  args.option("--run_delay", f.run_delay, "seconds to wait between inferences");
  args.option("--run_frequency", f.run_frequency,
              "inferences a second to start; overrides the delay");
  args.option("--warmup_runs", f.warmup_runs, "inferences before timing at least", 0);
  args.option("--warmup_min_secs", f.warmup_min_secs, "seconds of inferences before timing");
  args.option("--benchmark_name", f.benchmark_name, "a name to print with the result");
  args.option("--output_prefix", f.output_prefix, "printed before the summary");
  args.option("--verbose", f.verbose, "also list the flags left at their defaults");
  args.option("--dry_run", f.dry_run, "load and plan, run nothing");
  args.group("Inputs and outputs");
  args.option("--input_layer", f.input_layer, "names of inputs, comma between");
  args.option("--input_layer_shape", f.input_layer_shape, "their shapes: 1,224,224,3:1,20");
  args.option("--input_layer_value_range", f.input_layer_value_range,
              "NAME,LOW,HIGH:... random whole numbers for these inputs");
  args.option("--input_layer_value_files", f.input_layer_value_files,
              "NAME:FILE,... raw bytes or .npy for these inputs");
  args.option("--signature_to_run_for", f.signature_to_run_for, "entry point");
  args.option("--list_signatures", f.list_signatures, "list entry points and leave");
  args.option("--output_filepath", f.output_filepath,
              "write the outputs' bytes, one after the other");
  args.group("Profile and memory");
  args.option("--enable_op_profiling", f.enable_op_profiling, "time every operator");
  args.choice("--op_profiling_output_mode", f.op_profiling_output_mode, {"stdout", "csv", "proto"},
              "how to print the profile; proto is not written");
  args.option("--op_profiling_output_file", f.op_profiling_output_file, "where to write it");
  args.option("--profiling_output_csv_file", f.profiling_output_csv_file, "the same, as csv");
  args.option("--report_peak_memory_footprint", f.report_peak_memory_footprint,
              "watch the memory during the run");
  args.option("--memory_footprint_check_interval_ms", f.memory_footprint_check_interval_ms,
              "how often", 1);
  args.option("--print_preinvoke_state", f.print_preinvoke_state, "print the plan before the run");
  args.option("--print_postinvoke_state", f.print_postinvoke_state, "print the plan after it");
  args.group("Elsewhere");
  args.option("--on", f.on, "run on a device: adb:SERIAL or ssh:HOST");
  args.option("--device-program", f.device_program,
              "the program to send there; this one by default, which must fit the device");
  declare_model_flags(args, f.model);
  args.group("Flags without effect here");
  args.option("--require_full_delegation", f.require_full_delegation,
              "fail where a delegate was asked for and does not run the whole model");
  for (const IgnoredFlag& flag : kIgnored) {
    const std::string name(flag.name);
    args.option("--" + name, f.without_effect[name], cat("ignored: ", flag.why));
  }
}

std::vector<std::string> explain_ignored(const Args& args, const BenchFlags& flags,
                                         bool& asks_for_delegate) {
  std::vector<std::string> lines;
  for (const IgnoredFlag& flag : kIgnored) {
    const std::string name(flag.name);
    if (!args.given("--" + name)) continue;
    const std::string& value = flags.without_effect.at(name);
    const bool off = value == "false" || value == "0" || value.empty();
    if (off) continue;
    asks_for_delegate |= flag.asks_for_delegate;
    lines.push_back(cat("ignored: --", name, ": ", flag.why));
  }
  if (flags.op_profiling_output_mode == "proto") {
    lines.push_back(cat("ignored: --op_profiling_output_mode=proto: ", kProto));
    if (!flags.op_profiling_output_file.empty())
      lines.push_back(cat("ignored: --op_profiling_output_file: ", kProto));
  }
  return lines;
}

}  // namespace samara::cli
