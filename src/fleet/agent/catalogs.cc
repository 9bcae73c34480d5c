#include "fleet/agent/catalogs.h"

#include <optional>

#include "base/text.h"

namespace samara::agent {

Result<delivery::Offer> Catalogs::newest(const std::string& name, const Taker& taker) {
  std::optional<Error> why;
  for (size_t i = 0; i < catalogs_.size(); ++i) {
    auto offer = catalogs_[i]->newest(name, taker);
    if (offer.ok()) return offer;
    const bool graver = why && why->code() == Code::not_found;
    if (!why || (graver && offer.error().code() != Code::not_found))
      why = catalogs_.size() == 1
                ? std::move(offer).error()
                : std::move(offer).error().in(cat("hub ", i + 1, " of ", catalogs_.size()));
  }
  if (!why) return Error(Code::not_found, "there is no hub to ask");
  return std::move(*why);
}

}  // namespace samara::agent
