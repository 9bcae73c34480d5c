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
    auto made = LineServer::listen(path, [](const std::string& line) { return "<" + line + ">"; });
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
  for (int i = 0; i < 200; ++i) EXPECT_EQ(ask(path, "digits").value(), "<digits>");
  EXPECT_EQ(ask(path, "").value(), "<>");
  EXPECT_EQ(ask(path, "a\nb").value(), "<a>");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0660));
  stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(ask(path, "x").error().code(), Code::unavailable);
}

TEST_F(LocalLines, a_line_without_an_end_ends_the_call) {
  serve();
  EXPECT_EQ(ask(path, std::string(kMostLine * 3, 'x')).error().code(), Code::unavailable);
  EXPECT_EQ(ask(path, "still there").value(), "<still there>");
}

TEST_F(LocalLines, one_listens_and_what_a_dead_one_left_is_replaced) {
  serve();
  const auto second = LineServer::listen(path, [](const std::string& line) { return line; });
  EXPECT_EQ(second.error().code(), Code::failed_precondition);
  std::filesystem::create_hard_link(path, path + ".left");
  stop();
  ending = false;
  std::filesystem::rename(path + ".left", path);
  serve();
  EXPECT_EQ(ask(path, "again").value(), "<again>");
}

TEST_F(LocalLines, paths_that_cannot_be) {
  const auto answer = [](const std::string& line) { return line; };
  EXPECT_EQ(LineServer::listen("", answer).error().code(), Code::invalid_argument);
  EXPECT_EQ(LineServer::listen(std::string(300, 'x'), answer).error().code(),
            Code::invalid_argument);
  EXPECT_EQ(LineServer::listen("/none/such/socket", answer).error().code(), Code::not_found);
}

}  // namespace
}  // namespace samara::local
