#include "fleet/io/database/database.h"

#include <ctime>

#include "base/text.h"
#include "base/try.h"

namespace samara::database {
namespace {

std::string with_types(std::string_view sql, const Database& database) {
  std::string out;
  while (!sql.empty()) {
    if (sql.starts_with("{id}")) {
      out += database.id_type();
      sql.remove_prefix(4);
    } else if (sql.starts_with("{bytes}")) {
      out += database.bytes_type();
      sql.remove_prefix(7);
    } else {
      out += sql.front();
      sql.remove_prefix(1);
    }
  }
  return out;
}

/// Runs statement after statement of a text; none of ours has a semicolon within.
Status run_all(Connection& connection, std::string_view sql) {
  while (!sql.empty()) {
    const size_t end = sql.find(';');
    if (end == sql.npos) break;
    TRY(connection.run(sql.substr(0, end), {}));
    sql.remove_prefix(end + 1);
  }
  return ok();
}

}  // namespace

int64_t Row::integer(size_t column) const {
  if (column >= values.size()) return 0;
  const int64_t* value = std::get_if<int64_t>(&values[column]);
  return value ? *value : 0;
}

const std::string& Row::text(size_t column) const {
  static const std::string none;
  if (column >= values.size()) return none;
  if (const auto* bytes = std::get_if<Bytes>(&values[column])) return bytes->content;
  const auto* value = std::get_if<std::string>(&values[column]);
  return value ? *value : none;
}

bool Row::null(size_t column) const {
  return column >= values.size() || std::holds_alternative<std::monostate>(values[column]);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& where) {
  return kind(where) == "postgres" ? open_postgres(where) : open_sqlite(where);
}

std::string_view Database::kind(std::string_view where) {
  const bool url = where.starts_with("postgres://") || where.starts_with("postgresql://");
  return url ? "postgres" : "sqlite";
}

Status Database::load(const std::string& where, const std::string& path) {
  return kind(where) == "postgres" ? load_postgres(where, path) : load_sqlite(where, path);
}

Result<int64_t> Database::schema_version() {
  TRY_SET(const bool ours, has_table("migrations"));
  if (!ours) return 0;
  TRY_SET(const Rows last, read("SELECT COALESCE(MAX(number), 0) FROM migrations"));
  return last[0].integer(0);
}

Status Database::migrate(std::span<const Migration> migrations) {
  TRY(write([&](Connection& c) -> Status {
    return run_all(c,
                   "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, "
                   "applied_at BIGINT NOT NULL);");
  }));
  for (const Migration& migration : migrations) {
    const auto frame = [&] { return cat("migration ", migration.number); };
    TRY(write([&](Connection& c) -> Status {
          TRY_SET(const Rows done,
                  c.run("SELECT 1 FROM migrations WHERE number = $1", {migration.number}));
          if (!done.empty()) return ok();
          TRY(run_all(c, with_types(migration.sql, *this)));
          TRY(c.run("INSERT INTO migrations (number, applied_at) VALUES ($1, $2)",
                    {migration.number, int64_t{std::time(nullptr)}}));
          return ok();
        }).in(frame));
  }
  TRY_SET(const int64_t last, schema_version());
  const int64_t known = migrations.empty() ? 0 : migrations.back().number;
  if (last > known)
    return Error(Code::failed_precondition,
                 cat("the database is at version ", last, ", this program knows ", known,
                     "; use the program that wrote it, or a later one"));
  return ok();
}

}  // namespace samara::database
