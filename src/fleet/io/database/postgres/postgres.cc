// PostgreSQL through libpq, which is loaded when it is first asked for: a hub on SQLite, and a device,
// need not have it. Connections are kept, and made anew when the server went away.
#include <libpq-fe.h>

#include <charconv>
#include <cstring>
#include <map>
#include <mutex>

#include "base/process.h"
#include "base/shared_library.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/database/database.h"

namespace samara::database {
namespace {

// Object identifiers of types (pg_type.dat).
constexpr Oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700,
              kFloat8 = 701, kNumeric = 1700;
constexpr int kTries = 10;  // of a transaction that the server asks to repeat

struct Library {
#define SAMARA_PQ(name) decltype(&::name) name = nullptr;
#include "fleet/io/database/postgres/functions.inc"
#undef SAMARA_PQ
  bool loaded = false;
};

const Library& library() {
  static const Library loaded = [] {
    Library l;
    auto found = SharedLibrary::load("libpq.so.5");
    if (!found.ok()) return l;
#define SAMARA_PQ(name) found->find(#name, l.name);
#include "fleet/io/database/postgres/functions.inc"
#undef SAMARA_PQ
    l.loaded = found->complete().ok();
    return l;
  }();
  return loaded;
}

Code code_of(std::string_view state) {
  if (state.starts_with("23")) return Code::failed_precondition;
  if (state.starts_with("08") || state.starts_with("57P") || state.starts_with("40") ||
      state == "55P03" || state.empty())
    return Code::unavailable;
  if (state.starts_with("53")) return Code::resource_exhausted;
  if (state.starts_with("28") || state.starts_with("42501")) return Code::permission_denied;
  return Code::internal;
}

/// What libpq says, on one line.
std::string said(const char* message) {
  std::string text = message ? message : "";
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return "PostgreSQL: " + text;
}

template <class Number>
Number number_of(const char* text) {
  Number out = 0;
  std::from_chars(text, text + std::strlen(text), out);
  return out;
}

/// A value as libpq takes it: text, or bytes in binary form.
struct Bound {
  std::vector<std::string> texts;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;

  explicit Bound(std::span<const Value> from) : texts(from.size()) {
    for (size_t i = 0; i < from.size(); ++i) {
      int format = 0;
      if (const auto* integer = std::get_if<int64_t>(&from[i])) texts[i] = cat(*integer);
      if (const auto* real = std::get_if<double>(&from[i])) texts[i] = cat(*real);
      if (const auto* text = std::get_if<std::string>(&from[i])) texts[i] = *text;
      if (const auto* bytes = std::get_if<Bytes>(&from[i])) {
        texts[i] = bytes->content;
        format = 1;
      }
      const bool null = std::holds_alternative<std::monostate>(from[i]);
      values.push_back(null ? nullptr : texts[i].c_str());
      lengths.push_back(static_cast<int>(texts[i].size()));
      formats.push_back(format);
    }
  }
};

class Postgres : public Connection {
 public:
  static Result<std::unique_ptr<Postgres>> open(const std::string& url) {
    auto out = std::make_unique<Postgres>();
    out->pg_ = library().PQconnectdb(url.c_str());
    if (library().PQstatus(out->pg_) != CONNECTION_OK)
      return Error(Code::unavailable, said(library().PQerrorMessage(out->pg_)));
    library().PQsetNoticeProcessor(out->pg_, [](void*, const char*) {}, nullptr);
    return out;
  }
  ~Postgres() override { library().PQfinish(pg_); }

  bool alive() const { return library().PQstatus(pg_) == CONNECTION_OK; }

  using Connection::run;
  Result<Rows> run(std::string_view sql, std::span<const Value> values) override {
    const Library& pq = library();
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
      const std::string name = cat("s", statements_.size());
      TRY(take(pq.PQprepare(pg_, name.c_str(), std::string(sql).c_str(), 0, nullptr), sql));
      found = statements_.emplace(std::string(sql), name).first;
    }
    const Bound bound(values);
    return take(
        pq.PQexecPrepared(pg_, found->second.c_str(), static_cast<int>(values.size()),
                          bound.values.data(), bound.lengths.data(), bound.formats.data(), 0),
        sql);
  }

  /// BEGIN, COMMIT, ROLLBACK.
  Result<Rows> plain(const char* sql) { return take(library().PQexec(pg_, sql), sql); }

 private:
  /// The rows of a result, which is given back.
  Result<Rows> take(PGresult* result, std::string_view sql) {
    const Library& pq = library();
    const auto status = pq.PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      const char* state = pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
      Error error =
          Error(code_of(state ? state : ""), said(pq.PQerrorMessage(pg_))).in(std::string(sql));
      pq.PQclear(result);
      return error;
    }
    Rows rows(static_cast<size_t>(pq.PQntuples(result)));
    const int columns = pq.PQnfields(result);
    for (size_t r = 0; r < rows.size(); ++r) {
      for (int c = 0; c < columns; ++c)
        rows[r].values.push_back(value_at(result, static_cast<int>(r), c));
    }
    pq.PQclear(result);
    return rows;
  }

