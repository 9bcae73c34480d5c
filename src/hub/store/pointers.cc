// Channels and aliases; and what may be cleaned up because nothing points at it.
#include "base/text.h"
#include "base/try.h"
#include "hub/store/schema.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;

std::string text(PointerKind kind) { return kind == PointerKind::channel ? "channel" : "alias"; }

Error no_pointer(PointerKind kind, std::string_view name) {
  return Error(Code::not_found, cat("there is no ", text(kind), " '", name, "'"));
}

}  // namespace

Result<std::vector<wire::Pointer>> Store::pointers(int64_t model, PointerKind kind) {
  TRY_SET(const Rows rows,
          database_->read("SELECT p.name, v.version, COALESCE(b.version, ''), p.updated_at "
                          "FROM pointers p JOIN versions v ON v.id = p.version "
                          "LEFT JOIN versions b ON b.id = p.previous "
                          "WHERE p.model = $1 AND p.kind = $2 ORDER BY p.name",
                          {model, text(kind)}));
  std::vector<wire::Pointer> all;
  for (const Row& row : rows)
    all.push_back({row.text(0), row.text(1), row.text(2), wire::time_text(row.integer(3))});
  return all;
}

Result<StoredVersion> Store::resolve(int64_t model, PointerKind kind, std::string_view name) {
  TRY_SET(const Rows rows,
          database_->read("SELECT v.version FROM pointers p JOIN versions v ON v.id = p.version "
                          "WHERE p.model = $1 AND p.kind = $2 AND p.name = $3",
                          {model, text(kind), std::string(name)}));
  if (rows.empty()) return no_pointer(kind, name);
  return version(model, rows[0].text(0));
}

Status Store::point(const Principal& by, const Project& project, const Model& model,
                    PointerKind kind, const std::string& name, std::string_view version) {
  return change(by, project, kind == PointerKind::channel ? "channel.promote" : "alias.set",
                cat(model.name, " ", name), version, [&](Connection& c) {
                  return set_pointer(c, project, {kind, name, model.name, std::string(version)});
                });
}

Status Store::set_pointer(Connection& c, const Project& project, const Holdings::Pointer& to) {
  TRY_SET(const Rows model,
          c.run("SELECT id FROM models WHERE project = $1 AND name = $2", {project.id, to.model}));
  if (model.empty()) return Error(Code::not_found, cat("there is no model '", to.model, "'"));
  const int64_t id = model[0].integer(0);
  if (to.version.empty()) {
    TRY(c.run("DELETE FROM pointers WHERE model = $1 AND kind = $2 AND name = $3",
              {id, text(to.kind), to.name}));
    return ok();
  }
  TRY_SET(const Rows rows,
          c.run("SELECT id, published FROM versions WHERE model = $1 AND version = $2",
                {id, to.version}));
  if (rows.empty()) return Error(Code::not_found, cat("there is no version ", to.version));
  if (rows[0].integer(1) == 0)
    return Error(Code::failed_precondition,
                 cat("version ", to.version, " is not published; publish it first"));
  // The version before stays known for a rollback; pointing at the same one changes nothing.
  TRY(
      c.run("INSERT INTO pointers (model, kind, name, version, previous, updated_at) "
            "VALUES ($1, $2, $3, $4, NULL, $5) "
            "ON CONFLICT (model, kind, name) DO UPDATE SET "
            "previous = CASE WHEN pointers.version = $4 THEN pointers.previous "
            "ELSE pointers.version END, version = $4, updated_at = $5",
            {id, text(to.kind), to.name, rows[0].integer(0), now()}));
  return ok();
}

Result<std::string> Store::roll_back(const Principal& by, const Project& project,
                                     const Model& model, const std::string& channel) {
  std::string now_at;
  TRY(change(by, project, "channel.rollback", cat(model.name, " ", channel), "",
             [&](Connection& c) -> Status {
               TRY_SET(const Rows rows,
                       c.run("SELECT p.version, p.previous, b.version FROM pointers p "
                             "LEFT JOIN versions b ON b.id = p.previous WHERE p.model = $1 AND "
                             "p.kind = 'channel' AND p.name = $2",
                             {model.id, channel}));
               if (rows.empty()) return no_pointer(PointerKind::channel, channel);
               if (rows[0].null(1))
                 return Error(Code::failed_precondition,
                              cat("the channel '", channel,
                                  "' has pointed at nothing else before; "
                                  "promote the version that you want"));
               now_at = rows[0].text(2);
               TRY(
                   c.run("UPDATE pointers SET version = $1, previous = $2, updated_at = $3 "
                         "WHERE model = $4 AND kind = 'channel' AND name = $5",
                         {rows[0].integer(1), rows[0].integer(0), now(), model.id, channel}));
               return ok();
             }));
  return now_at;
}

Status Store::remove_pointer(const Principal& by, const Project& project, const Model& model,
                             PointerKind kind, std::string_view name) {
  return change(by, project, text(kind) + ".remove", cat(model.name, " ", name), "",
                [&](Connection& c) -> Status {
                  TRY_SET(const Rows rows,
                          c.run("DELETE FROM pointers WHERE model = $1 AND kind = $2 AND name = $3 "
                                "RETURNING name",
                                {model.id, text(kind), std::string(name)}));
                  if (rows.empty()) return no_pointer(kind, name);
                  return ok();
                });
}

Result<bool> Store::has_blob(int64_t project, std::string_view sha256, bool published) {
  TRY_SET(const Rows rows,
          database_->read("SELECT 1 FROM versions v JOIN models m ON m.id = v.model "
                          "WHERE v.sha256 = $1 AND m.project = $2 AND v.published >= $3 LIMIT 1",
                          {std::string(sha256), project, int64_t{published}}));
  return !rows.empty();
}

Result<Store::Collected> Store::collect(const Principal& by, blobs::Store& blobs,
                                        std::chrono::seconds age, bool really) {
  Collected out;
  std::string select;
  for (const NamingTable& table : kNamingTables)
    select +=
        cat(select.empty() ? "" : " UNION ", "SELECT 1 FROM ", table.name, " WHERE sha256 = $1");
  TRY_SET(const auto all, blobs.list());
  for (const blobs::Blob& blob : all) {
    if (blob.age < age) continue;
    TRY_SET(const Rows named, database_->read(select, {blob.sha256}));
    if (!named.empty()) continue;
    if (really) {
      TRY_SET(const bool removed, blobs.remove(blob.sha256, age));
      if (!removed) continue;
    }
    ++out.blobs;
    out.bytes += blob.size;
  }
  if (!really) return out;
  TRY_SET(out.uploads, blobs.drop_uploads(age));
  TRY(change(by, "", "collect", "", cat(out.blobs, " blobs, ", out.bytes, " bytes"),
             [&](Connection& c) -> Status {
               for (const char* table : {"uploads", "objects", "pushed", "operations"}) {
                 const bool work = table == std::string_view("operations");
                 TRY(c.run(cat("DELETE FROM ", table, " WHERE ",
                               work ? "done = 1 AND started_at" : "created_at", " <= $1"),
                           {now() - age.count()}));
               }
               return ok();
             }));
  return out;
}

}  // namespace samara::hub
