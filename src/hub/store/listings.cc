// What Firebase's and Google Cloud Storage's doors keep: objects, the names and tags that Firebase's
// clients give models, and operations that take a while.
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/json/json.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Row;
using database::Rows;
using json::Json;

/// An operation that has not ended after so long belongs to a hub that is gone.
constexpr int64_t kLongestOperation = 3600;

std::optional<std::vector<std::string>> tags_of(const std::string& text) {
  const auto parsed = json::parse(text);
  if (!parsed.ok() || !parsed->as_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const Json& tag : *parsed->as_array())
    if (tag.as_string()) out.push_back(*tag.as_string());
  return out;
}

Error no_listing() { return Error(Code::not_found, "there is no such model"); }

/// Refuses a name under which another model of the project is known already.
Status check_free(Connection& c, int64_t project, int64_t model, const std::string& display_name) {
  TRY_SET(const Rows rows, c.run("SELECT 1 FROM models m LEFT JOIN listings l ON l.model = m.id "
                                 "WHERE m.project = $1 AND m.id <> $2 "
                                 "AND (m.name = $3 OR l.display_name = $3) LIMIT 1",
                                 {project, model, display_name}));
  if (rows.empty()) return ok();
  return Error(Code::failed_precondition,
               cat("there is a model named '", display_name, "' already"));
}

}  // namespace

Status Store::put_object(const Principal& by, const Project& project, const Object& object) {
  return change(
      by, project.name, "object.put", cat("gs://", object.bucket, "/", object.name), object.sha256,
      [&](Connection& c) -> Status {
        TRY(
            c.run("INSERT INTO objects (project, bucket, name, sha256, size, crc32c, "
                  "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                  "ON CONFLICT (project, bucket, name) DO UPDATE SET "
                  "sha256 = $4, size = $5, crc32c = $6, created_at = $7",
                  {project.id, object.bucket, object.name, object.sha256,
                   static_cast<int64_t>(object.size), int64_t{object.crc32c}, object.created_at}));
        return ok();
      });
}

Result<Object> Store::object(int64_t project, std::string_view bucket, std::string_view name) {
  TRY_SET(const Rows rows, database_->read("SELECT sha256, size, crc32c, created_at FROM objects "
                                           "WHERE project = $1 AND bucket = $2 AND name = $3",
                                           {project, std::string(bucket), std::string(name)}));
  if (rows.empty()) return Error(Code::not_found, cat("there is no gs://", bucket, "/", name));
  return Object{std::string(bucket),
                std::string(name),
                rows[0].text(0),
                static_cast<uint64_t>(rows[0].integer(1)),
                static_cast<uint32_t>(rows[0].integer(2)),
                rows[0].integer(3)};
}

Result<std::vector<Listing>> Store::listings_where(std::string_view condition,
                                                   std::initializer_list<database::Value> values) {
  TRY_SET(
      const Rows rows,
      database_->read(cat("SELECT m.id, m.name, m.created_at, COALESCE(l.display_name, m.name), "
                          "COALESCE(l.tags, ''), COALESCE(l.problem, ''), "
                          "COALESCE(l.updated_at, m.created_at), "
                          "COALESCE((SELECT MAX(o.id) FROM operations o WHERE o.model = m.id "
                          "AND o.done = 0 AND o.started_at > $1), 0) "
                          "FROM models m LEFT JOIN listings l ON l.model = m.id "
                          "WHERE m.project = $2 ",
                          condition, " ORDER BY m.id"),
                      std::span(values.begin(), values.size())));
  std::vector<Listing> all;
  for (const Row& row : rows) {
    all.push_back({{row.integer(0), row.text(1), row.integer(2)},
                   row.text(3),
                   tags_of(row.text(4)),
                   row.text(5),
                   row.integer(6),
                   row.integer(7)});
  }
  return all;
}

Result<std::vector<Listing>> Store::listings(int64_t project) {
  return listings_where("", {now() - kLongestOperation, project});
}

Result<Listing> Store::listing(int64_t project, int64_t model) {
  TRY_SET(auto all, listings_where("AND m.id = $3", {now() - kLongestOperation, project, model}));
  if (all.empty()) return no_listing();
  return std::move(all[0]);
}

Result<Listing> Store::listing_named(int64_t project, std::string_view display_name) {
  TRY_SET(auto all,
          listings_where("AND COALESCE(l.display_name, m.name) = $3",
                         {now() - kLongestOperation, project, std::string(display_name)}));
  if (all.empty()) return no_listing();
  return std::move(all[0]);
}

