#include "fleet/delivery/part.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/json/json.h"

namespace samara::delivery {
namespace {

/// Signed links differ in their query alone.
std::string without_query(const std::string& url) { return url.substr(0, url.find('?')); }

}  // namespace

Result<std::optional<Part>> Part::open(Store& store, const Entry& entry) {
  const std::string path = store.partial_path(entry.sha256);
  TRY(make_folders(folder_of(path)));
  TRY_SET(WritableFile file, WritableFile::open(path));
  TRY_SET(const bool mine, file.try_lock());
  // It may have become a blob, or been cleaned up, between opening and locking.
  if (!mine) return std::optional<Part>();
  TRY_SET(const bool there, file.is_at(path));
  if (!there) return std::optional<Part>();
  Part out(store, entry, std::move(file));
  TRY(out.look());
  if (const auto text = read_file(out.note_path(), 64 << 10); text.ok()) {
    if (const auto note = json::parse(*text); note.ok()) {
      const json::Json* synced = note->find("synced");
      const json::Json* etag = note->find("etag");
      const json::Json* from = note->find("from");
      if (synced && synced->as_integer() && *synced->as_integer() >= 0)
        out.synced_ = static_cast<uint64_t>(*synced->as_integer());
      if (etag && etag->as_string()) out.etag_ = *etag->as_string();
      if (from && from->as_string()) out.from_ = *from->as_string();
    }
  }
  if (out.have_ > entry.size) TRY(out.shorten(0));
  TRY(out.rehash());
  out.synced_ = std::min(out.synced_, out.have_);
  out.sound_ = out.synced_;
  out.inherited_ = out.have_;
  return std::optional<Part>(std::move(out));
}

/// A file that is sealed anew, with nothing in it.
Status Part::begin() {
  TRY(file_.truncate(0));
  TRY_SET(seal_, Seal::make(store_->key(), entry_));
  have_ = 0;
  return file_.append(seal_->head());
}

/// How much is here.
Status Part::look() {
  TRY_SET(const uint64_t size, file_.size());
  have_ = size;
  if (!store_->key()) return ok();
  if (size < kSealedHead) return begin();
  std::vector<std::byte> head(kSealedHead);
  TRY_SET(const File file, File::open(path()));
  TRY(file.read(0, head));
  auto seal = Seal::of(store_->key(), entry_, head);
  if (!seal.ok() && seal.error().code() != Code::data_loss) return seal.error();
  if (!seal.ok()) return begin();  // of another key, or from before there was one
  seal_ = std::move(*seal);
  if (size == sealed_size(entry_.size)) {
    have_ = entry_.size;
    return ok();
  }
  // What was cut off within a piece cannot be read any more.
  const uint64_t piece = sealed_size(kSealedPiece) - kSealedHead;
  const uint64_t pieces = std::min((size - kSealedHead) / piece, entry_.size / kSealedPiece);
  have_ = pieces * kSealedPiece;
  return file_.truncate(kSealedHead + pieces * piece);
}

std::string Part::etag_of(const std::string& url) const {
  return from_ == without_query(url) ? etag_ : "";
}

void Part::comes_from(const std::string& url, const std::string& etag) {
  from_ = without_query(url).substr(0, 4096);
  etag_ = etag.size() <= 1024 ? etag : "";
}

Status Part::append(std::span<const std::byte> bytes) {
  hash_.add(bytes);
  have_ += bytes.size();
  if (!seal_) return file_.append(bytes);
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  while (pending_.size() >= kSealedPiece) TRY(write_piece(kSealedPiece));
  return complete() && !pending_.empty() ? write_piece(pending_.size()) : ok();
}

Status Part::write_piece(size_t size) {
  crypto::Bytes sealed;
  TRY(seal_->seal(on_disk() / kSealedPiece, std::span(pending_).first(size), &sealed));
  TRY(file_.append(sealed));
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(size));
  return ok();
}

Status Part::sync() {
  if (on_disk() == synced_ || gone_) return ok();
  TRY(file_.sync());
  synced_ = on_disk();
  // What was doubtful at the start is no less so for having been synced.
  const uint64_t sound = sound_ < inherited_ ? sound_ : synced_;
  const auto note =
      json::Json::object({{"synced", sound}, {"etag", etag_}, {"from", from_}}).dump() + "\n";
  return write_file(note_path(), note);
}

Status Part::shorten(uint64_t size) {
  pending_.clear();
  if (seal_) size -= size % kSealedPiece;
  if (seal_ && size == 0) {
    TRY(begin());
  } else {
    TRY(file_.truncate(seal_ ? sealed_size(size) : size));
  }
  have_ = size;
  synced_ = std::min(synced_, size);
  return ok();
}

Status Part::clear() {
  TRY(shorten(0));
  inherited_ = 0;
  sound_ = 0;
  hash_ = Sha256();
  return ok();
}

Status Part::discard() {
  gone_ = true;
  TRY(remove_file(path()));
  return remove_file(note_path());
}

Status Part::rehash() {
  hash_ = Sha256();
  if (have_ == 0) return ok();
  TRY_SET(const File file, File::open(path()));
  std::vector<std::byte> piece, sealed;
  for (uint64_t at = 0; at < have_; at += piece.size()) {
    piece.resize(static_cast<size_t>(std::min(kSealedPiece, have_ - at)));
    if (seal_) {
      sealed.resize(static_cast<size_t>(sealed_size(piece.size()) - kSealedHead));
      TRY(file.read(sealed_size(at), sealed));
      // Torn by a power loss, or changed: from here on it is to come again.
      if (!seal_->open(at / kSealedPiece, sealed, piece).ok()) return shorten(at);
    } else {
      TRY(file.read(at, piece));
    }
    hash_.add(piece);
  }
  return ok();
}

Result<Part::Verdict> Part::finish() {
  Sha256 whole = hash_;
  if (hex(whole.finish()) == entry_.sha256) {
    TRY(store_->adopt(entry_, file_));
    return Verdict::whole;
  }
  if (inherited_ == 0) {
    TRY(clear());
    return Verdict::not_right;
  }
  // After a power loss, what had not been synced may be anything; what had been is still worth
  // keeping. A second time, nothing is.
  inherited_ = sound_ < inherited_ ? sound_ : 0;
  TRY(shorten(inherited_));
  TRY(rehash());
  inherited_ = have_;
  return Verdict::spoilt;
}

}  // namespace samara::delivery
