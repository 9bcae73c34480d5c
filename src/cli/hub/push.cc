#include "cli/hub/push.h"

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::cli {
namespace {

/// What the version is to be, but for its upload.
Result<json::Json> form(const PushFlags& flags,
                        const std::vector<std::pair<std::string, std::string>>& more) {
  if (flags.version.empty())
    return Error(Code::invalid_argument, "--version says which version it is to be, e.g. 1.0.0");
  json::Json body = json::Json::object({{"version", flags.version}});
  if (!flags.notes.empty()) body.set("notes", flags.notes);
  if (!flags.tags.empty()) body.set("tags", json::Json::list(flags.tags));
  json::Json pairs = json::Json::object();
  for (const std::string& label : flags.labels) {
    const size_t mark = label.find('=');
    if (mark == label.npos)
      return Error(Code::invalid_argument, cat("--label ", label, " has no '='"));
    pairs.set(label.substr(0, mark), label.substr(mark + 1));
  }
  for (const auto& [name, value] : more) pairs.set(name, value);
  if (!pairs.as_object()->empty()) body.set("labels", std::move(pairs));
  return body;
}

}  // namespace

void declare_push_flags(Args& args, PushFlags& flags) {
  args.option("--model", flags.model, "its name on the hub; else the file's");
  args.option("--version", flags.version, "a semantic version, e.g. 1.2.0");
  args.option("--tag", flags.tags, "a word to find it by");
  args.option("--label", flags.labels, "NAME=VALUE");
  args.option("--notes", flags.notes, "what is new, for people");
  args.option("--publish", flags.publish, "publish it as well");
  args.option("--channel", flags.channel, "publish it and promote it to this channel");
  declare_target_flags(args, flags.target);
  declare_sign_flags(args, flags.sign);
  declare_golden_flag(args, flags.golden);
}

std::string stem(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

Result<Pushed> push_file(HubClient& client, const PushFlags& flags, const std::string& file,
                         const std::vector<std::pair<std::string, std::string>>& more,
                         const std::string& upload) {
  TRY_SET(json::Json body, form(flags, more));
  TRY_SET(const json::Json filter, flags.target.json());
  if (!filter.is_null()) body.set("target", filter);
  TRY_SET(json::Json made, push_version(client, file, flags.model, std::move(body), upload));
  const std::string path = client.in_project(cat("/models/", flags.model));
  if (!flags.sign.keys.empty()) {
    TRY_SET(Owner owner, Owner::open(client, flags.sign));
    TRY(owner.sign_version(flags.model, flags.version, file, filter, flags.golden));
  }
  const bool published = flags.publish || !flags.channel.empty();
  if (published) {
    TRY(client.call("POST", cat(path, "/versions/", flags.version, "/publish")));
    made.set("published", true);
  }
  if (!flags.channel.empty())
    TRY(point(client, flags.sign, trust::Folder::channels, flags.model, flags.channel,
              flags.version));
  std::string told = cat(flags.model, " ", flags.version, ", ", text_of(made, "size"), " bytes, ",
                         text_of(made, "sha256"), flags.sign.keys.empty() ? "" : ", signed",
                         published ? ", published" : "",
                         flags.channel.empty() ? "" : ", in channel ", flags.channel);
  return Pushed{std::move(made), std::move(told)};
}

Result<json::Json> push_version(HubClient& client, const std::string& file,
                                const std::string& model, json::Json body, std::string upload) {
  if (upload.empty()) {
    TRY_SET(const FileIdentity id, file_identity(file));
    TRY_SET(const json::Json begun, client.call("POST", client.in_project("/uploads"),
                                                json::Json::object({{"size", id.size}})));
    upload = text_of(begun, "upload");
  }
  TRY(client.upload(upload, file).in([&] { return cat("upload; go on with --upload ", upload); }));
  body.set("upload", upload);
  return client.call_patiently("POST", client.in_project(cat("/models/", model, "/versions")),
                               body);
}

}  // namespace samara::cli
