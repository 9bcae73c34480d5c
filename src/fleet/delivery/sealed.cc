#include "fleet/delivery/sealed.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/aead.h"
#include "fleet/io/crypto/digest.h"

namespace samara::delivery {
namespace {

using crypto::Bytes;

constexpr std::string_view kMagic = "SMRSEAL1";
constexpr size_t kSizeAt = 8, kSaltAt = 16, kCheckAt = 48;
constexpr uint64_t kMore = crypto::kAeadNonce + crypto::kAeadTag;  // of each piece

void put(Bytes& out, uint64_t number) {
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<std::byte>(number >> (8 * i)));
}

uint64_t number_at(std::span<const std::byte> bytes, size_t at) {
  uint64_t out = 0;
  for (size_t i = 8; i-- > 0;) out = out << 8 | std::to_integer<uint64_t>(bytes[at + i]);
  return out;
}

bool is_sealed(std::span<const std::byte> head) {
  return head.size() >= kSealedHead && std::memcmp(head.data(), kMagic.data(), kMagic.size()) == 0;
}

crypto::ByteView view(const crypto::Secret& secret) { return crypto::bytes_of(secret.view()); }

Result<Bytes> check_of(const crypto::Secret& key) {
  TRY_SET(Bytes out, crypto::hmac(crypto::Algorithm::sha256, view(key), crypto::bytes_of("check")));
  out.resize(kSealedHead - kCheckAt);
  return out;
}

}  // namespace

Result<crypto::Secret> read_key(const KeySource& source) {
  TRY_SET(crypto::Secret key, source());
  if (key.size() == crypto::kAeadKey) return key;
  return Error(Code::invalid_argument,
               cat("a key of ", key.size(), " bytes, not ", crypto::kAeadKey));
}

uint64_t sealed_size(uint64_t size) {
  const uint64_t pieces = size / kSealedPiece + (size % kSealedPiece != 0);
  return kSealedHead + size + pieces * kMore;
}

Status Seal::derive(const KeySource& source, const Entry& entry) {
  TRY_SET(const crypto::Secret key, read_key(source));
  sha256_ = entry.sha256;
  Bytes message(crypto::bytes_of("samara content 1").begin(),
                crypto::bytes_of("samara content 1").end());
  message.insert(message.end(), head_.begin(), head_.begin() + kCheckAt);
  const auto name = crypto::bytes_of(sha256_);
  message.insert(message.end(), name.begin(), name.end());
  TRY_SET(Bytes own, crypto::hmac(crypto::Algorithm::sha256, view(key), message));
  key_ = crypto::Secret(std::string_view(reinterpret_cast<const char*>(own.data()), own.size()));
  crypto::wipe(own.data(), own.size());
  return ok();
}

Result<Seal> Seal::make(const KeySource& key, const Entry& entry) {
  Seal out;
  const auto magic = crypto::bytes_of(kMagic);
  out.head_.assign(magic.begin(), magic.end());
  put(out.head_, entry.size);
  out.head_.resize(kCheckAt);
  TRY(crypto::random_bytes(std::span(out.head_).subspan(kSaltAt)));
  TRY(out.derive(key, entry));
  TRY_SET(const Bytes check, check_of(out.key_));
  out.head_.insert(out.head_.end(), check.begin(), check.end());
  return out;
}

Result<Seal> Seal::of(const KeySource& key, const Entry& entry, std::span<const std::byte> head) {
  if (!is_sealed(head)) return Error(Code::data_loss, "is not sealed");
  if (number_at(head, kSizeAt) != entry.size)
    return Error(Code::data_loss, "is sealed for a content of another size");
  Seal out;
  out.head_.assign(head.begin(), head.begin() + kSealedHead);
  TRY(out.derive(key, entry));
  TRY_SET(const Bytes check, check_of(out.key_));
  if (crypto::constant_time_equal(check, head.subspan(kCheckAt, check.size()))) return out;
  return Error(Code::data_loss, "is sealed with another key, or its head was changed");
}

Bytes Seal::beside(uint64_t index) const {
  Bytes out = head_;
  put(out, index);
  const auto name = crypto::bytes_of(sha256_);
  out.insert(out.end(), name.begin(), name.end());
  return out;
}

Status Seal::seal(uint64_t index, std::span<const std::byte> piece, Bytes* out) const {
  const size_t at = out->size();
  out->resize(at + piece.size() + kMore);
  const auto nonce = std::span(*out).subspan(at, crypto::kAeadNonce);
  TRY(crypto::random_bytes(nonce));
  return crypto::aead_seal(view(key_), nonce, beside(index), piece,
                           std::span(*out).subspan(at + crypto::kAeadNonce));
}

Status Seal::open(uint64_t index, std::span<const std::byte> sealed,
                  std::span<std::byte> piece) const {
  if (sealed.size() != piece.size() + kMore)
    return Error(Code::data_loss, "a sealed piece of a wrong size");
  return crypto::aead_open(view(key_), sealed.first(crypto::kAeadNonce), beside(index),
                           sealed.subspan(crypto::kAeadNonce), piece)
      .in([&] { return cat("sealed piece ", index); });
}

Result<Content> Content::open(const std::string& path, const Entry& entry, const KeySource& key) {
  const auto frame = [&] { return "file " + path; };
  TRY_SET(File file, File::open(path).in(frame));
  TRY_SET(const FileIdentity id, file.identity().in(frame));
  Content out(std::move(file), entry.size);
  if (id.size == entry.size) return out;
  if (id.size != sealed_size(entry.size))
    return Error(Code::data_loss, cat("has ", id.size, " bytes")).in(frame());
  if (!key)
    return Error(Code::failed_precondition, "is sealed, and there is no key to open it with")
        .in(frame());
  std::array<std::byte, kSealedHead> head;
  TRY(out.file_.read(0, head).in(frame));
  TRY_SET(out.seal_, Seal::of(key, entry, head).in(frame));
  return out;
}

Status Content::read(uint64_t at, std::span<std::byte> out) const {
  if (at > size_ || out.size() > size_ - at) return Error(Code::data_loss, "read beyond the end");
  return seal_ ? read_sealed(at, out) : file_.read(at, out);
}

Status Content::read_sealed(uint64_t at, std::span<std::byte> out) const {
  Bytes sealed, piece;
  while (!out.empty()) {
    const uint64_t index = at / kSealedPiece;
    const uint64_t begin = index * kSealedPiece;
    piece.resize(static_cast<size_t>(std::min(kSealedPiece, size_ - begin)));
    sealed.resize(piece.size() + kMore);
    TRY(file_.read(kSealedHead + index * (kSealedPiece + kMore), sealed));
    TRY(seal_->open(index, sealed, piece));
    const auto part = std::span(piece).subspan(static_cast<size_t>(at - begin));
    const size_t n = std::min(part.size(), out.size());
    std::copy_n(part.begin(), n, out.begin());
    out = out.subspan(n);
    at += n;
  }
  crypto::wipe(piece.data(), piece.size());
  return ok();
}

Result<std::optional<uint64_t>> size_if_sealed(const std::string& path) {
  TRY_SET(const File file, File::open(path));
  TRY_SET(const FileIdentity id, file.identity());
  std::array<std::byte, kSealedHead> head;
  if (id.size < head.size()) return std::optional<uint64_t>();
  TRY(file.read(0, head));
  if (!is_sealed(head)) return std::optional<uint64_t>();
  const uint64_t size = number_at(head, kSizeAt);
  if (size > id.size || sealed_size(size) != id.size) return std::optional<uint64_t>();
  return std::optional(size);
}

}  // namespace samara::delivery
