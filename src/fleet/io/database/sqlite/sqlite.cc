// SQLite: one connection writes, others read beside it (write-ahead log). Commits are synced to disk
// before they return.
#include <sqlite3.h>

#include <map>
#include <mutex>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/database/database.h"

namespace samara::database {
namespace {

constexpr int kBusyMilliseconds = 10'000;

Error failed(sqlite3* db, int code, std::string_view what) {
  Code kind = Code::io;
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      kind = Code::failed_precondition;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      kind = Code::unavailable;
      break;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      kind = Code::resource_exhausted;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      kind = Code::data_loss;
      break;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      kind = Code::internal;
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      kind = Code::permission_denied;
      break;
    default:
      break;
  }
  return Error(kind, cat("SQLite: ", db ? sqlite3_errmsg(db) : sqlite3_errstr(code)))
      .in(std::string(what));
}

/// Resets a statement however it is left.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

class Sqlite : public Connection {
 public:
  static Result<std::unique_ptr<Sqlite>> open(const std::string& path,
                                              const char* journal = "PRAGMA journal_mode=WAL") {
    auto out = std::make_unique<Sqlite>();
    const int code =
        sqlite3_open_v2(path.c_str(), &out->db_,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) return failed(out->db_, code, "database " + path);
    sqlite3_busy_timeout(out->db_, kBusyMilliseconds);
    sqlite3_extended_result_codes(out->db_, 1);
    for (const char* pragma : {journal, "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
                               "PRAGMA trusted_schema=OFF"}) {
      TRY(out->run(pragma, {}).in([&] { return "database " + path; }));
    }
    return out;
  }

  ~Sqlite() override {
    for (auto& [_, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  using Connection::run;
  Result<Rows> run(std::string_view sql, std::span<const Value> values) override {
    TRY_SET(sqlite3_stmt * statement, prepare(sql));
    const Reset reset{statement};
    for (size_t i = 0; i < values.size(); ++i) TRY(bind(statement, i + 1, values[i], sql));
    Rows rows;
    for (;;) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) return rows;
      if (code != SQLITE_ROW) return failed(db_, code, sql);
      Row row;
      const int columns = sqlite3_column_count(statement);
      for (int i = 0; i < columns; ++i) row.values.push_back(value_at(statement, i));
      rows.push_back(std::move(row));
    }
  }

 private:
  Result<sqlite3_stmt*> prepare(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(db_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return failed(db_, code, sql);
    statements_.emplace(std::string(sql), statement);
    return statement;
  }

  Status bind(sqlite3_stmt* statement, size_t number, const Value& value, std::string_view sql) {
    // $2 is a name to SQLite, counted by where it first stands.
    const int at = sqlite3_bind_parameter_index(statement, cat("$", number).c_str());
    if (at == 0) return Error(Code::internal, cat("no parameter $", number)).in(std::string(sql));
    int code = SQLITE_OK;
    if (const auto* integer = std::get_if<int64_t>(&value)) {
      code = sqlite3_bind_int64(statement, at, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      code = sqlite3_bind_double(statement, at, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      code = sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
    } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
      code = sqlite3_bind_blob64(statement, at, bytes->content.data(), bytes->content.size(),
                                 SQLITE_TRANSIENT);
    }
    if (code != SQLITE_OK) return failed(db_, code, sql);
    return ok();
  }

  static Value value_at(sqlite3_stmt* statement, int column) {
    const auto content = [&](const void* data) {
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      return data ? std::string(static_cast<const char*>(data), size) : std::string();
    };
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_INTEGER:
        return int64_t{sqlite3_column_int64(statement, column)};
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
      case SQLITE_TEXT:
        return content(sqlite3_column_text(statement, column));
      case SQLITE_BLOB:
        return Bytes{content(sqlite3_column_blob(statement, column))};
      default:
        return std::monostate();
    }
  }

  sqlite3* db_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

class SqliteDatabase : public Database {
 public:
  SqliteDatabase(std::string path, std::unique_ptr<Sqlite> writer)
      : path_(std::move(path)), writer_(std::move(writer)) {}

  using Database::read;
  Result<Rows> read(std::string_view sql, std::span<const Value> values) override {
    std::unique_ptr<Sqlite> reader;
    {
      const std::lock_guard lock(readers_mutex_);
      if (!readers_.empty()) {
        reader = std::move(readers_.back());
        readers_.pop_back();
      }
    }
    if (!reader) {
      TRY_SET(reader, Sqlite::open(path_));
    }
    auto rows = reader->run(sql, values);
    const std::lock_guard lock(readers_mutex_);
    readers_.push_back(std::move(reader));
    return rows;
  }

  Status write(FunctionRef<Status(Connection&)> work) override {
    const std::lock_guard lock(writer_mutex_);
    TRY(writer_->run("BEGIN IMMEDIATE", {}));
    Status done = work(*writer_);
    if (done.ok()) {
      auto committed = writer_->run("COMMIT", {});
      if (committed.ok()) return ok();
      done = std::move(committed).error();
    }
    (void)writer_->run("ROLLBACK", {});
    return done;
  }

  Status dump(const std::string& path, FunctionRef<Status(Connection&)> within) override {
    if (file_identity(path).ok())
      return Error(Code::failed_precondition, cat(path, " is there already"));
    TRY(read("VACUUM INTO $1", {path}));
    TRY_SET(const auto copy, Sqlite::open(path, "PRAGMA journal_mode=DELETE"));
    return within(*copy);
  }

  bool remote() const override { return false; }
  std::string_view id_type() const override { return "INTEGER PRIMARY KEY AUTOINCREMENT"; }
  std::string_view bytes_type() const override { return "BLOB"; }

 protected:
  Result<bool> has_table(const std::string& name) override {
    TRY_SET(const Rows rows,
            read("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", {name}));
    return !rows.empty();
  }

 private:
  std::string path_;
  std::mutex writer_mutex_, readers_mutex_;
  std::unique_ptr<Sqlite> writer_;
  std::vector<std::unique_ptr<Sqlite>> readers_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path) {
  TRY_SET(auto writer, Sqlite::open(path));
  return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(path, std::move(writer)));
}

Status load_sqlite(const std::string& where, const std::string& path) {
  const auto frame = [&] { return "database " + path; };
  if (file_identity(where).ok())
    return Error(Code::failed_precondition, cat(where, " is there already"));
  // Looked through where it lies: what is damaged never gets to where a hub would find it.
  TRY_SET(const auto dump, Sqlite::open(path, "PRAGMA journal_mode=DELETE"));
  TRY_SET(const Rows rows, dump->run("PRAGMA integrity_check", {}).in(frame));
  if (rows.size() != 1 || rows[0].text(0) != "ok")
    return Error(Code::data_loss, "SQLite finds it damaged").in(frame());
  TRY(dump->run("VACUUM INTO $1", {where}).in(frame));
  return ok();
}

}  // namespace samara::database
