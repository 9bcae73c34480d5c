// label_image: TensorFlow's example program, by its flags and the lines it prints. For work of
// one's own, samara classify reads the model's metadata, which this program by its nature does not.
// Flags, defaults and scores: LiteRT tflite/examples/label_image (label_image.h, get_top_n_impl.h).
// Pictures may be of any format that samara reads, and are resized as samara does.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/shared/model.h"
#include "samara/files/image_file.h"
#include "samara/vision/image_classifier.h"
#include "tasks/vision/image_input.h"

namespace samara::cli::commands {
namespace {

struct Ignored {
  const char* names;
  const char* why;
};
constexpr Ignored kIgnored[] = {
    {"-a,--accelerated", "there is no NNAPI delegate; the run goes on the CPU"},
    {"-f,--allow_fp16", "float models run in float32"},
    {"-g,--gl_backend", "there is no GPU delegate; the run goes on the CPU"},
    {"-j,--hexagon_delegate", "there is no Hexagon delegate; the run goes on the CPU"},
    {"-x,--xnnpack_delegate", "samara's own kernels run the model"},
    {"-p,--profiling", "'samara bench --enable_op_profiling' shows the time by operator"},
    {"-e,--max_profiling_buffer_entries", "nothing is profiled here"},
};

struct Options {
  ModelFlags model;
  std::string image = "./grace_hopper.bmp", labels = "./labels.txt";
  int64_t count = 1, results = 5, warmup = 2;
  double mean = 127.5, std = 127.5;
  std::string verbose;
  std::vector<std::string> without_effect = std::vector<std::string>(std::size(kIgnored));
};

void declare(Args& args, Options& o) {
  o.model.model = "./mobilenet_quant_v1_224.tflite";
  o.model.threads = 4;
  args.option("-m,--tflite_model", o.model.model, "the .tflite file");
  args.option("-i,--image", o.image, "the picture");
  args.option("-l,--labels", o.labels, "file with a label a line");
  args.option("-r,--num_results", o.results, "results to show", 1, INT32_MAX);
  args.option("-c,--count", o.count, "inferences to time", 1, INT32_MAX);
  args.option("-w,--warmup_runs", o.warmup, "inferences before those", 0, INT32_MAX);
  args.option("-t,--threads", o.model.threads, "threads that one inference uses", 1, 1024);
  args.option("-b,--input_mean", o.mean, "subtracted from pixels of float models");
  args.option("-s,--input_std", o.std, "then divides them");
  args.choice("--numerics", o.model.numerics, {"reference", "xnnpack"},
              "how integers round: as TensorFlow Lite's reference kernels, or as its default path");
  args.option("-v,--verbose", o.verbose, "1 prints the input and the output tensor");
  for (size_t i = 0; i < std::size(kIgnored); ++i)
    args.option(kIgnored[i].names, o.without_effect[i], cat("ignored: ", kIgnored[i].why));
}

void explain_ignored(const Options& o) {
  for (size_t i = 0; i < std::size(kIgnored); ++i) {
    const std::string& value = o.without_effect[i];
    if (value.empty() || value == "0" || value == "false") continue;
    std::printf("INFO: ignored: %s: %s\n", kIgnored[i].names, kIgnored[i].why);
  }
}

/// Confidence as label_image computes it: by the type of the input, not by the quantization.
Result<std::vector<std::pair<float, int>>> confidences(const graph::Tensor& output, Type input) {
  std::vector<std::pair<float, int>> out;
  const auto* bytes = reinterpret_cast<const uint8_t*>(output.data);
  const bool fits = output.type == input && output.shape.elements() > 0 && output.shape.rank() > 0;
  for (int i = 0; fits && i < output.shape.back(); ++i) {
    float value = 0;
    if (input == Type::f32) {
      std::memcpy(&value, output.data + size_t(i) * sizeof value, sizeof value);
    } else if (input == Type::u8) {
      value = static_cast<float>(bytes[i] / 255.0);
    } else {
      value = static_cast<float>((static_cast<int8_t>(bytes[i]) + 128) / 256.0);
    }
    constexpr float kLeast = 0.001f;
    if (value >= kLeast) out.emplace_back(value, i);
  }
  if (!fits || input == Type::i16)
    return Error(Code::unsupported,
                 cat("an output of ", name(output.type), " for an input of ", name(input)));
  std::sort(out.rbegin(), out.rend());
  return out;
}

Result<int> execute(const Args&, Options& o) {
  explain_ignored(o);
  const auto frame = [&] { return "model " + o.model.model; };
  TRY_SET(std::shared_ptr<const Model> model, load_model(o.model));
  TRY_SET(const std::unique_ptr<Session> session,
          Session::create(std::move(model), session_options(o.model)).in(frame));
  std::printf("INFO: Loaded model %s\n", o.model.model.c_str());
  TRY_SET(vision::ImageInput input,
          vision::read_image_input(*session, nullptr, std::nullopt).in(frame));
  if (input.type == Type::f32) {
    if (!(std::abs(o.std) > 0)) return Error(Code::invalid_argument, "--input_std is 0");
    input.normalization = imaging::Normalization::uniform(float(o.mean), float(o.std));
  }
  TRY_SET(const imaging::Image image, files::load_image(o.image));
  TRY(vision::set_image(*session, input, image));

  for (int64_t i = 0; i < o.warmup; ++i) TRY(session->run());
  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < o.count; ++i) TRY(session->run());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("INFO: invoked\nINFO: average time: %g ms\n", took.count() / double(o.count));

  if (session->outputs() == 0)
    return Error(Code::unsupported, "the model has no output").in(frame());
  const graph::Tensor& output = session->output(0);
  if (o.verbose == "1") {
    std::printf("INFO: input %s\nINFO: output %s\n",
                cli::describe(input.type, session->input(0).shape.dims()).c_str(),
                cli::describe(output.type, output.shape.dims()).c_str());
  }
  TRY_SET(auto ranked, confidences(output, input.type));
  if (ranked.size() > size_t(o.results)) ranked.resize(size_t(o.results));
  TRY_SET(const std::string text,
          read_file(o.labels, 64 << 20).in([&] { return "label file " + o.labels; }));
  const std::vector<std::string> labels = vision::split_labels(text);
  for (const auto& [confidence, index] : ranked) {
    const std::string label = size_t(index) < labels.size() ? labels[size_t(index)] : "";
    std::printf("INFO: %g: %d %s\n", static_cast<double>(confidence), index, label.c_str());
  }
  return 0;
}

}  // namespace

extern const Command label_image = define_command<Options, declare, execute>(
    "label_image", "TensorFlow's example program, by its flags", "label_image");

}  // namespace samara::cli::commands
