// PATCH .../uploads/{upload}: the next bytes of an upload, as a stream. They are on disk once this is
// answered; a connection that is cut leaves those that came, and GET tells how many.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

class UploadSink : public Sink {
 public:
  UploadSink(std::unique_ptr<blobs::Upload> upload, std::optional<uint64_t> size)
      : upload_(std::move(upload)), size_(size) {}
  Status take(std::span<const std::byte> piece) override {
    if (size_ && upload_->offset() + piece.size() > *size_)
      return Error(Code::invalid_argument, cat("the upload was announced with ", *size_, " bytes"));
    return upload_->append(piece);
  }
  blobs::Upload& upload() { return *upload_; }

 private:
  std::unique_ptr<blobs::Upload> upload_;
  std::optional<uint64_t> size_;
};

Result<std::unique_ptr<Sink>> open_upload(Call& c) {
  const std::string_view header = c.request.header("upload-offset");
  if (!fits(Format::count, header))
    return Error(Code::invalid_argument, "the header Upload-Offset says where the bytes belong");
  TRY_SET(const auto note, c.hub.store.upload(c.project->id, c.at("upload")));
  TRY_SET(auto upload, c.hub.blobs.resume(c.at("upload")));
  if (cat(upload->offset()) != header)
    return Error(Code::failed_precondition,
                 cat("the upload has ", upload->offset(), " bytes; go on from there"));
  return std::unique_ptr<Sink>(std::make_unique<UploadSink>(std::move(upload), note.size));
}

constexpr Field kOffset[] = {
    {"Upload-Offset", Format::count, "how many bytes came before these", true},
};

}  // namespace

extern const Route patch_upload = {
    .method = "PATCH",
    .path = "/v1/projects/{project}/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "the next bytes of an upload",
    .headers = kOffset,
    .success = 204,
    .sink = open_upload,
    .handle = [](Call& c) -> Result<Response> {
      blobs::Upload& upload = static_cast<UploadSink&>(*c.sink).upload();
      TRY(upload.sync());
      Response out{.status = 204};
      out.headers.emplace_back("Upload-Offset", cat(upload.offset()));
      return out;
    },
};

}  // namespace samara::hub::routes
