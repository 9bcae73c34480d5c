// samara hub push: uploads a model, which the hub judges, and publishes it where asked.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/owner.h"
#include "cli/hub/push.h"

namespace samara::cli::commands {
namespace {

/// "digits" of "models/digits.tflite".
std::string stem(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

struct HubPush {
  HubFlags hub;
  SignFlags sign;
  std::string file, model, version, notes, upload, channel, golden;
  std::vector<std::string> tags, labels;
  bool publish = false;

  void declare(Args& args) {
    args.positional("FILE", file, "the .tflite file");
    args.option("--model", model, "its name on the hub; else the file's");
    args.option("--version", version, "a semantic version, e.g. 1.2.0");
    args.option("--tag", tags, "a word to find it by");
    args.option("--label", labels, "NAME=VALUE");
    args.option("--notes", notes, "what is new, for people");
    args.option("--publish", publish, "publish it as well");
    args.option("--channel", channel, "publish it and promote it to this channel");
    args.option("--upload", upload, "go on with this upload, which was cut");
    declare_sign_flags(args, sign);
    args.option("--golden", golden,
                "JSON of inputs and outputs that are signed for, too: devices try them first");
    declare_hub_flags(args, hub);
  }

  /// What the version is to be, but for its upload.
  Result<json::Json> form() const {
    if (version.empty())
      return Error(Code::invalid_argument, "--version says which version it is to be, e.g. 1.0.0");
    json::Json body = json::Json::object({{"version", version}});
    if (!notes.empty()) body.set("notes", notes);
    if (!tags.empty()) body.set("tags", json::Json::list(tags));
    json::Json pairs = json::Json::object();
    for (const std::string& label : labels) {
      const size_t mark = label.find('=');
      if (mark == label.npos)
        return Error(Code::invalid_argument, cat("--label ", label, " has no '='"));
      pairs.set(label.substr(0, mark), label.substr(mark + 1));
    }
    if (!labels.empty()) body.set("labels", std::move(pairs));
    return body;
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(json::Json body, form());
    if (model.empty()) model = stem(file);
    TRY_SET(json::Json made, push_version(client, file, model, std::move(body), upload));
    const std::string path = client.in_project(cat("/models/", model));
    if (!sign.keys.empty()) {
      TRY_SET(Owner owner, Owner::open(client, sign));
      TRY(owner.sign_version(model, version, file, golden));
    }
    if (publish || !channel.empty()) {
      TRY(client.call("POST", cat(path, "/versions/", version, "/publish")));
      made.set("published", true);
    }
    if (!channel.empty()) TRY(point_channel(client, sign, model, channel, version));
    std::printf("%s\n", hub.json ? made.dump(2).c_str()
                                 : cat(model, " ", version, ", ", text_of(made, "size"), " bytes, ",
                                       text_of(made, "sha256"), sign.keys.empty() ? "" : ", signed",
                                       publish || !channel.empty() ? ", published" : "",
                                       channel.empty() ? "" : ", in channel " + channel)
                                       .c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_push = define_command<HubPush>("hub push", "upload a model");

}  // namespace samara::cli::commands
