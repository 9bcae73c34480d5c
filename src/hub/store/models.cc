// Models and their versions.
#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "fleet/wire/version.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;
using wire::Version;

constexpr std::string_view kVersion = "SELECT id, published, manifest, report FROM versions ";

Result<StoredVersion> version_of(const Row& row) {
  TRY_SET(const json::Json json, json::parse(row.text(2)));
  TRY_SET(wire::Manifest manifest, wire::read_manifest(json));
  manifest.published = row.integer(1) != 0;
  return StoredVersion{row.integer(0), std::move(manifest), row.text(3)};
}

/// What keeps a version from being taken away: the first name that stands for it, or would after a
/// rollback.
Status check_unused(Connection& c, int64_t version) {
  TRY_SET(const Rows rows,
          c.run("SELECT kind, name, version FROM pointers WHERE version = $1 OR previous = $1",
                {version}));
  if (rows.empty()) return ok();
  return Error(Code::failed_precondition,
               cat("the ", rows[0].text(0), " '", rows[0].text(1), "' ",
                   rows[0].integer(2) == version ? "points at it" : "may be rolled back to it",
                   "; promote another version first"));
}

}  // namespace

Result<Model> Store::model(int64_t project, std::string_view name) {
  TRY_SET(const Rows rows, database_->read("SELECT id, name, created_at FROM models "
                                           "WHERE project = $1 AND name = $2",
                                           {project, std::string(name)}));
  if (rows.empty()) return Error(Code::not_found, cat("there is no model '", name, "'"));
  return Model{rows[0].integer(0), rows[0].text(1), rows[0].integer(2)};
}

Result<std::vector<Model>> Store::models(int64_t project) {
  TRY_SET(
      const Rows rows,
      database_->read("SELECT id, name, created_at FROM models WHERE project = $1 ORDER BY name",
                      {project}));
  std::vector<Model> all;
  for (const Row& row : rows) all.push_back({row.integer(0), row.text(1), row.integer(2)});
  return all;
}

Status Store::remove_model(const Principal& by, const Project& project, std::string_view name) {
  TRY_SET(const Model model, this->model(project.id, name));
  return change(by, project, "model.remove", name, "", [&](Connection& c) -> Status {
    TRY_SET(const Rows used,
            c.run("SELECT version FROM versions WHERE model = $1 AND published = 1", {model.id}));
    if (!used.empty())
      return Error(Code::failed_precondition,
                   cat("version ", used[0].text(0), " is published; unpublish it first"));
    return drop_model(c, model.id);
  });
}

Status Store::drop_model(Connection& c, int64_t model) {
  for (const char* sql :
       {"DELETE FROM pointers WHERE model = $1", "DELETE FROM versions WHERE model = $1",
        "DELETE FROM listings WHERE model = $1", "DELETE FROM models WHERE id = $1"}) {
    TRY(c.run(sql, {model}));
  }
  return ok();
}

Status Store::insert_version(Connection& c, const Project& project, const wire::Manifest& manifest,
                             const std::string& report) {
  TRY(
      c.run("INSERT INTO models (project, name, created_at) VALUES ($1, $2, $3) "
            "ON CONFLICT (project, name) DO NOTHING",
            {project.id, manifest.model, now()}));
  TRY_SET(const Rows model, c.run("SELECT id FROM models WHERE project = $1 AND name = $2",
                                  {project.id, manifest.model}));
  TRY_SET(const Rows made,
          c.run("INSERT INTO versions (model, version, sha256, size, published, manifest, "
                "report) VALUES ($1, $2, $3, $4, 0, $5, $6) "
                "ON CONFLICT (model, version) DO NOTHING RETURNING id",
                {model[0].integer(0), manifest.version, manifest.sha256,
                 static_cast<int64_t>(manifest.size), wire::to_json(manifest).dump(), report}));
  if (made.empty())
    return Error(Code::failed_precondition,
                 cat("there is a version ", manifest.version, " of '", manifest.model,
                     "' already; versions are never changed"));
  return ok();
}

Status Store::add_version(const Principal& by, const Project& project,
                          const wire::Manifest& manifest, const std::string& report) {
  const std::string subject = cat(manifest.model, " ", manifest.version);
  return change(by, project.name, "version.add", subject, manifest.sha256,
                [&](Connection& c) { return insert_version(c, project, manifest, report); });
}

Result<std::vector<StoredVersion>> Store::versions(int64_t model) {
  TRY_SET(const Rows rows, database_->read(cat(kVersion, "WHERE model = $1"), {model}));
  std::vector<std::pair<Version, StoredVersion>> ordered;
  for (const Row& row : rows) {
    TRY_SET(StoredVersion stored, version_of(row));
    TRY_SET(Version version, Version::parse(stored.manifest.version));
    ordered.emplace_back(std::move(version), std::move(stored));
  }
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<StoredVersion> all;
  for (auto& [_, stored] : ordered) all.push_back(std::move(stored));
  return all;
}

Result<StoredVersion> Store::version(int64_t model, std::string_view version) {
  TRY_SET(const Rows rows, database_->read(cat(kVersion, "WHERE model = $1 AND version = $2"),
                                           {model, std::string(version)}));
  if (rows.empty()) return Error(Code::not_found, cat("there is no version ", version));
  return version_of(rows[0]);
}

Result<std::optional<StoredVersion>> Store::predecessor(int64_t model, std::string_view version) {
  TRY_SET(const Version wanted, Version::parse(version));
  TRY_SET(auto all, versions(model));
  for (StoredVersion& stored : all) {
    TRY_SET(const Version other, Version::parse(stored.manifest.version));
    if (stored.manifest.published && other.major == wanted.major && other < wanted)
      return std::optional(std::move(stored));
  }
  return std::optional<StoredVersion>();
}

Status Store::set_published(const Principal& by, const Project& project, const Model& model,
                            std::string_view version, bool published) {
  TRY_SET(const StoredVersion stored, this->version(model.id, version));
  return change(by, project, published ? "version.publish" : "version.unpublish",
                cat(model.name, " ", version), "", [&](Connection& c) -> Status {
                  if (!published) TRY(check_unused(c, stored.id));
                  TRY(c.run("UPDATE versions SET published = $1 WHERE id = $2",
                            {int64_t{published}, stored.id}));
                  return ok();
                });
}

Status Store::remove_version(const Principal& by, const Project& project, const Model& model,
                             std::string_view version) {
  TRY_SET(const StoredVersion stored, this->version(model.id, version));
  return change(by, project, "version.remove", cat(model.name, " ", version),
                stored.manifest.sha256, [&](Connection& c) -> Status {
                  TRY(check_unused(c, stored.id));
                  TRY_SET(const Rows rows,
                          c.run("DELETE FROM versions WHERE id = $1 AND published = 0 RETURNING id",
                                {stored.id}));
                  if (rows.empty())
                    return Error(Code::failed_precondition,
                                 "the version is published; unpublish it first");
                  return ok();
                });
}

}  // namespace samara::hub
