// Blobs in a bucket of S3-compatible storage: PREFIX + the 64 digits of each. Uploads grow in a folder
// of this machine until they are whole and hashed, then they are written there, and appear whole.
#include <algorithm>
#include <ctime>
#include <shared_mutex>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/blobs/hash.h"
#include "fleet/io/blobs/s3/client.h"

namespace samara::blobs {
namespace {

constexpr size_t kPiece = 4 << 20;

class Bucket : public Store {
 public:
  Bucket(s3::Address address, s3::Credentials credentials, std::unique_ptr<Store> uploads)
      : client_(std::make_shared<s3::Client>(std::move(address), std::move(credentials))),
        uploads_(std::move(uploads)) {}

  /// Whether the bucket answers, and takes the keys.
  Status check() {
    TRY(client_->list("", 1));
    return ok();
  }

  bool remote() const override { return true; }

  Result<Blob> look(std::string_view sha256) override {
    if (!is_hash(sha256)) return Error(Code::not_found, "there is no such blob");
    TRY_SET(const auto facts, client_->head(sha256));
    return Blob{std::string(sha256), facts.size, std::chrono::seconds(facts.age)};
  }

  Result<Content> open(std::string_view sha256) override {
    TRY_SET(Blob blob, look(sha256));
    const auto read = [client = client_, name = blob.sha256](uint64_t offset,
                                                             std::span<std::byte> out) {
      return client->read(name, offset, out);
    };
    return Content{nullptr, blob.size, read};
  }

  Result<LocalCopy> local(std::string_view sha256) override {
    TRY_SET(const Content content, open(sha256));
    TRY_SET(const std::string id, uploads_->begin());
    auto held =
        std::shared_ptr<void>(nullptr, [store = uploads_, id](void*) { (void)store->cancel(id); });
    TRY_SET(const auto upload, uploads_->resume(id));
    std::vector<std::byte> piece(std::min<uint64_t>(kPiece, content.size));
    for (uint64_t at = 0; at < content.size; at += piece.size()) {
      piece.resize(std::min<uint64_t>(kPiece, content.size - at));
      TRY(content.read(at, piece));
      TRY(upload->append(piece));
    }
    TRY_SET(std::string path, uploads_->path(id));
    TRY_SET(const Blob blob, hash_file(path));
    TRY(check_hash(blob, sha256));
    return LocalCopy{std::move(path), std::move(held)};
  }

  Result<std::vector<Blob>> list() override {
    std::vector<Blob> all;
    std::string after;
    do {
      TRY_SET(s3::Page page, client_->list(after));
      for (const s3::Object& object : page.objects) {
        const int64_t age = std::max<int64_t>(0, std::time(nullptr) - object.modified);
        // Other names are not ours.
        if (is_hash(object.key))
          all.push_back({object.key, object.size, std::chrono::seconds(age)});
      }
      after = std::move(page.next);
    } while (!after.empty());
    return all;
  }

  Result<bool> remove(std::string_view sha256, std::chrono::seconds least_age) override {
    const std::unique_lock lock(mutex_);
    TRY_SET(const Blob blob, look(sha256));
    if (blob.age < least_age) return false;
    TRY(client_->remove(sha256));
    return true;
  }

  Result<std::string> begin() override { return uploads_->begin(); }
  Result<std::unique_ptr<Upload>> resume(std::string_view id) override {
    return uploads_->resume(id);
  }
  Result<uint64_t> offset(std::string_view id) override { return uploads_->offset(id); }
  Result<std::string> path(std::string_view id) override { return uploads_->path(id); }

  Result<Blob> finish(std::string_view id, std::string_view expected) override {
    TRY_SET(const auto held, uploads_->resume(id));
    TRY_SET(const std::string path, uploads_->path(id));
    TRY_SET(Blob blob, hash_file(path));
    TRY(check_hash(blob, expected));
    TRY_SET(const File file, File::open(path));
    {
      const std::shared_lock lock(mutex_);
      // Written again where it is there already: its time protects it from the next clean-up.
      TRY(client_->write(blob.sha256, blob.size, [&](uint64_t offset, std::span<std::byte> out) {
        return file.read(offset, out);
      }));
    }
    TRY(uploads_->cancel(id));
    return blob;
  }

  Status cancel(std::string_view id) override { return uploads_->cancel(id); }
  Result<size_t> drop_uploads(std::chrono::seconds age) override {
    return uploads_->drop_uploads(age);
  }

 private:
  std::shared_ptr<s3::Client> client_;  // what is open outlives the store
  std::shared_ptr<Store> uploads_;
  std::shared_mutex mutex_;  // between a blob's appearing and its removal
};

}  // namespace

Result<std::unique_ptr<Store>> open_s3(const std::string& address, const std::string& folder) {
  TRY_SET(s3::Address where, s3::read_address(address));
  TRY_SET(s3::Credentials credentials, s3::find_credentials());
  TRY_SET(auto uploads, open_folder(folder));
  const std::string name = cat("blobs in s3://", where.bucket, " at ", where.endpoint);
  auto bucket =
      std::make_unique<Bucket>(std::move(where), std::move(credentials), std::move(uploads));
  TRY(bucket->check().in([&] { return name; }));
  return std::unique_ptr<Store>(std::move(bucket));
}

}  // namespace samara::blobs