Result<Listing> Store::make_listing(const Principal& by, const Project& project,
                                    const std::string& display_name,
                                    const std::vector<std::string>& tags) {
  int64_t id = 0;
  TRY(change(by, project.name, "model.make", display_name, "", [&](Connection& c) -> Status {
    TRY(check_free(c, project.id, 0, display_name));
    TRY_SET(const Rows rows,
            c.run("INSERT INTO models (project, name, created_at) VALUES ($1, $2, $3) RETURNING id",
                  {project.id, display_name, now()}));
    id = rows[0].integer(0);
    TRY(
        c.run("INSERT INTO listings (model, display_name, tags, problem, updated_at) "
              "VALUES ($1, $2, $3, '', $4)",
              {id, display_name, Json::list(tags).dump(), now()}));
    return ok();
  }));
  return listing(project.id, id);
}

Status Store::set_listing(const Principal& by, const Project& project, const Listing& listing) {
  return change(by, project.name, "model.describe", listing.model.name, listing.display_name,
                [&](Connection& c) -> Status {
                  TRY(check_free(c, project.id, listing.model.id, listing.display_name));
                  TRY(
                      c.run("INSERT INTO listings (model, display_name, tags, problem, updated_at) "
                            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (model) DO UPDATE SET "
                            "display_name = $2, tags = $3, problem = $4, updated_at = $5",
                            {listing.model.id, listing.display_name,
                             listing.tags ? Json::list(*listing.tags).dump() : std::string(),
                             listing.problem, now()}));
                  return ok();
                });
}

Status Store::remove_listing(const Principal& by, const Project& project, const Listing& listing) {
  return change(by, project, "model.remove", listing.model.name, listing.display_name,
                [&](Connection& c) -> Status {
                  TRY_SET(const Rows used, c.run("SELECT kind, name FROM pointers WHERE model = $1 "
                                                 "AND NOT (kind = 'channel' AND name = 'stable')",
                                                 {listing.model.id}));
                  if (used.empty()) return drop_model(c, listing.model.id);
                  return Error(Code::failed_precondition,
                               cat("the ", used[0].text(0), " '", used[0].text(1),
                                   "' stands for a version of it; remove that first"));
                });
}

Result<int64_t> Store::begin_operation(int64_t project, int64_t model, bool fresh) {
  int64_t id = 0;
  TRY(database_->write([&](Connection& c) -> Status {
    TRY_SET(const Rows busy, c.run("SELECT id FROM operations WHERE model = $1 AND done = 0 "
                                   "AND started_at > $2",
                                   {model, now() - kLongestOperation}));
    if (!busy.empty())
      return Error(Code::failed_precondition,
                   "the model is locked by an operation that is under way");
    TRY_SET(const Rows rows,
            c.run("INSERT INTO operations (project, model, started_at, done, code, message, fresh) "
                  "VALUES ($1, $2, $3, 0, 0, '', $4) RETURNING id",
                  {project, model, now(), int64_t{fresh}}));
    id = rows[0].integer(0);
    return ok();
  }));
  return id;
}

Status Store::end_operation(int64_t id, int code, std::string_view message) {
  const Status done = database_->write([&](Connection& c) -> Status {
    TRY(c.run("UPDATE operations SET done = 1, code = $1, message = $2 WHERE id = $3",
              {int64_t{code}, std::string(message), id}));
    return ok();
  });
  ++generation_;
  return done;
}

Result<Operation> Store::operation(int64_t project, int64_t id) {
  TRY_SET(const Rows rows,
          database_->read("SELECT id, model, done, code, message, started_at FROM operations "
                          "WHERE project = $1 AND id = $2",
                          {project, id}));
  if (rows.empty()) return Error(Code::not_found, "there is no such operation");
  Operation out{rows[0].integer(0), rows[0].integer(1), rows[0].integer(2) != 0,
                static_cast<int>(rows[0].integer(3)), rows[0].text(4)};
  if (!out.done && rows[0].integer(5) <= now() - kLongestOperation) {
    out.done = true;
    out.code = 10;
    out.message = "the hub that worked on it is gone; send the file again";
  }
  return out;
}

Status Store::abandon_operations() {
  return database_->write([&](Connection& c) -> Status {
    TRY_SET(const Rows made,
            c.run("SELECT model FROM operations o WHERE done = 0 AND fresh = 1 "
                  "AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.model = o.model)"));
    for (const Row& row : made) TRY(drop_model(c, row.integer(0)));
    TRY(
        c.run("UPDATE operations SET done = 1, code = 10, "
              "message = 'the hub was stopped meanwhile; send the file again' WHERE done = 0"));
    return ok();
  });
}

}  // namespace samara::hub
