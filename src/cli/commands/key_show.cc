// samara key show: what a key file holds, but for the private part.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/trust/keys.h"

namespace samara::cli::commands {
namespace {

struct Options {
  std::string file;
  bool json = false;
  PassphraseFlags passphrase;
};

void declare(Args& args, Options& o) {
  args.positional("FILE", o.file, "a private or public key in PEM");
  args.option("--json", o.json, "print the key as metadata lists it");
  declare_passphrase(args, o.passphrase);
}

Result<int> run(const Args&, Options& o) {
  TRY_SET(const json::Json key, read_public_key(o.file, o.passphrase));
  TRY_SET(const std::string id, trust::key_id(key));
  if (o.json) {
    std::printf("%s\n", json::Json::object({{id, key}}).dump(2).c_str());
  } else {
    std::printf("id      %s\ntype    %s\nscheme  %s\npublic  %s\n", id.c_str(),
                key.find("keytype")->as_string()->c_str(), key.find("scheme")->as_string()->c_str(),
                key.find("keyval")->find("public")->as_string()->c_str());
  }
  return 0;
}

}  // namespace

extern const Command key_show =
    define_command<Options, declare, run>("key show", "show a key's id and public part");

}  // namespace samara::cli::commands
