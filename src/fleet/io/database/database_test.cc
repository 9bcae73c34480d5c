// The same tests on SQLite and on a PostgreSQL server that is started for them.
#include "fleet/io/database/database.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/process.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::database {
namespace {

namespace fs = std::filesystem;

/// A PostgreSQL server of our own, in a folder of our own, reached by a socket there.
class PostgresServer {
 public:
  PostgresServer() {
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored_)) {
      if (fs::exists(entry.path() / "bin/initdb")) bin_ = entry.path() / "bin";
    }
    if (bin_.empty()) return;
    std::string pattern = "/tmp/samara_pg_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    // PostgreSQL does not run as root.
    if (geteuid() == 0) {
      become_ = {"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"};
      if (!run({"chown", "nobody:nogroup", folder_}, false)) return;
    }
    if (!run({(bin_ / "initdb").string(), "-D", folder_ + "/data", "-U", "samara", "-A", "trust",
              "-E", "UTF8", "--no-sync"})) {
      return;
    }
    control("start");
  }
  ~PostgresServer() {
    if (!url.empty()) control("stop");
    if (!folder_.empty()) fs::remove_all(folder_, ignored_);
  }
  void control(const std::string& what) {
    std::vector<std::string> words = {
        (bin_ / "pg_ctl").string(), "-D", folder_ + "/data", "-w", "-l", folder_ + "/log"};
    if (what == "start") {
      words.insert(words.end(), {"-o", "-c listen_addresses= -c fsync=off -k " + folder_});
    } else {
      words.insert(words.end(), {"-m", "immediate"});
    }
    words.push_back(what);
    if (run(words) && what == "start") url = "postgres:///postgres?user=samara&host=" + folder_;
  }
  std::string url;  // empty: there is none here

 private:
  bool run(std::vector<std::string> words, bool as_other = true) const {
    if (as_other) words.insert(words.begin(), become_.begin(), become_.end());
    const auto done = run_process(words, true);
    return done.ok() && done->exit_code == 0;
  }
  std::error_code ignored_;
  fs::path bin_;
  std::string folder_;
  std::vector<std::string> become_;
};

PostgresServer& postgres() {
  static PostgresServer server;
  return server;
}

class Databases : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    where_ = (fs::temp_directory_path() / cat("samara_database_", getpid(), ".sqlite")).string();
    if (GetParam() == std::string("postgres")) {
      where_ = postgres().url;
      if (where_.empty()) GTEST_SKIP() << "PostgreSQL is not installed here";
    }
    if (auto made = Database::open(where_); !made.ok() && made.error().code() == Code::unsupported)
      GTEST_SKIP() << made.error().brief();
    db_ = open();
    ASSERT_TRUE(db_);
  }
  void TearDown() override {
    if (db_ && db_->remote()) {
      (void)db_->write([](Connection& c) -> Status {
        TRY(c.run("DROP SCHEMA public CASCADE"));
        TRY(c.run("CREATE SCHEMA public"));
        return ok();
      });
    }
    db_.reset();
    for (const char* end : {"", "-wal", "-shm"}) {
      std::error_code ignored;
      fs::remove(where_ + end, ignored);
    }
  }
  std::unique_ptr<Database> open() const {
    auto made = Database::open(where_);
    EXPECT_TRUE(made.ok()) << made.error().text();
    return made.ok() ? std::move(*made) : nullptr;
  }
  Status write(std::string_view sql, Values values = {}) {
    return db_->write([&](Connection& c) -> Status {
      TRY(c.run(sql, values));
      return ok();
    });
  }
  std::string where_;
  std::unique_ptr<Database> db_;
};

constexpr Migration kFirst[] = {
    {1, "CREATE TABLE t (id {id}, name TEXT NOT NULL UNIQUE, size BIGINT, data {bytes});"}};
constexpr Migration kSecond[] = {
    kFirst[0], {2, "ALTER TABLE t ADD COLUMN note TEXT; CREATE INDEX t_note ON t (note);"}};

TEST_P(Databases, keeps_values_of_every_type) {
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  const std::string odd("'; DROP TABLE t; --\xc3\xa9");
  const Bytes bytes{std::string("\0\1\xff\\x", 5)};
  ASSERT_TRUE(write("INSERT INTO t (name, size, data) VALUES ($1, $2, $3)",
                    {odd, int64_t{-9'000'000'000'000}, bytes})
                  .ok());
  auto rows = db_->read("SELECT name, size, data, id, $2 FROM t WHERE name = $1 AND size = $3",
                        {odd, std::string("x"), int64_t{-9'000'000'000'000}});
  ASSERT_TRUE(rows.ok()) << rows.error().text();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].text(0), odd);
  EXPECT_EQ((*rows)[0].integer(1), -9'000'000'000'000);
  EXPECT_EQ(std::get<Bytes>((*rows)[0].values[2]), bytes);
  EXPECT_EQ((*rows)[0].integer(3), 1);
  ASSERT_TRUE(write("UPDATE t SET size = $1", {std::monostate()}).ok());
  EXPECT_TRUE((*db_->read("SELECT size FROM t"))[0].null(0));
  EXPECT_EQ((*db_->read("SELECT COUNT(*) FROM t"))[0].integer(0), 1);
}

