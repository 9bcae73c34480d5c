// Backups: whole ones come back, damaged ones are refused by name, older tables are brought up to date
// and later ones left alone.
#include "hub/store/backup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/hash.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "hub/store/schema.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

namespace fs = std::filesystem;

class Backups : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto made = database::Database::open(at("probe")); !made.ok())
      GTEST_SKIP() << made.error().brief();
    fs::create_directory(at("hub"));
    blobs_ = std::move(*blobs::open_folder(at("hub/store")));
    auto store = std::move(*Store::open(at("hub/hub.sqlite")));
    ASSERT_TRUE(store->make_project(root_, "p", "org").ok());
    for (const char* content : {"one", "two", ""}) add(*store, content);
    fs::create_directories(at("hub/keys/p"));
    ASSERT_TRUE(write_file(at("hub/keys/p/online.pem"), "a key").ok());
  }
  void add(Store& store, const std::string& content) {
    const std::string id = *blobs_->begin();
    {
      auto upload = std::move(*blobs_->resume(id));
      ASSERT_TRUE(upload->append(std::as_bytes(std::span(content))).ok());
    }
    wire::Manifest m;
    m.model = "digits";
    m.version = cat("1.0.", content.size() + (content == "two"));
    m.sha256 = blobs_->finish(id, "")->sha256;
    m.size = content.size();
    ASSERT_TRUE(store.add_version(root_, *store.project("p"), m, "{}").ok());
  }
  std::string at(const std::string& name) const { return folder_.in(name); }
  Result<BackupReport> back_up(const std::string& to, bool keys = true) {
    auto database = database::Database::open(at("hub/hub.sqlite"));
    return make_backup(**database, "sqlite", *blobs_, keys ? at("hub/keys") : "", at(to));
  }
  void put(const std::string& name, const std::string& content) {
    std::ofstream(at(name), std::ios::binary | std::ios::trunc) << content;
  }
  static std::string text_of(const std::string& path) { return *read_file(path); }

  Principal root_{0, "root", Role::admin, 0, "local"};
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  std::unique_ptr<blobs::Store> blobs_;
};

TEST_F(Backups, come_back_whole) {
  const auto made = back_up("backup");
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(made->blobs, 3u);
  EXPECT_EQ(made->bytes, 6u);
  EXPECT_EQ(made->schema, migrations().back().number);
  EXPECT_TRUE(made->keys);
  EXPECT_FALSE(back_up("backup").ok());  // never over another
  EXPECT_TRUE(check_backup(at("backup")).ok());
  const auto restored = restore_backup(at("backup"), at("again"), "");
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  EXPECT_EQ(text_of(at("again/keys/p/online.pem")), "a key");
  const auto store = Store::open(at("again/hub.sqlite"));
  ASSERT_TRUE(store.ok());
  const auto project = (*store)->project("p");
  EXPECT_EQ((*store)->versions((*store)->model(project->id, "digits")->id)->size(), 3u);
  const auto again = blobs::open_folder(at("again/store"));
  for (const char* content : {"one", "two", ""}) {
    const auto file =
        (*again)->open(sha256_hex(std::as_bytes(std::span(std::string_view(content)))));
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->size, std::string_view(content).size());
  }
  EXPECT_EQ(fs::status(at("backup")).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(back_up("without", false)->keys);
  EXPECT_FALSE(fs::exists(at("without/keys")));
}

TEST_F(Backups, go_nowhere_that_holds_something) {
  ASSERT_TRUE(back_up("backup").ok());
  fs::create_directory(at("full"));
  put("full/file", "mine");
  const auto refused = restore_backup(at("backup"), at("full"), "");
  EXPECT_EQ(refused.error().code(), Code::failed_precondition);
  EXPECT_EQ(text_of(at("full/file")), "mine");
  const auto other = restore_backup(at("backup"), at("new"), "postgres://nobody@127.0.0.1:1/x");
  EXPECT_NE(other.error().brief().find("a hub on sqlite"), std::string::npos);
  EXPECT_FALSE(fs::exists(at("new")));
  EXPECT_FALSE(fs::exists(at("new.part")));
  fs::create_directory(at("empty"));
  EXPECT_TRUE(restore_backup(at("backup"), at("empty/"), "").ok());
}

