#include "hub/store/store.h"

#include <array>
#include <ctime>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/digest.h"
#include "hub/store/audit.h"
#include "hub/store/schema.h"

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

Value project_or_null(int64_t project) {
  return project == 0 ? Value(std::monostate()) : Value(project);
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

Result<std::string> Store::make_token(const Principal& by, const std::string& name, Role role,
                                      const std::string& project, std::chrono::seconds valid) {
  int64_t id = 0;
  if (!project.empty()) {
    TRY_SET(const Project found, this->project(project));
    id = found.id;
  }
  std::array<std::byte, 32> random = {};
  TRY(crypto::random_bytes(random));
  const std::string secret = "smr_" + hex(random);
  const Value expires = valid.count() > 0 ? Value(now() + valid.count()) : Value(std::monostate());
  TRY(change(by, project, "token.make", name, hub::name(role), [&](Connection& c) -> Status {
    TRY(
        c.run("INSERT INTO tokens (name, hash, role, project, created_at, created_by, expires_at) "
              "VALUES ($1, $2, $3, $4, $5, $6, $7)",
              {name, sha256_hex(std::as_bytes(std::span(secret))), std::string(hub::name(role)),
               project_or_null(id), now(), by.name, expires}));
    return ok();
  }));
  return secret;
}

Result<std::optional<Principal>> Store::find_token(std::string_view secret) {
  if (secret.starts_with("sma_")) return find_access(secret);
  // Looked up by hash: how long the index takes tells nothing about a secret of 256 random bits.
  return holder("hash = $1", sha256_hex(std::as_bytes(std::span(secret))));
}

Result<std::optional<Principal>> Store::holder(std::string_view condition, const Value& value) {
  TRY_SET(const Rows rows,
          database_->read(cat("SELECT id, name, role, project, expires_at, revoked_at FROM tokens "
                              "WHERE ",
                              condition),
                          {value}));
  if (rows.empty() || !rows[0].null(5)) return std::optional<Principal>();
  if (!rows[0].null(4) && rows[0].integer(4) <= now()) return std::optional<Principal>();
  TRY_SET(const Role role, role_of(rows[0].text(2)));
  return std::optional(
      Principal{rows[0].integer(0), rows[0].text(1), role, rows[0].integer(3), ""});
}

Result<std::vector<Token>> Store::tokens(int64_t project) {
  TRY_SET(const Rows rows,
          database_->read("SELECT t.id, t.name, t.role, COALESCE(p.name, ''), t.created_at, "
                          "t.expires_at, t.revoked_at, t.created_by FROM tokens t "
                          "LEFT JOIN projects p ON p.id = t.project "
                          "WHERE COALESCE(t.project, 0) = $1 ORDER BY t.id",
                          {project}));
  std::vector<Token> all;
  for (const Row& row : rows) all.push_back(token_of(row));
  return all;
}

Status Store::revoke_token(const Principal& by, const Project& project, int64_t id) {
  return change(by, project.name, "token.revoke", cat(id), "", [&](Connection& c) -> Status {
    TRY_SET(const Rows rows,
            c.run("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND COALESCE(project, 0) = $3 "
                  "AND revoked_at IS NULL RETURNING id",
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
    return ok();
  });
}

Result<Project> Store::project(std::string_view name) {
  TRY_SET(const Rows rows, database_->read(cat(kProject, "WHERE name = $1"), {std::string(name)}));
  if (rows.empty()) return Error(Code::not_found, cat("there is no project '", name, "'"));
  return project_of(rows[0]);
}

Result<std::vector<Project>> Store::projects(const Principal& who) {
  TRY_SET(const Rows rows,
          database_->read(cat(kProject, "WHERE $1 = 0 OR id = $1 ORDER BY name"), {who.project}));
  std::vector<Project> all;
  for (const Row& row : rows) all.push_back(project_of(row));
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
