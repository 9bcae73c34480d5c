// Database: SQL on SQLite or PostgreSQL behind one interface. Statements are written once for both:
// parameters are $1, $2 ..., types BIGINT, TEXT and {bytes}; {id} stands for a key that counts by
// itself. Statements are prepared once a connection. No value ever becomes part of a statement's text.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::database {

struct Bytes {
  std::string content;
  bool operator==(const Bytes&) const = default;
};

using Value = std::variant<std::monostate, int64_t, double, std::string, Bytes>;

/// One row of a result. A value of another type than asked for reads as 0 or "".
struct Row {
  std::vector<Value> values;

  int64_t integer(size_t column) const;
  const std::string& text(size_t column) const;
  bool null(size_t column) const;
};
using Rows = std::vector<Row>;
using Values = std::initializer_list<Value>;

class Connection {
 public:
  virtual ~Connection() = default;
  /// The rows of a statement; of one that changes rows without RETURNING none.
  ///
  /// Errors   failed_precondition  a constraint: unique, foreign key, check, not null
  ///          unavailable          the database is gone, busy, or the transaction must be repeated
  ///          resource_exhausted   the disk is full
  ///          internal             the statement is wrong
  virtual Result<Rows> run(std::string_view sql, std::span<const Value> values) = 0;
  Result<Rows> run(std::string_view sql, Values values = {}) {
    return run(sql, std::span(values.begin(), values.size()));
  }
};

struct Migration {
  int64_t number = 0;          // 1, 2, 3 ...
  std::string_view sql;        // statements that end with a semicolon
  std::string_view what = {};  // that it brings, for people
};

class Database {
 public:
  virtual ~Database() = default;
  /// `where` is the path of a SQLite file (made if it is not there) or postgres://user@host/name.
  ///
  /// Errors   unsupported (this build or machine lacks the library), io, unavailable
  static Result<std::unique_ptr<Database>> open(const std::string& where);

  /// Reads outside of a transaction.
  ///
  /// Threads  any
  virtual Result<Rows> read(std::string_view sql, std::span<const Value> values) = 0;
  Result<Rows> read(std::string_view sql, Values values = {}) {
    return read(sql, std::span(values.begin(), values.size()));
  }

  /// Does `work` in one transaction: all of it is on disk once this returns, or none of it. Repeated
  /// where the database asks for that, so `work` must not do what cannot be done twice.
  ///
  /// Threads  any
  virtual Status write(FunctionRef<Status(Connection&)> work) = 0;

  /// Brings the tables to the last migration, each in a transaction of its own.
  ///
  /// Errors   failed_precondition  the database was written by a later version
  Status migrate(std::span<const Migration> migrations);

  /// The number of the last migration that was done; 0: none, or the tables are not ours.
  Result<int64_t> schema_version();

  /// Writes all that is in it at one moment to a new file, while others read and write; `within` reads
  /// what is in the file.
  ///
  /// Errors   failed_precondition  the file is there already; PostgreSQL's pg_dump is not installed
  virtual Status dump(const std::string& path, FunctionRef<Status(Connection&)> within) = 0;
  /// Makes a database of a dump of the same kind.
  ///
  /// Errors   failed_precondition  there is something at `where` already; nothing is overwritten
  ///          data_loss            the dump is damaged
  static Status load(const std::string& where, const std::string& path);
  /// "sqlite", "postgres".
  static std::string_view kind(std::string_view where);

  /// Whether a call goes over a network, so that it takes long enough to be waited for elsewhere.
  virtual bool remote() const = 0;
  /// {id} and {bytes} in this database's words.
  virtual std::string_view id_type() const = 0;
  virtual std::string_view bytes_type() const = 0;

 protected:
  virtual Result<bool> has_table(const std::string& name) = 0;
};

/// The makers that open() chooses from; each in its library's folder.
Result<std::unique_ptr<Database>> open_sqlite(const std::string& path);
Result<std::unique_ptr<Database>> open_postgres(const std::string& url);
Status load_sqlite(const std::string& where, const std::string& path);
Status load_postgres(const std::string& where, const std::string& path);

}  // namespace samara::database
