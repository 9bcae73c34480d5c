#include "fleet/delivery/patching.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"

namespace samara::delivery {

Result<Patching> Patching::start(const Store& store, const Base& base, const Entry& wanted) {
  TRY_SET(auto patch, delta::Patch::start(base.entry.size, wanted.size));
  TRY_SET(Content content,
          base.path.empty() ? store.content(base.entry) : Content::open(base.path, base.entry, {}));
  return Patching(base.entry, wanted, std::move(content), std::move(patch));
}

Status Patching::restart() {
  TRY_SET(patch_, delta::Patch::start(base_.size, wanted_.size));
  received_ = 0;
  return ok();
}

FetchRequest Patching::request(const std::string& folder) {
  std::string url =
      cat(folder, folder.ends_with('/') ? "" : "/", base_.sha256, "/", wanted_.sha256);
  // Elsewhere it may have been made by another release of the library: other bytes.
  if (url != url_ || etag_.empty()) {
    url_ = std::move(url);
    etag_.clear();
    if (!restart().ok()) received_ = 0;
  }
  return {url_, received_, received_ > 0 ? etag_ : ""};
}

Status Patching::on_answer(const FetchAnswer& answer, uint64_t left) {
  const auto says = [&] { return cat(shown_url(url_), " answers ", answer.status); };
  if (answer.status != 200 && answer.status != 206) return Error(Code::not_found, says());
  if (answer.status == 206 && answer.first.value_or(received_) != received_)
    return Error(Code::not_found, cat(says(), " from another byte than ", received_));
  if (!answer.total || *answer.total >= left)
    return Error(Code::not_found,
                 cat(says(), " with no fewer bytes than the ", left, " that the whole costs"));
  if (answer.status == 200 && received_ > 0) TRY(restart());
  etag_ = answer.etag;
  total_ = answer.total;
  return ok();
}

Status Patching::add(std::span<const std::byte> bytes, uint64_t have, delta::Take take) {
  received_ += bytes.size();
  furthest_ = std::max(furthest_, received_);
  // Whoever promised fewer bytes and sends on and on: the patch itself has an end.
  return patch_.add(
      bytes, have, [&](uint64_t at, std::span<std::byte> out) { return content_.read(at, out); },
      take);
}

}  // namespace samara::delivery