TEST_P(Databases, a_failed_transaction_leaves_nothing) {
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  const Status done = db_->write([](Connection& c) -> Status {
    TRY(c.run("INSERT INTO t (name) VALUES ($1)", {std::string("a")}));
    return Error(Code::cancelled, "on second thought");
  });
  EXPECT_EQ(done.error().code(), Code::cancelled);
  EXPECT_TRUE(db_->read("SELECT 1 FROM t")->empty());
  ASSERT_TRUE(write("INSERT INTO t (name) VALUES ($1)", {std::string("a")}).ok());
  const Status twice = write("INSERT INTO t (name) VALUES ($1)", {std::string("a")});
  EXPECT_EQ(twice.error().code(), Code::failed_precondition) << twice.error().text();
  EXPECT_EQ(write("nonsense").error().code(), Code::internal);
  EXPECT_EQ(db_->read("SELECT name FROM t")->size(), 1u);
}

TEST_P(Databases, migrates_once_and_not_backwards) {
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  ASSERT_TRUE(write("INSERT INTO t (name) VALUES ($1)", {std::string("kept")}).ok());
  ASSERT_TRUE(db_->migrate(kSecond).ok());
  EXPECT_EQ((*db_->read("SELECT name FROM t WHERE note IS NULL"))[0].text(0), "kept");
  const Status back = db_->migrate(kFirst);
  EXPECT_EQ(back.error().code(), Code::failed_precondition);
}

TEST_P(Databases, returns_what_was_written) {
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  ASSERT_TRUE(db_->write([](Connection& c) -> Status {
                   TRY_SET(const Rows rows, c.run("INSERT INTO t (name) VALUES ($1) ON CONFLICT "
                                                  "(name) DO NOTHING RETURNING id",
                                                  {std::string("a")}));
                   EXPECT_EQ(rows.size(), 1u);
                   TRY_SET(const Rows none, c.run("INSERT INTO t (name) VALUES ($1) ON CONFLICT "
                                                  "(name) DO NOTHING RETURNING id",
                                                  {std::string("a")}));
                   EXPECT_TRUE(none.empty());
                   return ok();
                 })
                  .ok());
}

TEST_P(Databases, many_threads_count_without_losing_one) {
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  ASSERT_TRUE(write("INSERT INTO t (name, size) VALUES ('n', 0)").ok());
  std::atomic<int> counted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        const Status done = db_->write([](Connection& c) -> Status {
          TRY_SET(const Rows rows, c.run("SELECT size FROM t WHERE name = 'n'"));
          TRY(c.run("UPDATE t SET size = $1 WHERE name = 'n'", {rows[0].integer(0) + 1}));
          return ok();
        });
        if (done.ok()) ++counted;
        EXPECT_TRUE(db_->read("SELECT size FROM t").ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(counted, 0);
  EXPECT_EQ((*db_->read("SELECT size FROM t"))[0].integer(0), counted);
}

TEST_P(Databases, outlives_its_server) {
  if (!db_->remote()) GTEST_SKIP() << "SQLite has none";
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  postgres().control("stop");
  EXPECT_EQ(db_->read("SELECT 1").error().code(), Code::unavailable);
  EXPECT_EQ(write("INSERT INTO t (name) VALUES ('lost')").error().code(), Code::unavailable);
  postgres().control("start");
  EXPECT_TRUE(write("INSERT INTO t (name) VALUES ('kept')").ok());
  EXPECT_EQ(db_->read("SELECT name FROM t")->size(), 1u);
}

TEST(databases, that_cannot_be_opened_say_why) {
  EXPECT_FALSE(Database::open("/no/such/folder/x.sqlite").ok());
  EXPECT_FALSE(Database::open("postgres://samara@127.0.0.1:1/none").ok());
  const std::string path = (fs::temp_directory_path() / cat("samara_no_db_", getpid())).string();
  FILE* file = fopen(path.c_str(), "w");
  for (int i = 0; i < 1000; ++i) fputs("this is not a database ", file);
  fclose(file);
  const Code refused = Database::open(path).error().code();
  EXPECT_TRUE(refused == Code::data_loss || refused == Code::unsupported) << name(refused);
  fs::remove(path);
}

TEST_P(Databases, are_dumped_as_of_one_moment_and_loaded_where_nothing_is) {
  EXPECT_EQ(*db_->schema_version(), 0);
  ASSERT_TRUE(db_->migrate(kFirst).ok());
  EXPECT_EQ(*db_->schema_version(), 1);
  ASSERT_TRUE(write("INSERT INTO t (name) VALUES ('a')").ok());
  const std::string dump = (fs::temp_directory_path() / cat("samara_dump_", getpid())).string();
  fs::remove(dump);
  size_t rows = 0;
  const Status dumped = db_->dump(dump, [&](Connection& c) -> Status {
    // What others do now is not in it.
    TRY(write("INSERT INTO t (name) VALUES ('b')"));
    TRY_SET(const Rows seen, c.run("SELECT name FROM t"));
    rows = seen.size();
    return ok();
  });
  if (!dumped.ok() && dumped.error().message().find("not installed") != std::string::npos)
    GTEST_SKIP() << dumped.error().brief();
  ASSERT_TRUE(dumped.ok()) << dumped.error().text();
  EXPECT_EQ(rows, 1u);
  EXPECT_EQ(Database::load(where_, dump).error().code(), Code::failed_precondition);
  EXPECT_EQ(db_->read("SELECT name FROM t")->size(), 2u);
  TearDown();
  ASSERT_TRUE(Database::load(where_, dump).ok());
  db_ = open();
  EXPECT_EQ(db_->read("SELECT name FROM t")->size(), 1u);
  EXPECT_EQ(*db_->schema_version(), 1);
  fs::remove(dump);
}

INSTANTIATE_TEST_SUITE_P(all, Databases, ::testing::Values("sqlite", "postgres"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace samara::database
