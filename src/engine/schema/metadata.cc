// Model metadata; see samara/schema/metadata.h.
#include "samara/schema/metadata.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/try.h"
#include "base/utf8.h"
#include "engine/schema/generated/metadata_generated.h"
#include "engine/schema/raw_walk.h"

namespace samara::schema {
namespace {

using fb::meta::ModelMetadata;
template <class T>
using Offsets = flatbuffers::Vector<flatbuffers::Offset<T>>;

constexpr std::string_view kEntry = "TFLITE_METADATA";
constexpr size_t kMostBytes = 64 << 20;
constexpr size_t kMostTables = 200'000;
constexpr uint64_t kMostStrings = 1 << 20;

/// Strings in vectors, counted before the verifier looks at each: a file that names one long vector
/// in many tables would keep it busy for hours. Stops beyond kMostStrings.
class StringCount {
 public:
  explicit StringCount(std::span<const std::byte> bytes) : walk_{bytes} {}
  uint64_t total() {
    using fb::meta::SubGraphMetadata;
    using fb::meta::TensorGroup;
    using fb::meta::TensorMetadata;
    const auto root = walk_.follow(0);
    if (!root) return 0;
    each(*root, ModelMetadata::VT_SUBGRAPH_METADATA, [&](uint64_t graph) {
      for (const auto field : {SubGraphMetadata::VT_INPUT_TENSOR_METADATA,
                               SubGraphMetadata::VT_OUTPUT_TENSOR_METADATA})
        each(graph, field,
             [&](uint64_t tensor) { add(tensor, TensorMetadata::VT_DIMENSION_NAMES); });
      for (const auto field :
           {SubGraphMetadata::VT_INPUT_TENSOR_GROUPS, SubGraphMetadata::VT_OUTPUT_TENSOR_GROUPS})
        each(graph, field, [&](uint64_t group) { add(group, TensorGroup::VT_TENSOR_NAMES); });
    });
    return total_;
  }

 private:
  void add(uint64_t table, uint16_t field) {
    if (const auto at = walk_.vector(table, field)) total_ += walk_.load<uint32_t>(*at).value_or(0);
  }
  template <class F>
  void each(uint64_t table, uint16_t field, F&& visit) {
    const auto at = walk_.vector(table, field);
    const uint32_t count = at ? walk_.load<uint32_t>(*at).value_or(0) : 0;
    for (uint32_t i = 0; i < count && total_ <= kMostStrings; ++i) {
      ++total_;
      const auto element = walk_.follow(*at + 4 + uint64_t{4} * i);
      if (element) visit(*element);
    }
  }
  RawWalk walk_;
  uint64_t total_ = 0;
};

Status verify(std::span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  if (bytes.size() < 8 || !fb::meta::ModelMetadataBufferHasIdentifier(data))
    return Error(Code::invalid_model, "is no metadata: M001 is missing at byte 4");
  if (bytes.size() > kMostBytes)
    return Error(Code::resource_exhausted, cat("has ", bytes.size(), " bytes"));
  if (StringCount(bytes).total() > kMostStrings)
    return Error(Code::resource_exhausted, cat("has more than ", kMostStrings, " names"));
  flatbuffers::Verifier::Options limits;
  limits.max_tables = kMostTables;
  flatbuffers::Verifier verifier(data, bytes.size(), limits);
  if (!fb::meta::VerifyModelMetadataBuffer(verifier))
    return Error(Code::invalid_model,
                 "is damaged: an offset or a length leads outside, or it has too many tables");
  return ok();
}

/// Copies what was verified. Each part may be named from many places; `budget_` bounds the copies.
class Reader {
 public:
  explicit Reader(size_t bytes) : budget_(bytes * uint64_t{16} + (1 << 20)) {}

  Result<Metadata> model(const ModelMetadata& from) {
    Metadata out;
    TRY(text(from.name(), out.name));
    TRY(text(from.description(), out.description));
    TRY(text(from.version(), out.version));
    TRY(text(from.author(), out.author));
    TRY(text(from.license(), out.license));
    TRY(text(from.min_parser_version(), out.min_parser_version));
    TRY(each(from.subgraph_metadata(), out.subgraphs, "subgraph", &Reader::subgraph));
    TRY(each(from.associated_files(), out.associated_files, "file", &Reader::file));
    return out;
  }