  static Value value_at(const PGresult* result, int row, int column) {
    const Library& pq = library();
    if (pq.PQgetisnull(result, row, column)) return std::monostate();
    const char* text = pq.PQgetvalue(result, row, column);
    switch (pq.PQftype(result, column)) {
      case kBool:
        return int64_t{*text == 't'};
      case kInt2:
      case kInt4:
      case kInt8:
      case kNumeric:  // of SUM over integers
        return number_of<int64_t>(text);
      case kFloat4:
      case kFloat8:
        return number_of<double>(text);
      case kBytea: {
        size_t size = 0;
        unsigned char* bytes =
            pq.PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &size);
        Bytes out{std::string(reinterpret_cast<char*>(bytes), size)};
        pq.PQfreemem(bytes);
        return out;
      }
      default:
        return std::string(text, static_cast<size_t>(pq.PQgetlength(result, row, column)));
    }
  }

  PGconn* pg_ = nullptr;
  std::map<std::string, std::string, std::less<>> statements_;
};

/// Runs one of PostgreSQL's own programs, which says on stderr what goes wrong.
Status run_tool(const std::vector<std::string>& words) {
  const auto done = run_process(words, false);
  if (!done.ok() && done.error().code() == Code::not_found)
    return Error(Code::failed_precondition, cat(words[0],
                                                " is not installed (Debian's package "
                                                "postgresql-client)"));
  if (!done.ok()) return done.error();
  if (done->exit_code != 0)
    return Error(Code::internal, cat(words[0], " ended with status ", done->exit_code));
  return ok();
}

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(std::string url) : url_(std::move(url)) {}

  using Database::read;
  Result<Rows> read(std::string_view sql, std::span<const Value> values) override {
    Result<Rows> rows = Rows();
    // Once more on a new connection where a kept one turns out to be dead.
    for (int tries = 0; tries < 2; ++tries) {
      TRY_SET(auto connection, take());
      rows = connection->run(sql, values);
      if (connection->alive()) {
        give(std::move(connection));
        return rows;
      }
      forget();
    }
    return rows;
  }

  Status write(FunctionRef<Status(Connection&)> work) override {
    Status done;
    for (int tries = 0; tries < kTries; ++tries) {
      TRY_SET(auto connection, take());
      // Serializable: two hubs on one database see each other's changes in one order.
      auto begun = connection->plain("BEGIN ISOLATION LEVEL SERIALIZABLE");
      if (!begun.ok() && !connection->alive()) {
        forget();
        done = std::move(begun).error();
        continue;
      }
      if (!begun.ok()) return std::move(begun).error();
      done = work(*connection);
      if (done.ok()) {
        auto committed = connection->plain("COMMIT");
        if (committed.ok()) {
          give(std::move(connection));
          return ok();
        }
        done = std::move(committed).error();
        // Whether a commit took place that nobody answered is not known: not to be repeated.
        if (!connection->alive()) return done;
      }
      if (!connection->alive()) {
        forget();
      } else {
        (void)connection->plain("ROLLBACK");
        give(std::move(connection));
      }
      if (done.error().code() != Code::unavailable) return done;
    }
    return done;
  }

  Status dump(const std::string& path, FunctionRef<Status(Connection&)> within) override {
    return write([&](Connection& c) -> Status {
      TRY_SET(const Rows rows, c.run("SELECT pg_export_snapshot()"));
      TRY(within(c));
      return run_tool({"pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                       "--snapshot=" + rows[0].text(0), "--file=" + path, "--dbname=" + url_});
    });
  }

  bool remote() const override { return true; }
  std::string_view id_type() const override { return "BIGSERIAL PRIMARY KEY"; }
  std::string_view bytes_type() const override { return "BYTEA"; }

 protected:
  Result<bool> has_table(const std::string& name) override {
    TRY_SET(const Rows rows, read("SELECT 1 FROM information_schema.tables WHERE table_schema = "
                                  "current_schema() AND table_name = $1",
                                  {name}));
    return !rows.empty();
  }

 private:
  Result<std::unique_ptr<Postgres>> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!kept_.empty()) {
        auto connection = std::move(kept_.back());
        kept_.pop_back();
        return connection;
      }
    }
    return Postgres::open(url_);
  }
  void give(std::unique_ptr<Postgres> connection) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(connection));
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    kept_.clear();
  }

  std::string url_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Postgres>> kept_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const std::string& url) {
  if (!library().loaded)
    return Error(Code::unsupported,
                 "PostgreSQL needs libpq.so.5, which is not installed (Debian's package libpq5)");
  // A host that answers nothing must not hold a request for minutes.
  const std::string more = url.find("connect_timeout") == url.npos ? "connect_timeout=5" : "";
  std::string full = url;
  if (!more.empty()) full += (url.find('?') == url.npos ? "?" : "&") + more;
  TRY_SET(auto first, Postgres::open(full));
  return std::unique_ptr<Database>(std::make_unique<PostgresDatabase>(full));
}

Status load_postgres(const std::string& where, const std::string& path) {
  TRY_SET(const auto there, open_postgres(where));
  TRY_SET(const int64_t version, there->schema_version());
  if (version != 0) return Error(Code::failed_precondition, "the database has a hub already");
  return run_tool({"pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
                   "--no-privileges", "--dbname=" + where, path});
}

}  // namespace samara::database
