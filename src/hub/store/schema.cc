#include "hub/store/schema.h"

namespace samara::hub {
namespace {

constexpr database::Migration kAll[] = {
    {1, R"(
CREATE TABLE projects (
  id {id}, name TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE tokens (
  id {id}, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
  project BIGINT REFERENCES projects(id), created_at BIGINT NOT NULL, created_by TEXT NOT NULL,
  expires_at BIGINT, revoked_at BIGINT);
CREATE TABLE models (
  id {id}, project BIGINT NOT NULL REFERENCES projects(id), name TEXT NOT NULL,
  created_at BIGINT NOT NULL, UNIQUE (project, name));
CREATE TABLE versions (
  id {id}, model BIGINT NOT NULL REFERENCES models(id), version TEXT NOT NULL,
  sha256 TEXT NOT NULL, size BIGINT NOT NULL, published BIGINT NOT NULL, manifest TEXT NOT NULL,
  report TEXT NOT NULL, UNIQUE (model, version));
CREATE INDEX versions_sha256 ON versions (sha256);
CREATE TABLE pointers (
  model BIGINT NOT NULL REFERENCES models(id), kind TEXT NOT NULL, name TEXT NOT NULL,
  version BIGINT NOT NULL REFERENCES versions(id), previous BIGINT REFERENCES versions(id),
  updated_at BIGINT NOT NULL, PRIMARY KEY (model, kind, name));
CREATE TABLE uploads (
  id TEXT PRIMARY KEY, project BIGINT NOT NULL REFERENCES projects(id), size BIGINT,
  created_at BIGINT NOT NULL, created_by TEXT NOT NULL);
CREATE TABLE audit (
  id {id}, at BIGINT NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, peer TEXT NOT NULL,
  project TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX audit_project ON audit (project, id);
)",
     "projects, tokens, models, channels, the audit log"},
    {2, R"(
ALTER TABLE tokens ADD COLUMN public_key TEXT;
ALTER TABLE uploads ADD COLUMN object TEXT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE objects (
  project BIGINT NOT NULL REFERENCES projects(id), bucket TEXT NOT NULL, name TEXT NOT NULL,
  sha256 TEXT NOT NULL, size BIGINT NOT NULL, crc32c BIGINT NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (project, bucket, name));
CREATE TABLE listings (
  model BIGINT PRIMARY KEY REFERENCES models(id), display_name TEXT NOT NULL, tags TEXT NOT NULL,
  problem TEXT NOT NULL, updated_at BIGINT NOT NULL);
CREATE TABLE operations (
  id {id}, project BIGINT NOT NULL REFERENCES projects(id), model BIGINT NOT NULL,
  started_at BIGINT NOT NULL, done BIGINT NOT NULL, code BIGINT NOT NULL, message TEXT NOT NULL);
CREATE INDEX operations_model ON operations (model, done);
)",
     "Firebase's and Cloud Storage's doors"},
    {3, R"(
ALTER TABLE projects ADD COLUMN is_public BIGINT NOT NULL DEFAULT 0;
CREATE TABLE metadata (
  project BIGINT NOT NULL REFERENCES projects(id), role TEXT NOT NULL, version BIGINT NOT NULL,
  expires_at BIGINT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (project, role, version));
)",
     "signed repositories, public projects"},
    {4, R"(
ALTER TABLE operations ADD COLUMN fresh BIGINT NOT NULL DEFAULT 0;
)",
     "operations that made their model"},
    {5, R"(
CREATE TABLE pushed (
  project BIGINT NOT NULL REFERENCES projects(id), sha256 TEXT NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (project, sha256));
CREATE TABLE artifacts (
  id {id}, model BIGINT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  version BIGINT NOT NULL REFERENCES versions(id) ON DELETE CASCADE, digest TEXT NOT NULL,
  media_type TEXT NOT NULL, artifact_type TEXT NOT NULL, subject TEXT NOT NULL, tag TEXT NOT NULL,
  content TEXT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (model, digest));
CREATE INDEX artifacts_subject ON artifacts (model, subject);
CREATE INDEX artifacts_version ON artifacts (version);
CREATE TABLE artifact_blobs (
  artifact BIGINT NOT NULL REFERENCES artifacts(id) ON DELETE CASCADE, sha256 TEXT NOT NULL,
  PRIMARY KEY (artifact, sha256));
CREATE INDEX artifact_blobs_sha256 ON artifact_blobs (sha256);
)",
     "artifacts of the OCI registry"},
    {6, R"(
CREATE TABLE device_states (
  project BIGINT NOT NULL REFERENCES projects(id), device TEXT NOT NULL, follows TEXT NOT NULL,
  action BIGINT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (project, device, follows));
CREATE TABLE sha1s (sha256 TEXT PRIMARY KEY, sha1 TEXT NOT NULL);
)",
     "devices of hawkBit's API"},
    {7, R"(
CREATE TABLE organisations (name TEXT PRIMARY KEY, created_at BIGINT NOT NULL);
INSERT INTO organisations (name, created_at)
  SELECT organisation, MIN(created_at) FROM projects WHERE organisation <> '' GROUP BY organisation;
CREATE TABLE users (
  id {id}, name TEXT NOT NULL UNIQUE, password TEXT NOT NULL, created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL, disabled_at BIGINT);
CREATE TABLE members (
  member BIGINT NOT NULL REFERENCES users(id), organisation TEXT NOT NULL, project BIGINT NOT NULL,
  role TEXT NOT NULL, PRIMARY KEY (member, organisation, project));
ALTER TABLE tokens ADD COLUMN owner BIGINT REFERENCES users(id);
ALTER TABLE tokens ADD COLUMN session BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tokens_owner ON tokens (owner);
)",
     "users, organisations, members"},
    {8, R"(
ALTER TABLE tokens ADD COLUMN device TEXT NOT NULL DEFAULT '';
CREATE INDEX device_states_age ON device_states (project, updated_at, device);
)",
     "tokens of one device"},
};

}  // namespace

std::span<const database::Migration> migrations() { return kAll; }

}  // namespace samara::hub
