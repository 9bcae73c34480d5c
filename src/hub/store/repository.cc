// The signed repository of a project: its files, and their next versions with every change.
#include "base/text.h"
#include "base/try.h"
#include "hub/store/audit.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;

constexpr std::string_view kFile = "SELECT role, version, expires_at, content FROM metadata ";
/// The newest of each role.
constexpr std::string_view kNewest =
    "SELECT role, version, expires_at, content FROM metadata m WHERE project = $1 AND version = "
    "(SELECT MAX(version) FROM metadata n WHERE n.project = m.project AND n.role = m.role)";
/// How many versions of a role are kept: a device that began with an older one begins again. Of roots
/// all are, since devices follow them one by one.
constexpr int64_t kKept = 16;

SignedFile file_of(const Row& row) {
  return {row.text(0), row.integer(1), row.integer(2), row.text(3)};
}

SignedFiles files_of(const Rows& rows) {
  SignedFiles out;
  for (const Row& row : rows) out.emplace(row.text(0), file_of(row));
  return out;
}

using Read = FunctionRef<Result<Rows>(std::string_view, database::Values)>;

Result<Holdings> holdings_of(Read read, int64_t project) {
  Holdings out;
  TRY_SET(const Rows versions,
          read("SELECT m.name, v.version, v.sha256, v.size, v.published, v.manifest "
               "FROM versions v JOIN models m ON m.id = v.model "
               "WHERE m.project = $1 ORDER BY m.name, v.version",
               {project}));
  for (const Row& row : versions) {
    out.versions.push_back({row.text(0), row.text(1), row.text(2),
                            static_cast<uint64_t>(row.integer(3)), row.integer(4) != 0});
    TRY_SET(const json::Json manifest, json::parse(row.text(5)));
    if (const json::Json* target = manifest.find("target")) {
      TRY_SET(out.versions.back().target, wire::read_target(*target));
    }
  }
  TRY_SET(const Rows pointers,
          read("SELECT p.kind, p.name, m.name, v.version FROM pointers p "
               "JOIN versions v ON v.id = p.version JOIN models m ON m.id = p.model "
               "WHERE m.project = $1 ORDER BY p.kind, p.name, m.name",
               {project}));
  for (const Row& row : pointers) {
    const auto kind = row.text(0) == "channel" ? PointerKind::channel : PointerKind::alias;
    out.pointers.push_back({kind, row.text(1), row.text(2), row.text(3)});
  }
  return out;
}

Status add_file(Connection& c, int64_t project, const SignedFile& file) {
  TRY(
      c.run("INSERT INTO metadata (project, role, version, expires_at, content) "
            "VALUES ($1, $2, $3, $4, $5)",
            {project, file.role, file.version, file.expires_at, file.content}));
  if (file.role == "root") return ok();
  TRY(c.run("DELETE FROM metadata WHERE project = $1 AND role = $2 AND version <= $3",
            {project, file.role, file.version - kKept}));
  return ok();
}

}  // namespace

Result<SignedFiles> Store::signed_files(int64_t project) {
  TRY_SET(const Rows rows, database_->read(kNewest, {project}));
  return files_of(rows);
}

Result<SignedFile> Store::signed_file(int64_t project, std::string_view role, int64_t version) {
  TRY_SET(const Rows rows,
          database_->read(cat(kFile,
                              "WHERE project = $1 AND role = $2 AND ($3 = 0 OR version = $3) "
                              "ORDER BY version DESC LIMIT 1"),
                          {project, std::string(role), version}));
  if (rows.empty()) return Error(Code::not_found, "none");  // each poll asks for the next root
  return file_of(rows[0]);
}

Status Store::resign(Connection& c, const Principal& by, const Project& project,
                     const OwnersFiles& sent) {
  if (!signing_) return ok();
  const auto run = [&](std::string_view sql, database::Values values) {
    return c.run(sql, values);
  };
  TRY_SET(const Rows rows, c.run(kNewest, {project.id}));
  if (rows.empty() && sent.empty()) return ok();
  TRY_SET(const Holdings holdings, holdings_of(run, project.id));
  TRY_SET(const Signing::Next next, signing_->next(project, files_of(rows), sent, holdings));
  for (const Holdings::Pointer& pointer : next.pointers) TRY(set_pointer(c, project, pointer));
  std::string what;
  for (const SignedFile& file : next.files) {
    TRY(add_file(c, project.id, file));
    what += cat(what.empty() ? "" : ", ", file.role, " ", file.version);
  }
  return what.empty() ? ok() : write_audit(c, by, project.name, "sign", what, "");
}

Status Store::accept(const Principal& by, const Project& project, const OwnersFiles& sent) {
  if (!signing_) return Error(Code::unsupported, "this hub signs for nobody");
  if (sent.empty()) return Error(Code::invalid_argument, "no metadata was sent");
  std::string roles;
  for (const auto& [role, content] : sent) roles += cat(roles.empty() ? "" : ", ", role);
  return change(by, project.name, "metadata.accept", roles, "",
                [&](Connection& c) { return resign(c, by, project, sent); });
}

Status Store::renew(const Project& project) {
  if (!signing_) return ok();
  const auto read = [&](std::string_view sql, database::Values values) {
    return database_->read(sql, values);
  };
  TRY_SET(const SignedFiles files, signed_files(project.id));
  if (files.empty()) return ok();
  TRY_SET(const Holdings holdings, holdings_of(read, project.id));
  TRY_SET(const Signing::Next next, signing_->next(project, files, {}, holdings));
  if (next.files.empty()) return ok();
  const Principal hub{0, "hub", Role::admin, 0, "local"};
  const Status done = database_->write([&](Connection& c) { return resign(c, hub, project, {}); });
  ++generation_;
  return done;
}

}  // namespace samara::hub
