// POST /upload/storage/v1/b/{bucket}/o: uploads a file as Cloud Storage's clients do: described and sent
// in one body (multipart), sent alone (media), or begun here and sent by PUT (resumable).
#include "hub/firebase/multipart.h"
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr Field kUploadQuery[] = {
    {"uploadType", Format::text, "multipart, media or resumable", true},
    {"name", Format::object, "the file's name; else the body says it"},
};
constexpr size_t kMostDescription = 64 << 10;

/// Takes what is described, and the bytes where the kind of upload brings them.
class ObjectSink : public Sink {
 public:
  ObjectSink(blobs::Store& blobs, std::string name, bool described_only)
      : blobs_(blobs), name_(std::move(name)), described_only_(described_only) {}
  ~ObjectSink() override {
    upload_.reset();
    if (!id_.empty()) (void)blobs_.cancel(id_);
  }
  Status begin(std::optional<Multipart> multipart) {
    multipart_ = std::move(multipart);
    if (described_only_) return ok();
    TRY_SET(id_, blobs_.begin());
    TRY_SET(upload_, blobs_.resume(id_));
    return ok();
  }
  Status take(std::span<const std::byte> piece) override {
    if (multipart_) {
      return multipart_->take(
          piece, [this](const std::string& text) { return describe(text); },
          [this](std::span<const std::byte> bytes) { return upload_->append(bytes); });
    }
    if (!described_only_) return upload_->append(piece);
    if (text_.size() + piece.size() > kMostDescription)
      return Error(Code::invalid_argument, "the description is too long");
    text_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return ok();
  }
  /// After the whole body.
  Status end() {
    if (multipart_ && !multipart_->whole())
      return Error(Code::invalid_argument, "the body ends before its last boundary");
    if (described_only_ && !text_.empty()) TRY(describe(text_));
    if (!fits(Format::object, name_))
      return Error(Code::invalid_argument, "the file has no name, or none that is taken");
    if (!upload_) return ok();
    TRY(upload_->sync());
    upload_.reset();
    return ok();
  }
  const std::string& name() const { return name_; }
  const std::string& crc32c() const { return crc32c_; }
  const std::string& id() const { return id_; }
  void keep() { id_.clear(); }

 private:
  Status describe(const std::string& text) {
    TRY_SET(const Json json, json::parse(text, {.bytes = kMostDescription, .depth = 16}));
    const auto member = [&](const char* key, std::string& out) {
      const Json* found = json.find(key);
      if (found && found->as_string()) out = *found->as_string();
    };
    member("name", name_);
    member("crc32c", crc32c_);
    return ok();
  }

  blobs::Store& blobs_;
  std::string name_, id_, text_, crc32c_;
  bool described_only_;
  std::optional<Multipart> multipart_;
  std::unique_ptr<blobs::Upload> upload_;
};

Result<std::unique_ptr<Sink>> open_object(Call& c) {
  const std::string& kind = c.asked("uploadType");
  if (kind != "multipart" && kind != "media" && kind != "resumable")
    return Error(Code::invalid_argument, "'uploadType' is none of multipart, media and resumable");
  TRY(storage_project(c));
  std::optional<Multipart> multipart;
  if (kind == "multipart") {
    TRY_SET(multipart, Multipart::of(c.request.header("content-type")));
  }
  auto sink = std::make_unique<ObjectSink>(c.hub.blobs, c.asked("name"), kind == "resumable");
  TRY(sink->begin(std::move(multipart)));
  return std::unique_ptr<Sink>(std::move(sink));
}

/// Where the bytes of a resumable upload go.
Result<Response> begin_resumable(Call& c, const std::string& name) {
  const std::string_view length = c.request.header("x-upload-content-length");
  std::optional<uint64_t> size;
  if (fits(Format::count, length)) size = std::stoull(std::string(length));
  TRY_SET(const Project project, storage_project(c));
  TRY_SET(const std::string id, c.hub.blobs.begin());
  TRY(c.hub.store.note_upload(c.who, project.id, id, size, cat(c.at("bucket"), "/", name)));
  Response out = json_response(Json::object());
  out.headers.emplace_back("Location", cat(c.address(), "/upload/storage/v1/b/", c.at("bucket"),
                                           "/o?uploadType=resumable&upload_id=", id));
  out.headers.emplace_back("X-GUploader-UploadID", id);
  return out;
}

Result<Response> upload_object(Call& c) {
  auto& sink = static_cast<ObjectSink&>(*c.sink);
  TRY(sink.end());
  if (sink.id().empty()) return begin_resumable(c, sink.name());
  TRY_SET(const Object object, finish_object(c, sink.id(), sink.name(), sink.crc32c()));
  sink.keep();
  return json_response(to_json(object));
}

}  // namespace

extern const Route post_storage_object = {
    .method = "POST",
    .path = "/upload/storage/v1/b/{bucket}/o",
    .rule = Rule::needs(Role::publisher),
    .summary = "Cloud Storage: uploads a file, or begins to",
    .query = kUploadQuery,
    .sink = open_object,
    .handle = as_google<upload_object>,
};

}  // namespace samara::hub::routes