 private:
  Status subgraph(const fb::meta::SubGraphMetadata& from, SubgraphMetadata& out) {
    TRY(text(from.name(), out.name));
    TRY(text(from.description(), out.description));
    TRY(each(from.input_tensor_metadata(), out.inputs, "input", &Reader::tensor));
    TRY(each(from.output_tensor_metadata(), out.outputs, "output", &Reader::tensor));
    TRY(each(from.associated_files(), out.associated_files, "file", &Reader::file));
    TRY(each(from.input_process_units(), out.input_process_units, "input unit", &Reader::unit));
    TRY(each(from.output_process_units(), out.output_process_units, "output unit", &Reader::unit));
    TRY(each(from.input_tensor_groups(), out.input_groups, "input group", &Reader::group));
    TRY(each(from.output_tensor_groups(), out.output_groups, "output group", &Reader::group));
    return each(from.custom_metadata(), out.custom, "custom metadata", &Reader::custom);
  }

  Status tensor(const fb::meta::TensorMetadata& from, TensorMetadata& out) {
    TRY(text(from.name(), out.name));
    TRY(text(from.description(), out.description));
    TRY(texts(from.dimension_names(), out.dimension_names));
    if (from.content()) TRY(content(*from.content(), out.content));
    TRY(each(from.process_units(), out.process_units, "process unit", &Reader::unit));
    if (from.stats()) {
      TRY(numbers(from.stats()->min(), out.stats_min));
      TRY(numbers(from.stats()->max(), out.stats_max));
    }
    return each(from.associated_files(), out.associated_files, "file", &Reader::file);
  }

  Status content(const fb::meta::Content& from, Content& out) {
    if (from.range()) out.range = ValueRange{from.range()->min(), from.range()->max()};
    if (from.content_properties_as_FeatureProperties()) {
      out.kind = FeatureContent{};
    } else if (const auto* image = from.content_properties_as_ImageProperties()) {
      ImageContent content;
      content.color_space = known(image->color_space(), ColorSpace::grayscale);
      if (const auto* size = image->default_size()) {
        content.default_width = size->width();
        content.default_height = size->height();
      }
      out.kind = content;
    } else if (const auto* box = from.content_properties_as_BoundingBoxProperties()) {
      BoxContent content;
      TRY(numbers(box->index(), content.index));
      content.kind = known(box->type(), BoxKind::center);
      content.pixels = box->coordinate_type() == fb::meta::CoordinateType_PIXEL;
      out.kind = std::move(content);
    } else if (const auto* audio = from.content_properties_as_AudioProperties()) {
      out.kind = AudioContent{audio->sample_rate(), audio->channels()};
    }
    return ok();
  }

  Status unit(const fb::meta::ProcessUnit& from, ProcessUnit& out) {
    if (const auto* options = from.options_as_NormalizationOptions())
      return normalization(*options, out.emplace<Normalization>());
    if (const auto* options = from.options_as_ScoreCalibrationOptions()) {
      out = ScoreCalibration{
          known(options->score_transformation(), ScoreTransformation::inverse_logistic),
          options->default_score()};
    } else if (const auto* options = from.options_as_ScoreThresholdingOptions()) {
      out = ScoreThresholding{options->global_score_threshold()};
    } else if (const auto* options = from.options_as_BertTokenizerOptions()) {
      return files(options->vocab_file(), out.emplace<BertTokenizer>().vocab_files);
    } else if (const auto* options = from.options_as_SentencePieceTokenizerOptions()) {
      auto& tokenizer = out.emplace<SentencePieceTokenizer>();
      TRY(files(options->sentencepiece_model(), tokenizer.models));
      return files(options->vocab_file(), tokenizer.vocab_files);
    } else if (const auto* options = from.options_as_RegexTokenizerOptions()) {
      auto& tokenizer = out.emplace<RegexTokenizer>();
      TRY(text(options->delim_regex_pattern(), tokenizer.delim_regex_pattern));
      return files(options->vocab_file(), tokenizer.vocab_files);
    }
    return ok();
  }

