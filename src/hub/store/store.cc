#include "hub/store/store.h"

#include <ctime>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/store/audit.h"
#include "hub/store/schema.h"
#include "hub/store/secret.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;
using database::Value;

constexpr std::string_view kRoles[] = {"device", "viewer", "publisher", "admin"};

constexpr std::string_view kProject =
    "SELECT id, name, organisation, created_at, is_public FROM projects ";

Project project_of(const Row& row) {
  return {row.integer(0), row.text(1), row.text(2), row.integer(3), row.integer(4) != 0};
}

Token token_of(const Row& row) {
  Token token;
  token.id = row.integer(0);
  token.name = row.text(1);
  if (auto role = role_of(row.text(2)); role.ok()) token.role = *role;
  token.project = row.text(3);
  token.created_at = row.integer(4);
  token.expires_at = row.integer(5);
  token.revoked_at = row.integer(6);
  token.created_by = row.text(7);
  token.session = row.integer(8) != 0;
  token.device = row.text(9);
  return token;
}

}  // namespace

int64_t now() { return std::time(nullptr); }

std::string_view name(Role role) { return kRoles[static_cast<size_t>(role)]; }

Result<Role> role_of(std::string_view name) {
  for (size_t i = 0; i < std::size(kRoles); ++i) {
    if (kRoles[i] == name) return static_cast<Role>(i);
  }
  return Error(Code::invalid_argument,
               cat("'", name, "' is not a role; there are device, viewer, publisher and admin"));
}

Result<std::unique_ptr<Store>> Store::open(const std::string& database) {
  TRY_SET(auto opened, database::Database::open(database));
  TRY(opened->migrate(migrations()));
  std::unique_ptr<Store> store(new Store(std::move(opened)));
  TRY(store->read_secret());
  return store;
}

Status Store::check() {
  TRY(database_->read("SELECT 1"));
  return ok();
}

Status write_audit(Connection& c, const Principal& by, std::string_view project,
                   std::string_view action, std::string_view subject, std::string_view detail) {
  TRY(
      c.run("INSERT INTO audit (at, who, role, peer, project, action, subject, detail) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            {now(), by.name, std::string(name(by.role)), by.peer, std::string(project),
             std::string(action), std::string(subject), std::string(detail)}));
  return ok();
}

Status Store::change(const Principal& by, std::string_view project, std::string_view action,
                     std::string_view subject, std::string_view detail,
                     FunctionRef<Status(Connection&)> work) {
  const Status done = database_->write([&](Connection& c) -> Status {
    TRY(work(c));
    return write_audit(c, by, project, action, subject, detail);
  });
  ++generation_;
  return done;
}

Status Store::change(const Principal& by, const Project& project, std::string_view action,
                     std::string_view subject, std::string_view detail,
                     FunctionRef<Status(Connection&)> work) {
  return change(by, project.name, action, subject, detail, [&](Connection& c) -> Status {
    TRY(work(c));
    return resign(c, by, project, {});
  });
}

Result<std::string> Store::add_token(const Principal& by, const std::string& name, Role role,
                                     const Project& project, std::chrono::seconds valid,
                                     int64_t owner, const std::string& device) {
  TRY_SET(const std::string secret, new_secret());
  const auto add = [&](Connection& c) -> Status {
    TRY(
        c.run("INSERT INTO tokens (name, hash, role, project, created_at, created_by, expires_at, "
              "owner, device) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
              {name, hash_of(secret), std::string(hub::name(role)), id_or_null(project.id), now(),
               by.name, end_or_null(valid), id_or_null(owner), device}));
    return ok();
  };
  TRY(change(by, project.name, "token.make", name, hub::name(role), add));
  return secret;
}

Result<std::string> Store::make_token(const Principal& by, const std::string& name, Role role,
                                      const std::string& project, std::chrono::seconds valid,
                                      const std::string& device) {
  Project there;
  if (!project.empty()) {
    TRY_SET(there, this->project(project));
  }
  return add_token(by, name, role, there, valid, 0, device);
}

Result<std::optional<Principal>> Store::find_token(std::string_view secret) {
  if (secret.starts_with("sma_")) return find_access(secret);
  // Looked up by hash: how long the index takes tells nothing about a secret of 256 random bits.
  return holder("t.hash = $1", hash_of(secret));
}

Result<std::optional<Principal>> Store::holder(std::string_view condition, const Value& value) {
  TRY_SET(const Rows rows,
          database_->read(cat("SELECT t.id, t.name, t.role, t.project, t.expires_at, t.revoked_at, "
                              "t.owner, t.session, u.name, u.disabled_at, t.device FROM tokens t "
                              "LEFT JOIN users u ON u.id = t.owner WHERE ",
                              condition),
                          {value}));
  if (rows.empty() || !rows[0].null(5) || !rows[0].null(9)) return std::optional<Principal>();
  const Row& row = rows[0];
  if (!row.null(4) && row.integer(4) <= now()) return std::optional<Principal>();
  TRY_SET(const Role role, role_of(row.text(2)));
  Principal who{row.integer(0), row.text(1), role, row.integer(3), ""};
  who.device = row.text(10);
  if (row.null(6)) return std::optional(std::move(who));
  who.user = row.integer(6);
  who.session = row.integer(7) != 0;
  // No token has a name with a colon: nobody can pass for a user in the audit log.
  who.name = who.session ? cat("user:", row.text(8)) : cat("user:", row.text(8), "/", who.name);
  TRY_SET(who.grants, grants_of(who.user));
  if (who.project == 0) return std::optional(std::move(who));
  // Of a token for one project, what the user may do elsewhere is out of reach.
  TRY_SET(const Rows there, database_->read(cat(kProject, "WHERE id = $1"), {who.project}));
  const std::string organisation = there.empty() ? "" : project_of(there[0]).organisation;
  std::erase_if(who.grants, [&](const Grant& grant) {
    return grant.project != 0 ? grant.project != who.project
                              : !grant.organisation.empty() && grant.organisation != organisation;
  });
  return std::optional(std::move(who));
}

