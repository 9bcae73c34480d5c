#include "fleet/io/local/local.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/temporary_folder.h"

namespace samara::local {
namespace {

class LocalLines : public ::testing::Test {
 protected:
  ~LocalLines() override { stop(); }
  void serve() {
    auto made = LineServer::listen(path, [this](const std::string& line) {
      Reply reply = {"<" + line + ">"};
      if (line == "file") reply.file = File::open(path + ".file").value();
      return reply;
    });
    ASSERT_TRUE(made.ok()) << made.error().text();
    server.emplace(std::move(*made));
    thread = std::thread([this] {
      while (!ending) EXPECT_TRUE(server->serve(20).ok());
    });
  }
  void stop() {
    ending = true;
    if (thread.joinable()) thread.join();
    server.reset();
  }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  const std::string path = folder_.in("socket");
  std::optional<LineServer> server;
  std::thread thread;
  std::atomic<bool> ending = false;
};

TEST_F(LocalLines, each_line_is_answered) {
  serve();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(ask(path, "digits")->text, "<digits>");
  EXPECT_EQ(ask(path, "")->text, "<>");
  EXPECT_EQ(ask(path, "a\nb")->text, "<a>");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0660));
  stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(ask(path, "x").error().code(), Code::unavailable);
}

TEST_F(LocalLines, a_file_goes_with_the_answer_that_it_belongs_to) {
  const std::string content(100'000, 'm');
  ASSERT_TRUE(write_file(path + ".file", content).ok());
  serve();
  for (int i = 0; i < 2000; ++i) {  // more than a process may have open: none is kept
    auto reply = ask(path, "file");
    ASSERT_TRUE(reply.ok()) << reply.error().text();
    EXPECT_EQ(reply->text, "<file>");
    ASSERT_TRUE(reply->file.has_value()) << i;
    if (i > 0) continue;
    std::string got(content.size(), '\0');
    ASSERT_TRUE(reply->file->read(0, std::as_writable_bytes(std::span(got))).ok());
    EXPECT_EQ(got, content);
  }
  EXPECT_FALSE(ask(path, "no file")->file.has_value());
}

TEST_F(LocalLines, a_line_without_an_end_ends_the_call) {
  serve();
  EXPECT_EQ(ask(path, std::string(kMostLine * 3, 'x')).error().code(), Code::unavailable);
  EXPECT_EQ(ask(path, "still there")->text, "<still there>");
}

TEST_F(LocalLines, one_listens_and_what_a_dead_one_left_is_replaced) {
  serve();
  const auto second = LineServer::listen(path, [](const std::string& line) { return Reply{line}; });
  EXPECT_EQ(second.error().code(), Code::failed_precondition);
  std::filesystem::create_hard_link(path, path + ".left");
  stop();
  ending = false;
  std::filesystem::rename(path + ".left", path);
  serve();
  EXPECT_EQ(ask(path, "again")->text, "<again>");
}

TEST_F(LocalLines, paths_that_cannot_be) {
  const auto answer = [](const std::string& line) { return Reply{line}; };
  EXPECT_EQ(LineServer::listen("", answer).error().code(), Code::invalid_argument);
  EXPECT_EQ(LineServer::listen(std::string(300, 'x'), answer).error().code(),
            Code::invalid_argument);
  EXPECT_EQ(LineServer::listen("/none/such/socket", answer).error().code(), Code::not_found);
}

}  // namespace
}  // namespace samara::local
