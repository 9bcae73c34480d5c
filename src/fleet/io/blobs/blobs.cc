#include "fleet/io/blobs/blobs.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/blobs/hash.h"
#include "fleet/io/crypto/digest.h"

namespace samara::blobs {

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<Blob> hash_file(const std::string& path) {
  constexpr size_t kPiece = 1 << 20;
  TRY_SET(const File file, File::open(path));
  TRY_SET(const FileIdentity id, file.identity());
  std::vector<std::byte> piece(std::min<uint64_t>(kPiece, id.size));
  TRY_SET(auto digest, crypto::Digest::start(crypto::Algorithm::sha256));
  for (uint64_t at = 0; at < id.size; at += piece.size()) {
    piece.resize(std::min<uint64_t>(kPiece, id.size - at));
    TRY(file.read(at, piece));
    digest.add(piece);
  }
  TRY_SET(const crypto::Bytes sum, digest.finish());
  return Blob{hex(std::as_bytes(std::span(sum))), id.size, {}};
}

Status check_hash(const Blob& blob, std::string_view expected) {
  if (expected.empty() || expected == blob.sha256) return ok();
  return Error(Code::data_loss, cat("the bytes have the SHA-256 ", blob.sha256, ", not ", expected,
                                    " as announced"));
}

}  // namespace samara::blobs
