#include "fleet/trust/content.h"

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::trust {

Result<ContentCheck> ContentCheck::start(std::optional<uint64_t> length, const Hashes& hashes) {
  ContentCheck out;
  out.length_ = length;
  for (const auto& [name, digits] : hashes) {
    const auto algorithm = algorithm_of(name);
    if (!algorithm) continue;
    TRY_SET(crypto::Digest digest, crypto::Digest::start(*algorithm));
    out.digests_.push_back({name, digits, std::move(digest)});
  }
  if (!hashes.empty() && out.digests_.empty())
    return Error(Code::invalid_argument, "has digests of unknown kinds alone");
  return out;
}

Status ContentCheck::add(crypto::ByteView bytes) {
  seen_ += bytes.size();
  if (length_ && seen_ > *length_)
    return Error(Code::data_loss, cat("has more than ", *length_, " bytes"));
  for (One& one : digests_) one.digest.add(bytes);
  return ok();
}

Status ContentCheck::finish() {
  if (length_ && seen_ != *length_)
    return Error(Code::data_loss, cat("has ", seen_, " bytes, not ", *length_));
  for (One& one : digests_) {
    TRY_SET(const crypto::Bytes found, one.digest.finish());
    const auto wanted = crypto::from_hex(one.wanted);
    if (!wanted || *wanted != found)
      return Error(Code::data_loss,
                   cat("has the ", one.name, " ", hex(found), ", not ", one.wanted));
  }
  return ok();
}

}  // namespace samara::trust
