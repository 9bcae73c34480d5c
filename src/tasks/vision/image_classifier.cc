#include "samara/vision/image_classifier.h"

#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "samara/files/inflate.h"
#include "tasks/vision/class_scores.h"
#include "tasks/vision/image_input.h"

namespace samara::vision {

struct ImageClassifier::Impl {
  std::unique_ptr<Session> session;
  ImageInput input;
  std::vector<ClassScores> heads;
};

namespace {

Status check(const ImageClassifierOptions& options) {
  if (options.max_results < 1)
    return Error(Code::invalid_argument, cat("max_results is ", options.max_results));
  if (!options.allow.empty() && !options.deny.empty())
    return Error(Code::invalid_argument, "labels to allow and labels to deny exclude each other");
  return ok();
}

/// The metadata of the tensor at that place among the subgraph's inputs or outputs; null: none.
const schema::TensorMetadata* find(const std::vector<schema::TensorMetadata>& list,
                                   const std::vector<int32_t>& tensors, int index) {
  for (size_t i = 0; i < tensors.size() && i < list.size(); ++i)
    if (tensors[i] == index) return &list[i];
  return nullptr;
}

Status check_labels(const std::vector<ClassScores>& heads, const ImageClassifierOptions& options) {
  const auto& names = options.allow.empty() ? options.deny : options.allow;
  if (names.empty()) return ok();
  for (const ClassScores& head : heads)
    for (const std::string& label : names)
      if (head.knows(label)) return ok();
  return Error(Code::invalid_argument,
               cat("the model has none of the labels to ", options.allow.empty() ? "deny" : "allow",
                   ", such as '", names[0], "'"));
}

}  // namespace

Result<ImageClassifier> ImageClassifier::create(std::shared_ptr<const Model> model,
                                                const ImageClassifierOptions& options) {
  TRY(check(options));
  auto impl = std::make_unique<Impl>();
  TRY_SET(impl->session, Session::create(std::move(model), options.session));
  const Session& session = *impl->session;
  const SignatureInfo& signature = session.signature();
  const schema::ModelFile& file = session.model().file();

  TRY_SET(const std::optional<schema::Metadata> metadata, schema::read_metadata(file));
  static const schema::SubgraphMetadata kNone;
  const auto number = static_cast<size_t>(signature.subgraph);
  const bool told = metadata && number < metadata->subgraphs.size();
  const schema::SubgraphMetadata& notes = told ? metadata->subgraphs[number] : kNone;
  const schema::Subgraph& subgraph = file.subgraphs()[number];

  const int input = signature.inputs.empty() ? schema::kNone : signature.inputs[0].index;
  TRY_SET(impl->input, read_image_input(session, find(notes.inputs, subgraph.inputs, input),
                                        options.normalization));
  if (signature.outputs.empty()) return Error(Code::unsupported, "the model has no output");
  for (size_t i = 0; i < signature.outputs.size(); ++i) {
    TRY_SET(ClassScores head,
            ClassScores::create(session, i,
                                find(notes.outputs, subgraph.outputs, signature.outputs[i].index),
                                options));
    impl->heads.push_back(std::move(head));
  }
  TRY(check_labels(impl->heads, options));
  return ImageClassifier(std::move(impl));
}

Result<ImageClassifier> ImageClassifier::create(const std::string& path,
                                                const ImageClassifierOptions& options) {
  ModelOptions loading;
  loading.open.inflate = &files::inflate_hook();
  TRY_SET(std::shared_ptr<const Model> model, Model::load(path, loading));
  return create(std::move(model), options).in([&] { return cat("model ", path); });
}

Result<std::vector<Head>> ImageClassifier::classify(const imaging::ImageView& image,
                                                    const RunOptions& options) {
  TRY(set_image(*impl_->session, impl_->input, image));
  TRY(impl_->session->run(options));
  std::vector<Head> heads;
  for (size_t i = 0; i < impl_->heads.size(); ++i) {
    TRY_SET(Head head, impl_->heads[i].read(impl_->session->output(i)));
    heads.push_back(std::move(head));
  }
  return heads;
}

const Session& ImageClassifier::session() const { return *impl_->session; }

ImageClassifier::ImageClassifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImageClassifier::ImageClassifier(ImageClassifier&&) noexcept = default;
ImageClassifier& ImageClassifier::operator=(ImageClassifier&&) noexcept = default;
ImageClassifier::~ImageClassifier() = default;

}  // namespace samara::vision