Result<std::vector<Token>> Store::tokens(int64_t project) {
  return tokens_where("t.owner IS NULL AND COALESCE(t.project, 0) = $1", project);
}

Result<std::vector<Token>> Store::tokens_where(std::string_view condition, int64_t value) {
  TRY_SET(const Rows rows,
          database_->read(
              cat("SELECT t.id, t.name, t.role, COALESCE(p.name, ''), t.created_at, "
                  "t.expires_at, t.revoked_at, t.created_by, t.session, t.device FROM tokens t "
                  "LEFT JOIN projects p ON p.id = t.project WHERE ",
                  condition, " ORDER BY t.id"),
              {value}));
  std::vector<Token> all;
  for (const Row& row : rows) all.push_back(token_of(row));
  return all;
}

Status Store::revoke_token(const Principal& by, const Project& project, int64_t id) {
  return change(by, project.name, "token.revoke", cat(id), "", [&](Connection& c) -> Status {
    TRY_SET(const Rows rows,
            c.run("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND COALESCE(project, 0) = $3 "
                  "AND owner IS NULL AND revoked_at IS NULL RETURNING id",
                  {now(), id, project.id}));
    if (rows.empty()) return Error(Code::not_found, cat("there is no token ", id, " that holds"));
    return ok();
  });
}

Status Store::make_project(const Principal& by, const std::string& name,
                           const std::string& organisation, bool is_public) {
  return change(by, name, "project.make", name, organisation, [&](Connection& c) -> Status {
    TRY_SET(const Rows rows,
            c.run("INSERT INTO projects (name, organisation, created_at, is_public) "
                  "VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING RETURNING id",
                  {name, organisation, now(), int64_t{is_public}}));
    if (rows.empty())
      return Error(Code::failed_precondition, cat("there is a project '", name, "' already"));
    if (organisation.empty()) return ok();
    TRY(
        c.run("INSERT INTO organisations (name, created_at) VALUES ($1, $2) "
              "ON CONFLICT (name) DO NOTHING",
              {organisation, now()}));
    return ok();
  });
}

Result<Project> Store::project(std::string_view name) {
  TRY_SET(const Rows rows, database_->read(cat(kProject, "WHERE name = $1"), {std::string(name)}));
  if (rows.empty()) return Error(Code::not_found, cat("there is no project '", name, "'"));
  return project_of(rows[0]);
}

Result<std::vector<Project>> Store::projects(const Principal& who) {
  TRY_SET(const Rows rows, database_->read(cat(kProject, "ORDER BY name")));
  std::vector<Project> all;
  for (const Row& row : rows) {
    Project project = project_of(row);
    if (who.role_in(project)) all.push_back(std::move(project));
  }
  return all;
}

Status Store::note_upload(const Principal& by, int64_t project, const std::string& id,
                          std::optional<uint64_t> size, const std::string& object) {
  return database_->write([&](Connection& c) -> Status {
    const Value most = size ? Value(static_cast<int64_t>(*size)) : Value(std::monostate());
    TRY(
        c.run("INSERT INTO uploads (id, project, size, created_at, created_by, object) "
              "VALUES ($1, $2, $3, $4, $5, $6)",
              {id, project, most, now(), by.name, object}));
    return ok();
  });
}

Result<Store::UploadNote> Store::upload(int64_t project, std::string_view id) {
  TRY_SET(const Rows rows,
          database_->read("SELECT size, object FROM uploads WHERE project = $1 AND id = $2",
                          {project, std::string(id)}));
  if (rows.empty()) return Error(Code::not_found, "there is no such upload");
  UploadNote note;
  if (!rows[0].null(0)) note.size = static_cast<uint64_t>(rows[0].integer(0));
  note.object = rows[0].text(1);
  return note;
}

Status Store::forget_upload(std::string_view id) {
  return database_->write([&](Connection& c) -> Status {
    TRY(c.run("DELETE FROM uploads WHERE id = $1", {std::string(id)}));
    return ok();
  });
}

Result<std::vector<AuditEntry>> Store::audit(std::string_view project, int64_t before,
                                             int64_t most) {
  TRY_SET(const Rows rows,
          database_->read("SELECT id, at, who, role, peer, project, action, subject, detail "
                          "FROM audit WHERE ($1 = '' OR project = $1) AND ($2 = 0 OR id < $2) "
                          "ORDER BY id DESC LIMIT $3",
                          {std::string(project), before, most}));
  std::vector<AuditEntry> all;
  for (const Row& row : rows) {
    all.push_back({row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4),
                   row.text(5), row.text(6), row.text(7), row.text(8)});
  }
  return all;
}

}  // namespace samara::hub