TEST_F(Backups, that_are_damaged_are_refused_by_name) {
  ASSERT_TRUE(back_up("backup").ok());
  const std::string one = sha256_hex(std::as_bytes(std::span(std::string_view("one"))));
  const std::string blob = cat("/store/blobs/", one.substr(0, 2), "/", one);
  for (const std::string& file :
       {std::string("/database"), std::string("/blobs.txt"), std::string("/backup.json"), blob,
        std::string("/keys/p/online.pem")}) {
    for (const bool gone : {false, true}) {
      fs::remove_all(at("bad"));
      fs::copy(at("backup"), at("bad"), fs::copy_options::recursive);
      std::string content = text_of(at("bad" + file));
      content[content.size() / 2] ^= 1;
      fs::remove(at("bad" + file));
      if (!gone) put("bad" + file, file == "/backup.json" ? "{}" : content);
      for (const auto& refused :
           {check_backup(at("bad")), restore_backup(at("bad"), at("new"), "")}) {
        ASSERT_FALSE(refused.ok()) << file;
        EXPECT_NE(refused.error().text().find(file), std::string::npos) << refused.error().text();
        EXPECT_FALSE(fs::exists(at("new")));
      }
    }
  }
  EXPECT_TRUE(check_backup(at("backup")).ok());
}

TEST_F(Backups, need_every_blob) {
  const std::string two = sha256_hex(std::as_bytes(std::span(std::string_view("two"))));
  fs::remove(blobs_->local(two)->path);
  const auto refused = back_up("backup");
  EXPECT_EQ(refused.error().code(), Code::data_loss);
  EXPECT_NE(refused.error().text().find(two), std::string::npos);
  EXPECT_FALSE(fs::exists(at("backup")));
}

TEST_F(Backups, of_later_versions_are_left_alone) {
  ASSERT_TRUE(back_up("backup").ok());
  std::string about = text_of(at("backup/backup.json"));
  const std::string schema = cat("\"schema\": ", migrations().back().number);
  ASSERT_NE(about.find(schema), std::string::npos);
  put("backup/backup.json", about.replace(about.find(schema), schema.size(), "\"schema\": 999"));
  const auto refused = restore_backup(at("backup"), at("new"), "");
  EXPECT_EQ(refused.error().code(), Code::failed_precondition);
  EXPECT_NE(refused.error().brief().find("later one"), std::string::npos);
}

TEST_F(Backups, of_older_tables_are_brought_up_to_date) {
  for (size_t first = 1; first < migrations().size(); ++first) {
    fs::remove_all(at("hub"));
    fs::create_directory(at("hub"));
    blobs_ = std::move(*blobs::open_folder(at("hub/store")));
    {
      auto old = std::move(*database::Database::open(at("hub/hub.sqlite")));
      ASSERT_TRUE(old->migrate(migrations().first(first)).ok());
      EXPECT_EQ(*old->schema_version(), migrations()[first - 1].number);
      const auto filled = old->write([](database::Connection& c) -> Status {
        const auto made = c.run(
            "INSERT INTO projects (name, organisation, created_at) VALUES "
            "('p', 'org', 1)");
        return made.ok() ? ok() : Status(made.error());
      });
      ASSERT_TRUE(filled.ok());
    }
    const std::string name = cat("backup", first);
    const auto made = back_up(name, false);
    ASSERT_TRUE(made.ok()) << made.error().text();
    EXPECT_EQ(made->schema, migrations()[first - 1].number);
    ASSERT_TRUE(restore_backup(at(name), at("new" + name), "").ok());
    const auto store = Store::open(at("new" + name) + "/hub.sqlite");
    ASSERT_TRUE(store.ok()) << store.error().text();
    // Organisations come from the projects that were there before organisations were.
    if (first >= 7) continue;
    EXPECT_EQ(*(*store)->organisations(root_), std::vector<std::string>{"org"});
  }
}

}  // namespace
}  // namespace samara::hub
