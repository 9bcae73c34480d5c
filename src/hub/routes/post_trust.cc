// POST .../trust: metadata that the owner has signed: {"<role>": <metadata>, ...}, all of it or none.
// The hub verifies it, signs what follows from it, and tells what it has signed.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

constexpr size_t kMostTrust = 16 << 20;

class TrustSink : public Sink {
 public:
  Status take(std::span<const std::byte> piece) override {
    if (text_.size() + piece.size() > kMostTrust)
      return Error(Code::invalid_argument, cat("metadata has at most ", kMostTrust, " bytes"));
    text_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return ok();
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A root or targets changes who is believed: an administrator's matter, besides the owner's keys'.
Status check_trust_rights(const Call& c, const OwnersFiles& sent) {
  if (c.who.role >= Role::admin || (!sent.contains("root") && !sent.contains("targets")))
    return ok();
  return Error(Code::permission_denied, "root and targets take the role admin");
}

Result<Response> accept_trust(Call& c) {
  TRY_SET(const Json body, json::parse(static_cast<TrustSink&>(*c.sink).text(),
                                       {.bytes = kMostTrust, .depth = 32, .values = 2'000'000})
                               .in([] { return std::string("the body"); }));
  if (!body.is_object()) return Error(Code::invalid_argument, "the body is not a JSON object");
  OwnersFiles sent;
  for (const auto& [role, metadata] : *body.as_object())
    sent.emplace(role, metadata.dump(1) + "\n");
  TRY(check_trust_rights(c, sent));
  TRY(c.hub.store.accept(c.who, *c.project, sent));
  TRY_SET(const SignedFiles files, c.hub.store.signed_files(c.project->id));
  Json roles = Json::object();
  for (const auto& [role, file] : files) roles.set(role, file.version);
  return json_response(Json::object({{"versions", std::move(roles)}}));
}

}  // namespace

extern const Route post_trust = {
    .method = "POST",
    .path = "/v1/projects/{project}/trust",
    .rule = Rule::needs(Role::publisher),
    .summary = "takes metadata that the owner has signed",
    .sink = [](Call&) -> Result<std::unique_ptr<Sink>> {
      return std::unique_ptr<Sink>(std::make_unique<TrustSink>());
    },
    .handle = accept_trust,
};

}  // namespace samara::hub::routes
