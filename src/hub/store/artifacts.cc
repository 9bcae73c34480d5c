// What came through OCI's door: bytes that were pushed, manifests of versions and of what is attached
// to them.
#include "base/text.h"
#include "base/try.h"
#include "hub/store/audit.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;

constexpr std::string_view kArtifact =
    "SELECT a.digest, a.media_type, a.artifact_type, a.subject, a.tag, a.content, v.version, "
    "v.published FROM artifacts a JOIN versions v ON v.id = a.version WHERE a.model = $1 AND ";

Artifact artifact_of(const Row& row) {
  Artifact out;
  out.digest = row.text(0);
  out.media_type = row.text(1);
  out.artifact_type = row.text(2);
  out.subject = row.text(3);
  out.tag = row.text(4);
  out.content = row.text(5);
  out.version = row.text(6);
  out.published = row.integer(7) != 0;
  return out;
}

std::string_view condition_of(ArtifactKey key) {
  switch (key) {
    case ArtifactKey::digest:
      return "a.digest = $2";
    case ArtifactKey::subject:
      return "a.subject = $2";
    case ArtifactKey::tag:
      return "a.tag = $2 AND a.tag <> ''";
    default:
      return "v.version = $2 AND a.subject = ''";
  }
}

}  // namespace

Status Store::note_pushed(const Project& project, const std::string& sha256) {
  return database_->write([&](Connection& c) -> Status {
    TRY(
        c.run("INSERT INTO pushed (project, sha256, created_at) VALUES ($1, $2, $3) "
              "ON CONFLICT (project, sha256) DO UPDATE SET created_at = $3",
              {project.id, sha256, now()}));
    return ok();
  });
}

Result<bool> Store::has_pushed(int64_t project, std::string_view sha256, bool published) {
  TRY_SET(const Rows rows,
          database_->read(
              "SELECT 1 FROM artifact_blobs b JOIN artifacts a ON a.id = b.artifact "
              "JOIN models m ON m.id = a.model JOIN versions v ON v.id = a.version "
              "WHERE b.sha256 = $1 AND m.project = $2 AND v.published >= $3 "
              "UNION SELECT 1 FROM pushed WHERE sha256 = $1 AND project = $2 AND $3 = 0 LIMIT 1",
              {std::string(sha256), project, int64_t{published}}));
  return !rows.empty();
}

Status Store::forget_pushed(const Principal& by, const Project& project,
                            const std::string& sha256) {
  return change(by, project.name, "blob.remove", sha256, "", [&](Connection& c) -> Status {
    TRY_SET(const Rows used,
            c.run("SELECT 1 FROM artifact_blobs b JOIN artifacts a ON a.id = b.artifact "
                  "JOIN models m ON m.id = a.model WHERE b.sha256 = $1 AND m.project = $2 "
                  "UNION SELECT 1 FROM versions v JOIN models m ON m.id = v.model "
                  "WHERE v.sha256 = $1 AND m.project = $2",
                  {sha256, project.id}));
    if (!used.empty())
      return Error(Code::failed_precondition, "a manifest names these bytes; remove that first");
    TRY_SET(const Rows rows,
            c.run("DELETE FROM pushed WHERE project = $1 AND sha256 = $2 RETURNING sha256",
                  {project.id, sha256}));
    if (rows.empty()) return Error(Code::not_found, "there is no such blob in this project");
    return ok();
  });
}

Result<std::vector<Artifact>> Store::artifacts(int64_t model, ArtifactKey key,
                                               std::string_view value) {
  TRY_SET(const Rows rows, database_->read(cat(kArtifact, condition_of(key), " ORDER BY a.id"),
                                           {model, std::string(value)}));
  std::vector<Artifact> all;
  for (const Row& row : rows) all.push_back(artifact_of(row));
  return all;
}

Result<std::vector<std::string>> Store::artifact_tags(int64_t model, bool published) {
  TRY_SET(const Rows rows,
          database_->read("SELECT a.tag FROM artifacts a JOIN versions v ON v.id = a.version "
                          "WHERE a.model = $1 AND a.tag <> '' AND v.published >= $2",
                          {model, int64_t{published}}));
  std::vector<std::string> all;
  for (const Row& row : rows) all.push_back(row.text(0));
  return all;
}

Status Store::insert_artifact(Connection& c, const Project& project, const std::string& model,
                              const Artifact& artifact) {
  TRY_SET(const Rows version,
          c.run("SELECT v.model, v.id FROM versions v JOIN models m ON m.id = v.model "
                "WHERE m.project = $1 AND m.name = $2 AND v.version = $3",
                {project.id, model, artifact.version}));
  if (version.empty()) return Error(Code::not_found, cat("there is no version ", artifact.version));
  if (!artifact.tag.empty())
    TRY(c.run("UPDATE artifacts SET tag = '' WHERE model = $1 AND tag = $2",
              {version[0].integer(0), artifact.tag}));
  TRY_SET(const Rows made,
          c.run("INSERT INTO artifacts (model, version, digest, media_type, artifact_type, "
                "subject, tag, content, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
                "ON CONFLICT (model, digest) DO UPDATE SET "
                "tag = CASE WHEN $7 = '' THEN artifacts.tag ELSE $7 END RETURNING id",
                {version[0].integer(0), version[0].integer(1), artifact.digest, artifact.media_type,
                 artifact.artifact_type, artifact.subject, artifact.tag, artifact.content, now()}));
  for (const std::string& sha256 : artifact.blobs) {
    TRY(
        c.run("INSERT INTO artifact_blobs (artifact, sha256) VALUES ($1, $2) "
              "ON CONFLICT (artifact, sha256) DO NOTHING",
              {made[0].integer(0), sha256}));
  }
  return ok();
}

Status Store::add_pushed_version(const Principal& by, const Project& project,
                                 const wire::Manifest& manifest, const std::string& report,
                                 const Artifact& artifact) {
  return change(by, project.name, "version.add", cat(manifest.model, " ", manifest.version),
                cat(manifest.sha256, " by ", artifact.digest), [&](Connection& c) -> Status {
                  TRY(insert_version(c, project, manifest, report));
                  return insert_artifact(c, project, manifest.model, artifact);
                });
}

Status Store::attach(const Principal& by, const Project& project, const Model& model,
                     const Artifact& subject, const Artifact& artifact) {
  return change(by, project.name, "artifact.attach", cat(model.name, " ", artifact.version),
                cat(artifact.digest, " to ", subject.digest), [&](Connection& c) -> Status {
                  TRY(insert_artifact(c, project, model.name, subject));
                  return insert_artifact(c, project, model.name, artifact);
                });
}

Status Store::detach(const Principal& by, const Project& project, const Model& model,
                     const std::string& digest) {
  return change(by, project.name, "artifact.remove", cat(model.name, " ", digest), "",
                [&](Connection& c) -> Status {
                  TRY_SET(const Rows rows, c.run("DELETE FROM artifacts WHERE model = $1 AND "
                                                 "digest = $2 AND subject <> '' RETURNING id",
                                                 {model.id, digest}));
                  if (rows.empty()) return Error(Code::not_found, "there is no such artifact");
                  return ok();
                });
}

}  // namespace samara::hub