  Status normalization(const fb::meta::NormalizationOptions& from, Normalization& out) {
    TRY(numbers(from.mean(), out.mean));
    TRY(numbers(from.std(), out.std));
    if (out.mean.size() != out.std.size() || out.mean.empty())
      return Error(Code::invalid_model, cat("normalizes with ", out.mean.size(), " means and ",
                                            out.std.size(), " standard deviations"));
    for (size_t i = 0; i < out.mean.size(); ++i)
      if (!std::isfinite(out.mean[i]) || !std::isfinite(out.std[i]) || out.std[i] == 0)
        return Error(Code::invalid_model, cat("normalizes with mean ", out.mean[i],
                                              " and standard deviation ", out.std[i]));
    return ok();
  }

  Status file(const fb::meta::AssociatedFile& from, FileInfo& out) {
    TRY(text(from.name(), out.name));
    TRY(text(from.description(), out.description));
    TRY(text(from.locale(), out.locale));
    TRY(text(from.version(), out.version));
    out.kind = known(from.type(), FileKind::scann_index);
    return ok();
  }
  Status files(const Offsets<fb::meta::AssociatedFile>* from, std::vector<FileInfo>& out) {
    return each(from, out, "file", &Reader::file);
  }

  Status group(const fb::meta::TensorGroup& from, TensorGroup& out) {
    TRY(text(from.name(), out.name));
    return texts(from.tensor_names(), out.tensor_names);
  }

  Status custom(const fb::meta::CustomMetadata& from, CustomMetadata& out) {
    TRY(text(from.name(), out.name));
    if (!from.data()) return ok();
    TRY(spend(from.data()->size()));
    out.data.assign(reinterpret_cast<const char*>(from.data()->data()), from.data()->size());
    return ok();
  }

  /// Numbers that a newer schema gave a meaning to read as "unknown" (0).
  template <class To, class From>
  static To known(From value, To last) {
    const int number = static_cast<int>(value);
    return number >= 0 && number <= static_cast<int>(last) ? static_cast<To>(number) : To{};
  }
  Status text(const flatbuffers::String* from, std::string& out) {
    if (!from) return ok();
    TRY(spend(from->size()));
    out = is_utf8(from->string_view()) ? from->str() : repair_utf8(from->string_view());
    return ok();
  }
  Status texts(const Offsets<flatbuffers::String>* from, std::vector<std::string>& out) {
    for (flatbuffers::uoffset_t i = 0; from && i < from->size(); ++i) {
      TRY(spend(sizeof(std::string)));
      TRY(text(from->Get(i), out.emplace_back()));
    }
    return ok();
  }
  template <class T>
  Status numbers(const flatbuffers::Vector<T>* from, std::vector<T>& out) {
    if (!from) return ok();
    TRY(spend(from->size() * uint64_t{sizeof(T)}));
    out.assign(from->begin(), from->end());
    return ok();
  }
  template <class From, class To>
  Status each(const Offsets<From>* from, std::vector<To>& out, std::string_view what,
              Status (Reader::*read)(const From&, To&)) {
    for (flatbuffers::uoffset_t i = 0; from && i < from->size(); ++i) {
      TRY(spend(sizeof(To)));
      TRY((this->*read)(*from->Get(i), out.emplace_back()).in([&] { return cat(what, " ", i); }));
    }
    return ok();
  }
  Status spend(uint64_t bytes) {
    if (bytes > budget_)
      return Error(Code::resource_exhausted, "refers to the same parts too often");
    budget_ -= bytes;
    return ok();
  }

  uint64_t budget_;
};

Result<std::optional<Metadata>> read(std::span<const std::byte> bytes) {
  TRY(verify(bytes));
  TRY_SET(Metadata out, Reader(bytes.size()).model(*fb::meta::GetModelMetadata(bytes.data())));
  return std::optional(std::move(out));
}

}  // namespace

const FileInfo* TensorMetadata::file(FileKind kind, std::string_view locale) const {
  const FileInfo* any = nullptr;
  for (const FileInfo& f : associated_files) {
    if (f.kind != kind) continue;
    if (!locale.empty() && f.locale == locale) return &f;
    if (!any || (f.locale.empty() && !any->locale.empty())) any = &f;
  }
  return any;
}

Result<std::optional<Metadata>> read_metadata(const ModelFile& model) {
  for (const MetadataEntry& entry : model.metadata())
    if (entry.name == kEntry && !entry.data.empty())
      return read(entry.data).in([&] { return cat("metadata of model ", model.path()); });
  return std::optional<Metadata>();
}

}  // namespace samara::schema
