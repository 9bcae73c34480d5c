// Users: people with a password, what they may do where, and the tokens that are theirs.
#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/password.h"
#include "hub/store/audit.h"
#include "hub/store/secret.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;
using database::Value;

constexpr std::string_view kMembers =
    "SELECT m.organisation, m.project, COALESCE(p.name, ''), m.role, u.id, u.name, u.created_at, "
    "u.disabled_at FROM members m JOIN users u ON u.id = m.member "
    "LEFT JOIN projects p ON p.id = m.project ";

Result<Grant> grant_of(const Row& row) {
  Grant grant{row.text(0), row.integer(1), row.text(2)};
  TRY_SET(grant.role, role_of(row.text(3)));
  return grant;
}

/// "organisation o", "project p", "the whole hub".
std::string place_of(const Grant& where) {
  if (where.project != 0) return "project " + where.project_name;
  return where.organisation.empty() ? "the whole hub" : "organisation " + where.organisation;
}

Error no_user(const std::string& name) {
  return Error(Code::not_found, cat("there is no user '", name, "'"));
}

Result<int64_t> id_of(Connection& c, const std::string& name) {
  TRY_SET(const Rows rows, c.run("SELECT id FROM users WHERE name = $1", {name}));
  if (rows.empty()) return no_user(name);
  return rows[0].integer(0);
}

}  // namespace

std::optional<Role> Principal::granted(FunctionRef<bool(const Grant&)> holds) const {
  std::optional<Role> best;
  for (const Grant& grant : grants) {
    if (holds(grant)) best = std::max(best, std::optional(std::min(grant.role, role)));
  }
  return best;
}

std::optional<Role> Principal::role_in(const Project& of) const {
  if (project != 0 && project != of.id) return std::nullopt;
  if (user == 0) return role;
  return granted([&](const Grant& g) {
    if (g.project != 0) return g.project == of.id;
    return g.organisation.empty() || g.organisation == of.organisation;
  });
}

std::optional<Role> Principal::role_in_organisation(std::string_view organisation) const {
  if (project != 0) return std::nullopt;
  if (user == 0) return role;
  return granted([&](const Grant& g) {
    return g.project == 0 && (g.organisation.empty() || g.organisation == organisation);
  });
}

std::optional<Role> Principal::role_on_hub() const {
  if (project != 0) return std::nullopt;
  if (user == 0) return role;
  return granted([](const Grant& g) { return g.project == 0 && g.organisation.empty(); });
}

Role Principal::best_role() const {
  if (user == 0) return role;
  return granted([](const Grant&) { return true; }).value_or(Role::device);
}

/// A user whose password was the right one a moment ago.
struct Store::Known {
  int64_t id = 0;
  std::string name, hash;
};

Result<std::vector<Grant>> Store::grants_of(int64_t user) {
  TRY_SET(const Rows rows, database_->read(cat(kMembers, "WHERE m.member = $1"), {user}));
  std::vector<Grant> all;
  for (const Row& row : rows) {
    TRY_SET(Grant grant, grant_of(row));
    all.push_back(std::move(grant));
  }
  return all;
}

Status Store::make_user(const Principal& by, const std::string& name, std::string_view password) {
  TRY_SET(const std::string hash, crypto::hash_password(password));
  return change(by, "", "user.make", name, "", [&](Connection& c) -> Status {
    TRY_SET(const Rows rows,
            c.run("INSERT INTO users (name, password, created_at, created_by) "
                  "VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING RETURNING id",
                  {name, hash, now(), by.name}));
    if (rows.empty())
      return Error(Code::failed_precondition, cat("there is a user '", name, "' already"));
    return ok();
  });
}

Result<std::vector<User>> Store::users() {
  TRY_SET(const Rows rows,
          database_->read("SELECT id, name, created_at, disabled_at FROM users ORDER BY name"));
  std::vector<User> all;
  for (const Row& row : rows) {
    TRY_SET(auto grants, grants_of(row.integer(0)));
    all.push_back({row.integer(0), row.text(1), row.integer(2), row.integer(3), std::move(grants)});
  }
  return all;
}

Status Store::set_password(const Principal& by, const std::string& name,
                           std::string_view password) {
  TRY_SET(const std::string hash, crypto::hash_password(password));
  return change(by, "", "user.password", name, "", [&](Connection& c) -> Status {
    TRY_SET(const int64_t id, id_of(c, name));
    TRY(c.run("UPDATE users SET password = $1 WHERE id = $2", {hash, id}));
    TRY(
        c.run("UPDATE tokens SET revoked_at = $1 WHERE owner = $2 AND session = 1 AND id <> $3 "
              "AND revoked_at IS NULL",
              {now(), id, by.token}));
    return ok();
  });
}

Status Store::change_password(const Principal& by, std::string_view present,
                              std::string_view password) {
  TRY_SET(const Rows rows, database_->read("SELECT name FROM users WHERE id = $1", {by.user}));
  if (rows.empty()) return Error(Code::permission_denied, "this takes a user");
  TRY_SET(const Known known, check_password(rows[0].text(0), present));
  return set_password(by, known.name, password);
}

Status Store::set_disabled(const Principal& by, const std::string& name, bool disabled) {
  const std::string_view action = disabled ? "user.disable" : "user.enable";
  return change(by, "", action, name, "", [&](Connection& c) -> Status {
    TRY_SET(const int64_t id, id_of(c, name));
    const Value at = disabled ? Value(now()) : Value(std::monostate());
    TRY(c.run("UPDATE users SET disabled_at = $1 WHERE id = $2", {at, id}));
    if (!disabled) return ok();
    TRY(c.run("UPDATE tokens SET revoked_at = $1 WHERE owner = $2 AND revoked_at IS NULL",
              {now(), id}));
    return ok();
  });
}

