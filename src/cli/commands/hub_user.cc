// samara hub user: users of a hub, their roles and passwords, and tokens of one's own.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"
#include "cli/trust/keys.h"

namespace samara::cli::commands {
namespace {

using json::Json;

/// "admin of project default, viewer of organisation o".
std::string roles_text(const Json& user) {
  std::string out;
  const Json* roles = user.find("roles");
  for (const Json& role : roles ? *roles->as_array() : Json::Array()) {
    std::string place = "the whole hub";
    for (const std::string_view kind : {"project", "organisation"}) {
      if (role.find(kind)) place = cat(kind, " ", text_of(role, kind));
    }
    out += cat(out.empty() ? "" : ", ", text_of(role, "role"), " of ", place);
  }
  return out;
}

std::string users_table(const Json& answer) {
  std::vector<std::vector<std::string>> rows = {{"NAME", "SINCE", "DISABLED", "ROLES"}};
  const Json* users = answer.find("users");
  for (const Json& user : users ? *users->as_array() : Json::Array()) {
    rows.push_back({text_of(user, "name"), text_of(user, "created_at"),
                    text_of(user, "disabled_at"), roles_text(user)});
  }
  return columns(rows);
}

struct HubUser {
  HubFlags hub;
  PassphraseFlags password, present;
  std::string action, name, role, organisation;
  bool whole_hub = false;

  void declare(Args& args) {
    args.positional("ACTION", action, "add, ls, members, role, passwd, disable or enable");
    args.positional("NAME", name, "of the user; passwd: without it one's own password", false);
    args.choice("--role", role, {"viewer", "publisher", "admin", "none"},
                "role: what the user may do in the project, or where the next two say");
    args.option("--organisation", organisation, "role, members: in all projects of this one");
    args.option("--whole-hub", whole_hub, "role, members: everywhere");
    declare_secret(args, password, "password");
    declare_secret(args, present, "present-password");
    declare_hub_flags(args, hub);
  }

  std::string members_path(const HubClient& client) const {
    if (whole_hub) return "/v1/members";
    if (!organisation.empty()) return cat("/v1/organisations/", organisation, "/members");
    return client.in_project("/members");
  }

  /// What is printed once the hub has done it.
  Result<int> done(const std::string& what) const {
    std::printf("%s\n", hub.json ? "{}" : what.c_str());
    return 0;
  }

  Result<int> list(HubClient& client, const std::string& path) const {
    TRY_SET(const Json answer, client.call("GET", path));
    std::printf("%s", hub.json ? (answer.dump(2) + "\n").c_str() : users_table(answer).c_str());
    return 0;
  }

  Result<int> add(HubClient& client) const {
    TRY_SET(const crypto::Secret typed, passphrase(password, name, true));
    TRY(client.call("POST", "/v1/users",
                    Json::object({{"name", name}, {"password", typed.view()}})));
    return done(
        cat("user ", name, " is made; 'samara hub user role ", name, " --role ...' says what for"));
  }

  Result<int> set_role(HubClient& client) const {
    if (role.empty()) return Error(Code::invalid_argument, "--role says which one; none: no more");
    const std::string path = cat(members_path(client), "/", name);
    if (role == "none") {
      TRY(client.call("DELETE", path));
    } else {
      TRY(client.call("PUT", path, Json::object({{"role", role}})));
    }
    return done(cat(name, " is ", role == "none" ? "no member" : role, " there now"));
  }

  Result<int> set_password(HubClient& client) const {
    if (!name.empty()) {
      TRY_SET(const crypto::Secret typed, passphrase(password, name, true));
      TRY(client.call("PATCH", "/v1/users/" + name, Json::object({{"password", typed.view()}})));
      return done(cat(name, " has another password; sessions of ", name, " have ended"));
    }
    TRY_SET(const crypto::Secret old, passphrase(present, "you", false));
    TRY_SET(const crypto::Secret typed, passphrase(password, "you from now on", true));
    TRY(client.call("PUT", "/v1/password",
                    Json::object({{"present", old.view()}, {"password", typed.view()}})));
    return done("your password is changed; your other sessions have ended");
  }

  Result<int> set_disabled(HubClient& client, bool disabled) const {
    TRY(client.call("PATCH", "/v1/users/" + name, Json::object({{"disabled", disabled}})));
    return done(cat(name, disabled ? " is kept out, and has no tokens any more" : " may log in"));
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    if (action == "ls") return list(client, "/v1/users");
    if (action == "members") return list(client, members_path(client));
    if (action == "passwd") return set_password(client);
    if (name.empty()) return Error(Code::invalid_argument, "NAME says which user");
    if (action == "add") return add(client);
    if (action == "role") return set_role(client);
    if (action == "disable" || action == "enable") return set_disabled(client, action == "disable");
    return Error(Code::invalid_argument,
                 cat("'", action, "' is none of add, ls, members, role, passwd, disable, enable"));
  }
};

}  // namespace

extern const Command hub_user =
    define_command<HubUser>("hub user", "users, their roles and passwords");

}  // namespace samara::cli::commands
