// Scores are computed as the TensorFlow Lite Task Library does (cc/task/processor/
// classification_postprocessor.h, cc/task/core/score_calibration.cc), with two differences: classes
// of equal score come in the order of their index, and without a threshold in the metadata none is
// applied (there it is 0, which hides every class of a model whose scores are logits below 0).
#include "tasks/vision/class_scores.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "base/try.h"

namespace samara::vision {
namespace {

constexpr float kNoResult = -std::numeric_limits<float>::infinity();

template <class T>
void widen(const graph::Tensor& t, std::vector<float>& out) {
  const T* from = reinterpret_cast<const T*>(t.data);
  const bool plain = t.quant.scales.size() != 1;
  for (size_t i = 0; i < out.size(); ++i) {
    const int32_t q = from[i];
    out[i] = plain ? static_cast<float>(q)
                   : t.quant.scale() * static_cast<float>(q - t.quant.zero_point());
  }
}

Result<std::vector<float>> real_values(const graph::Tensor& t) {
  std::vector<float> out(static_cast<size_t>(t.shape.elements()));
  switch (t.type) {
    case Type::f32:
      std::memcpy(out.data(), t.data, out.size() * sizeof(float));
      break;
    case Type::u8:
      widen<uint8_t>(t, out);
      break;
    case Type::i8:
      widen<int8_t>(t, out);
      break;
    case Type::i16:
      widen<int16_t>(t, out);
      break;
    default:
      return Error(Code::internal, cat("scores of type ", name(t.type)));
  }
  return out;
}

/// log(x), continued below a small threshold so that it stays finite and keeps the order: the curve
/// is mirrored about the threshold.
double safe_log(double x) {
  constexpr double kLeast = 1e-16f;
  return x < kLeast ? 2 * std::log(kLeast) - std::log(2 * kLeast - x) : std::log(x);
}

Result<std::vector<float>> numbers(std::string_view line) {
  std::vector<float> out;
  while (true) {
    const size_t comma = line.find(',');
    std::string_view word = line.substr(0, comma);
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    float value = 0;
    const auto [end, bad] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (bad != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
      return Error(Code::invalid_model, cat("'", word, "' is no number"));
    out.push_back(value);
    if (comma == std::string_view::npos) return out;
    line.remove_prefix(comma + 1);
  }
}

/// Lines without their ends; the part after the last line end counts only if it is not empty.
std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    out.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

/// "scale,slope,offset[,least]"; an empty line is a class without calibration.
Result<Sigmoid> read_sigmoid(std::string_view line) {
  Sigmoid s;
  if (line.empty()) return s;
  TRY_SET(const std::vector<float> values, numbers(line));
  if (values.size() != 3 && values.size() != 4)
    return Error(Code::invalid_model, cat(values.size(), " numbers, not 3 or 4"));
  s.given = true;
  s.scale = values[0];
  s.slope = values[1];
  s.offset = values[2];
  if (values.size() == 4) s.least = values[3];
  return s;
}

/// [1, classes] or [1, 1, 1, classes] of a type that holds numbers.
bool holds_scores(const TensorInfo& info) {
  const std::vector<int32_t>& dims = info.signature;
  const bool flat = dims.size() == 2 || (dims.size() == 4 && dims[1] == 1 && dims[2] == 1);
  if (!flat || (dims[0] != 1 && dims[0] != -1) || dims.back() < 1) return false;
  return info.type == Type::f32 || info.type == Type::u8 || info.type == Type::i8 ||
         info.type == Type::i16;
}

}  // namespace

std::vector<std::string> split_labels(std::string_view text) { return lines(text); }

Result<ClassScores> ClassScores::create(const Session& session, size_t index,
                                        const schema::TensorMetadata* metadata,
                                        const ImageClassifierOptions& options) {
  const TensorInfo& info = session.signature().outputs[index];
  if (!holds_scores(info))
    return Error(Code::unsupported,
                 cat("output ", index, " '", info.name, "' is ", name(info.type), " ",
                     std::span<const int32_t>(info.signature),
                     "; a classifier's is [1, classes] or [1, 1, 1, classes] of float32, uint8, "
                     "int8 or int16"));
  ClassScores out;
  out.index_ = static_cast<int>(index);
  out.name_ = metadata && !metadata->name.empty() ? metadata->name : std::string(info.name);
  out.classes_ = static_cast<size_t>(info.signature.back());
  out.most_ = std::min(out.classes_, static_cast<size_t>(options.max_results));
  out.labels_ = options.labels;
  if (metadata) {
    TRY(out.read_labels(session, *metadata, options));
    TRY(out.read_calibration(session, *metadata));
    if (const auto* unit = metadata->unit<schema::ScoreThresholding>())
      out.threshold_ = unit->global_score_threshold;
  }
  if (!out.labels_.empty() && out.labels_.size() != out.classes_)
    return Error(options.labels.empty() ? Code::invalid_model : Code::invalid_argument,
                 cat(out.labels_.size(), " labels for the ", out.classes_, " classes of output '",
                     out.name_, "'"));
  if (options.score_threshold) out.threshold_ = *options.score_threshold;
  out.choose(options);
  return out;
}

void ClassScores::choose(const ImageClassifierOptions& options) {
  const bool allow = !options.allow.empty();
  if (!allow && options.deny.empty()) return;
  const auto& list = allow ? options.allow : options.deny;
  wanted_.assign(classes_, !allow);
  for (size_t i = 0; i < labels_.size(); ++i)
    if (std::find(list.begin(), list.end(), labels_[i]) != list.end()) wanted_[i] = allow;
}

Status ClassScores::read_labels(const Session& session, const schema::TensorMetadata& metadata,
                                const ImageClassifierOptions& options) {
  const schema::ModelFile& file = session.model().file();
  const auto read = [&](const schema::FileInfo& entry) -> Result<std::vector<std::string>> {
    TRY_SET(const std::string text, file.associated_file(entry.name).in([&] {
      return cat("label file '", entry.name, "' of output ", index_);
    }));
    return lines(text);
  };
  const schema::FileInfo* first = nullptr;
  for (const schema::FileInfo& entry : metadata.associated_files) {
    if (entry.kind != schema::FileKind::axis_labels) continue;
    if (!first) first = &entry;
    if (entry.locale != options.display_locale || !display_names_.empty()) continue;
    TRY_SET(display_names_, read(entry));
    if (display_names_.size() != classes_)
      return Error(Code::invalid_model, cat(display_names_.size(), " display names in '",
                                            entry.name, "' for ", classes_, " classes"));
  }
  if (first && labels_.empty()) {
    TRY_SET(labels_, read(*first));
  }
  return ok();
}

Status ClassScores::read_calibration(const Session& session,
                                     const schema::TensorMetadata& metadata) {
  const auto* unit = metadata.unit<schema::ScoreCalibration>();
  if (!unit) return ok();
  const schema::FileInfo* entry = metadata.file(schema::FileKind::axis_score_calibration);
  if (!entry)
    return Error(Code::invalid_model, cat("output '", name_,
                                          "' is to be calibrated, but the "
                                          "metadata names no file with the parameters"));
  const auto frame = [&] { return cat("calibration file '", entry->name, "'"); };
  TRY_SET(const std::string text, session.model().file().associated_file(entry->name).in(frame));
  const std::vector<std::string> rows = lines(text);
  // Classes without calibration have empty lines; those at the end may be missing.
  if (rows.size() > classes_)
    return Error(Code::invalid_model, cat(rows.size(), " lines for ", classes_, " classes"))
        .in(frame());
  sigmoids_.resize(classes_);
  for (size_t i = 0; i < rows.size(); ++i) {
    TRY_SET(sigmoids_[i], read_sigmoid(rows[i]).in([&] { return cat("line ", i + 1); }).in(frame));
  }
  transformation_ = unit->transformation;
  return ok();
}

float ClassScores::calibrated(size_t index, float score) const {
  if (sigmoids_.empty()) return score;
  const Sigmoid& s = sigmoids_[index];
  if (!s.given || score < s.least) return kNoResult;
  double x = score;
  if (transformation_ == schema::ScoreTransformation::log) x = safe_log(score);
  if (transformation_ == schema::ScoreTransformation::inverse_logistic)
    x = safe_log(score) - safe_log(1.0 - score);
  const double at = static_cast<float>(x) * s.slope + s.offset;
  // Of the two forms of the sigmoid, the one whose exponential cannot overflow.
  const double e = std::exp(-std::abs(at));
  return static_cast<float>(at >= 0 ? s.scale / (1 + e) : s.scale * e / (1 + e));
}

Result<Head> ClassScores::read(const graph::Tensor& output) const {
  TRY_SET(std::vector<float> scores, real_values(output));
  if (scores.size() != classes_)
    return Error(Code::internal, cat("output ", index_, " has ", scores.size(), " scores for ",
                                     classes_, " classes"));
  std::vector<size_t> order;
  for (size_t i = 0; i < classes_; ++i) {
    scores[i] = calibrated(i, scores[i]);
    const bool wanted = wanted_.empty() || wanted_[i];
    // A score that is not a number is no result, and would upset the sorting.
    if (wanted && scores[i] >= threshold_ && scores[i] != kNoResult) order.push_back(i);
  }
  const size_t most = std::min(most_, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<ptrdiff_t>(most), order.end(),
      [&](size_t a, size_t b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
  Head head{.index = index_, .name = name_, .categories = {}};
  for (size_t k = 0; k < most; ++k) {
    const size_t i = order[k];
    head.categories.push_back({static_cast<int>(i), scores[i], labels_.empty() ? "" : labels_[i],
                               display_names_.empty() ? "" : display_names_[i]});
  }
  return head;
}

bool ClassScores::knows(const std::string& label) const {
  return std::find(labels_.begin(), labels_.end(), label) != labels_.end();
}

}  // namespace samara::vision