Result<Store::Known> Store::check_password(const std::string& name, std::string_view password) {
  TRY_SET(const Rows rows,
          database_->read("SELECT id, password FROM users WHERE name = $1 AND disabled_at IS NULL",
                          {name}));
  const std::string hash = rows.empty() ? crypto::nobodys_password() : rows[0].text(1);
  TRY_SET(const bool right, crypto::matches_password(password, hash));
  if (rows.empty() || !right)
    return Error(Code::permission_denied, "the name or the password is wrong");
  return Known{rows[0].integer(0), name, hash};
}

Result<Session> Store::log_in(const std::string& name, std::string_view password,
                              const std::string& peer, std::chrono::seconds valid) {
  TRY_SET(const Known known, check_password(name, password));
  TRY_SET(const std::string secret, new_secret());
  const Session session{secret, now() + valid.count()};
  Principal by{0, "user:" + name, Role::admin, 0, peer, known.id};
  TRY_SET(by.grants, grants_of(known.id));
  by.role = by.best_role();
  TRY(change(by, "", "session.make", name, "", [&](Connection& c) -> Status {
    // Only if the user is still who was asked about.
    TRY_SET(
        const Rows rows,
        c.run("INSERT INTO tokens (name, hash, role, created_at, created_by, expires_at, owner, "
              "session) SELECT 'session', CAST($1 AS TEXT), 'admin', CAST($2 AS BIGINT), "
              "CAST($3 AS TEXT), CAST($4 AS BIGINT), id, 1 FROM users "
              "WHERE id = $5 AND password = $6 AND disabled_at IS NULL RETURNING id",
              {hash_of(secret), now(), by.name, session.expires_at, known.id, known.hash}));
    if (rows.empty()) return Error(Code::permission_denied, "the name or the password is wrong");
    return ok();
  }));
  return session;
}

Result<std::string> Store::make_own_token(const Principal& by, const std::string& name, Role role,
                                          const std::string& project, std::chrono::seconds valid) {
  Project there;
  if (!project.empty()) {
    auto found = this->project(project);
    const bool absent = !found.ok() && found.error().code() == Code::not_found;
    if (absent || (found.ok() && !by.role_in(*found)))
      return Error(Code::permission_denied, cat("you have no role in a project '", project, "'"));
    TRY_SET(there, std::move(found));
  }
  return add_token(by, name, role, there, valid, by.user);
}

Result<std::vector<Token>> Store::own_tokens(int64_t user) {
  return tokens_where("t.owner = $1", user);
}

Status Store::revoke_own_token(const Principal& by, int64_t id) {
  const std::string_view action = id == by.token ? "session.end" : "token.revoke";
  return change(by, "", action, cat(id), "", [&](Connection& c) -> Status {
    TRY_SET(const Rows rows, c.run("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND owner = $3 "
                                   "AND revoked_at IS NULL RETURNING id",
                                   {now(), id, by.user}));
    if (rows.empty()) return Error(Code::not_found, cat("you have no token ", id, " that holds"));
    return ok();
  });
}

Status Store::set_member(const Principal& by, const Grant& where, const std::string& user) {
  const std::string detail = cat(hub::name(where.role), " of ", place_of(where));
  return change(by, where.project_name, "member.set", user, detail, [&](Connection& c) -> Status {
    TRY_SET(const int64_t id, id_of(c, user));
    if (!where.organisation.empty()) {
      TRY_SET(const Rows rows,
              c.run("SELECT 1 FROM organisations WHERE name = $1", {where.organisation}));
      if (rows.empty())
        return Error(Code::not_found, cat("there is no organisation '", where.organisation, "'"));
    }
    TRY(
        c.run("INSERT INTO members (member, organisation, project, role) VALUES ($1, $2, $3, $4) "
              "ON CONFLICT (member, organisation, project) DO UPDATE SET role = $4",
              {id, where.organisation, where.project, std::string(hub::name(where.role))}));
    return ok();
  });
}

Status Store::remove_member(const Principal& by, const Grant& where, const std::string& user) {
  const std::string place = place_of(where);
  return change(by, where.project_name, "member.remove", user, place, [&](Connection& c) -> Status {
    TRY_SET(const int64_t id, id_of(c, user));
    TRY_SET(const Rows rows,
            c.run("DELETE FROM members WHERE member = $1 AND organisation = $2 AND project = $3 "
                  "RETURNING member",
                  {id, where.organisation, where.project}));
    if (rows.empty()) return Error(Code::not_found, cat("'", user, "' has no role of ", place));
    return ok();
  });
}

Result<std::vector<User>> Store::members(const Grant& where) {
  TRY_SET(const Rows rows, database_->read(cat(kMembers,
                                               "WHERE m.organisation = $1 AND m.project = $2 "
                                               "ORDER BY u.name"),
                                           {where.organisation, where.project}));
  std::vector<User> all;
  for (const Row& row : rows) {
    TRY_SET(Grant grant, grant_of(row));
    all.push_back(
        {row.integer(4), row.text(5), row.integer(6), row.integer(7), {std::move(grant)}});
  }
  return all;
}

Result<std::vector<std::string>> Store::organisations(const Principal& who) {
  TRY_SET(const Rows rows, database_->read("SELECT name FROM organisations ORDER BY name"));
  std::vector<std::string> all;
  for (const Row& row : rows) {
    if (who.role_in_organisation(row.text(0))) all.push_back(row.text(0));
  }
  return all;
}

}  // namespace samara::hub
