// samara classify: what pictures show, by a model of the user's.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/shared/model.h"
#include "cli/shared/results.h"
#include "samara/files/image_file.h"
#include "samara/vision/image_classifier.h"

namespace samara::cli::commands {
namespace {

using Clock = std::chrono::steady_clock;
using json::Json;

struct Options {
  ModelFlags model;
  std::vector<std::string> images;
  int64_t top = 5;
  std::string labels, mean, std, threshold, locale = "en", output_dir;
  int64_t max_megapixels = 256;
  bool json = false;
};

void declare(Args& args, Options& o) {
  args.positional("IMAGE", o.images, "pictures: JPEG, PNG, WebP or BMP");
  args.option("-m,--model", o.model.model, "the .tflite file, or archive.zip!/entry");
  args.option("-k,--top", o.top, "categories to print, best first", 1, INT32_MAX);
  args.option("-l,--labels", o.labels, "file with a label a line, in place of the model's own");
  args.option("--threshold", o.threshold, "leave out categories with a lower score");
  args.option("--mean", o.mean,
              "subtracted from pixels, 0 to 255: one number, or R,G,B; in place of the metadata's");
  args.option("--std", o.std, "then divides them: one number, or R,G,B");
  args.option("--locale", o.locale, "language of the display names, where the model has several");
  args.option("-o,--output-dir", o.output_dir,
              "write the raw outputs as 0.npy, 1.npy ...; of several pictures in 0/, 1/ ...");
  args.option("--max-megapixels", o.max_megapixels, "refuse larger pictures before decoding", 1,
              1 << 20);
  args.option("--json", o.json, "print the result as JSON");
  declare_model_flags(args, o.model);
}

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// One number, or three with commas between, into out[3].
Status read_numbers(const std::string& flag, std::string_view text, float (&out)[3]) {
  int count = 0;
  for (bool more = true; more && count < 4; ++count) {
    const size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    float value = 0;
    const auto [end, bad] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (bad != std::errc() || end != word.data() + word.size())
      return Error(Code::invalid_argument, cat(flag, ": '", word, "' is no number"));
    if (count < 3) out[count] = value;
    more = comma != std::string_view::npos;
    text.remove_prefix(more ? comma + 1 : text.size());
  }
  if (count == 1) out[1] = out[2] = out[0];
  if (count != 1 && count != 3)
    return Error(Code::invalid_argument, cat(flag, " takes 1 or 3 numbers"));
  return ok();
}

Result<vision::ImageClassifierOptions> classifier_options(const Options& o) {
  vision::ImageClassifierOptions options;
  options.session = session_options(o.model);
  options.max_results = static_cast<int>(o.top);
  options.display_locale = o.locale;
  if (o.mean.empty() != o.std.empty())
    return Error(Code::invalid_argument, "--mean and --std go together");
  if (!o.mean.empty()) {
    options.normalization.emplace();
    TRY(read_numbers("--mean", o.mean, options.normalization->mean));
    TRY(read_numbers("--std", o.std, options.normalization->std));
  }
  if (!o.threshold.empty()) {
    float numbers[3];
    TRY(read_numbers("--threshold", o.threshold, numbers));
    options.score_threshold = numbers[0];
  }
  if (!o.labels.empty()) {
    TRY_SET(const std::string text,
            read_file(o.labels, 64 << 20).in([&] { return "label file " + o.labels; }));
    options.labels = vision::split_labels(text);
    if (options.labels.empty())
      return Error(Code::invalid_argument, cat("label file ", o.labels, " is empty"));
  }
  return options;
}

/// What one picture gave.
struct Answer {
  int width = 0, height = 0;
  double decode_ms = 0, classify_ms = 0;
  std::vector<vision::Head> heads;
};

Result<Answer> classify(vision::ImageClassifier& classifier, const Options& o, size_t place) {
  const std::string& path = o.images[place];
  Answer answer;
  auto start = Clock::now();
  TRY_SET(const imaging::Image image,
          files::load_image(path, {.pixels = static_cast<uint64_t>(o.max_megapixels) << 20}));
  answer.decode_ms = ms_since(start);
  answer.width = image.width();
  answer.height = image.height();
  start = Clock::now();
  TRY_SET(answer.heads, classifier.classify(image).in([&] { return "image " + path; }));
  answer.classify_ms = ms_since(start);
  if (!o.output_dir.empty()) {
    const std::string dir = o.images.size() == 1 ? o.output_dir : cat(o.output_dir, "/", place);
    TRY(make_dir(dir));
    const Session& session = classifier.session();
    for (size_t i = 0; i < session.outputs(); ++i)
      TRY(write_tensor(dir, std::to_string(i), session.output(i)));
  }
  return answer;
}

Json as_json(const std::string& path, const Answer& a) {
  Json heads = Json::array();
  for (const vision::Head& head : a.heads) {
    Json categories = Json::array();
    for (const vision::Category& c : head.categories) {
      Json entry = Json::object({{"index", c.index}, {"score", c.score}});
      if (!c.label.empty()) entry.set("label", c.label);
      if (!c.display_name.empty()) entry.set("display_name", c.display_name);
      categories.push(std::move(entry));
    }
    heads.push(Json::object(
        {{"index", head.index}, {"name", head.name}, {"categories", std::move(categories)}}));
  }
  return Json::object({{"image", path},
                       {"width", a.width},
                       {"height", a.height},
                       {"decode_ms", a.decode_ms},
                       {"classify_ms", a.classify_ms},
                       {"heads", std::move(heads)}});
}

void print(const std::string& path, const Answer& a) {
  std::printf("%s: %d x %d, decoded in %.1f ms, classified in %.1f ms\n", path.c_str(), a.width,
              a.height, a.decode_ms, a.classify_ms);
  for (const vision::Head& head : a.heads) {
    if (a.heads.size() > 1) std::printf("  %s:\n", head.name.c_str());
    for (const vision::Category& c : head.categories) {
      const std::string label = c.label.empty() ? cat("class ", c.index) : c.label;
      std::printf("  %8.4f  %s%s\n", static_cast<double>(c.score), label.c_str(),
                  c.display_name.empty() || c.display_name == c.label
                      ? ""
                      : cat(" (", c.display_name, ")").c_str());
    }
    if (head.categories.empty()) std::printf("  no category reaches the threshold\n");
  }
}

Result<int> execute(const Args&, Options& o) {
  if (o.model.model.empty()) {
    std::fprintf(stderr, "samara classify: which model? Give --model FILE.tflite\n");
    return kUsage;
  }
  TRY_SET(const vision::ImageClassifierOptions options, classifier_options(o));
  const auto frame = [&] { return "model " + o.model.model; };
  const auto start = Clock::now();
  TRY_SET(std::shared_ptr<const Model> model, load_model(o.model));
  TRY_SET(vision::ImageClassifier classifier,
          vision::ImageClassifier::create(std::move(model), options).in(frame));
  const double load_ms = ms_since(start);

  Json results = Json::array();
  size_t failed = 0;
  for (size_t i = 0; i < o.images.size(); ++i) {
    Result<Answer> answer = classify(classifier, o, i);
    if (answer.ok()) {
      if (o.json)
        results.push(as_json(o.images[i], *answer));
      else
        print(o.images[i], *answer);
      continue;
    }
    ++failed;  // the other pictures may be sound
    std::fprintf(stderr, "error: %s\n", answer.error().brief().c_str());
    results.push(Json::object({{"image", o.images[i]}, {"error", answer.error().brief()}}));
  }
  if (o.json) {
    std::printf("%s\n", Json::object({{"model", o.model.model},
                                      {"load_ms", load_ms},
                                      {"results", std::move(results)}})
                            .dump(2)
                            .c_str());
  } else {
    std::printf("model loaded in %.1f ms\n", load_ms);
  }
  return failed > 0 ? kFailed : 0;
}

}  // namespace

extern const Command classify =
    define_command<Options, declare, execute>("classify", "tell what pictures show, by a model");

}  // namespace samara::cli::commands
