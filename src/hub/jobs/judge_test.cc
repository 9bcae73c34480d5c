// What makes two versions of a model different for their callers; and a judge whose program misbehaves.
#include "hub/jobs/judge.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/text.h"

namespace samara::hub {
namespace {

using json::Json;

Json report(const char* input = "image", const char* type = "int8", const char* shape = "[1,32]",
            const char* labels = "aa") {
  return *json::parse(
      cat(R"({"signatures":[{"key":"main","inputs":[{"name":")", input, R"(","tensor":0,"type":")",
          type, R"(","shape":)", shape,
          R"(}],"outputs":[{"name":"out","type":"int8","shape":[1,10]}]}],"associated_files":[)",
          R"({"name":"labels.txt","sha256":")", labels, R"("}]})"));
}

TEST(differences, are_what_a_caller_would_notice) {
  EXPECT_TRUE(differences(report(), report()).empty());
  const auto one = [](const Json& after) {
    const auto all = differences(report(), after);
    return all.empty() ? std::string() : all[0];
  };
  EXPECT_EQ(one(report("image", "uint8")),
            "signature 'main': input image: int8 [1,32] became image: uint8 [1,32]");
  EXPECT_EQ(one(report("image", "int8", "[1,64]")),
            "signature 'main': input image: int8 [1,32] became image: int8 [1,64]");
  EXPECT_EQ(differences(report(), report("picture")).size(), 2u);
  EXPECT_EQ(one(report("image", "int8", "[1,32]", "bb")),
            "the associated file 'labels.txt' (labels, vocabulary) is another");
  EXPECT_EQ(one(Json::object()), "signature 'main' is gone");
  EXPECT_TRUE(differences(Json::object(), report()).empty());
}

/// A judge whose program is this shell script.
Result<Verdict> judged_by(const std::string& script, std::chrono::milliseconds time) {
  const std::string path =
      (std::filesystem::temp_directory_path() / cat("samara_judge_", getpid())).string();
  EXPECT_TRUE(write_file(path, "#!/bin/sh\n" + script).ok());
  chmod(path.c_str(), 0700);
  Judge::Options options;
  options.program = path;
  options.time = time;
  auto verdict = Judge(options).judge("m.tflite");
  std::filesystem::remove(path);
  return verdict;
}

TEST(judge, says_why_a_model_is_refused) {
  using std::chrono::milliseconds;
  const auto fit = judged_by("echo '{\"path\":\"x\",\"bytes\":3,\"plan\":{\"arena_bytes\":7}}'",
                             milliseconds(5000));
  ASSERT_TRUE(fit.ok()) << fit.error().text();
  EXPECT_TRUE(fit->fit);
  EXPECT_EQ(fit->report.dump(), R"({"bytes":3,"arena_bytes":7})");
  const auto refused = [](const std::string& script, milliseconds time = milliseconds(5000)) {
    const auto verdict = judged_by(script, time);
    EXPECT_TRUE(verdict.ok());
    EXPECT_FALSE(verdict->fit);
    return verdict->reason;
  };
  EXPECT_EQ(
      refused("echo 'error: tensor 3 has no shape\n  in model m.tflite\n  (invalid_model)' >&2"
              "; exit 1"),
      "tensor 3 has no shape (invalid_model)");
  EXPECT_NE(refused("kill -11 $$").find("signal 11"), std::string::npos);
  EXPECT_NE(refused("sleep 60", milliseconds(50)).find("more than 50 ms"), std::string::npos);
  EXPECT_NE(refused("exec yes", milliseconds(60'000)).find("wrote more than"), std::string::npos);
  Judge::Options none;
  none.program = "/no/such/program";
  EXPECT_EQ(Judge(none).judge("m.tflite").error().code(), Code::not_found);
}

TEST(judge, does_not_refuse_a_model_for_its_own_trouble) {
  for (const char* script :
       {"kill -9 $$", "kill -7 $$", "echo nonsense", "exit 3", "echo '[]'",
        "echo 'error: cannot read: Input/output error\n  in m.tflite\n  (io)' >&2; exit 1"}) {
    const auto verdict = judged_by(script, std::chrono::milliseconds(5000));
    ASSERT_FALSE(verdict.ok()) << script;
    EXPECT_EQ(verdict.error().code(), Code::unavailable) << script;
    EXPECT_NE(verdict.error().message().find("not judged, try again"), std::string::npos);
  }
  // The same words in the middle are the model's.
  const auto refused = judged_by("echo 'error: tensor (io)\n  (invalid_model)' >&2; exit 1",
                                 std::chrono::milliseconds(5000));
  ASSERT_TRUE(refused.ok()) << refused.error().text();
  EXPECT_FALSE(refused->fit);
}

TEST(judge, ends_at_once_where_the_hub_stops) {
  const std::string path =
      (std::filesystem::temp_directory_path() / cat("samara_long_judge_", getpid())).string();
  ASSERT_TRUE(write_file(path, "#!/bin/sh\ntouch \"$2\"; exec sleep 600").ok());
  chmod(path.c_str(), 0700);
  const std::string began = path + ".began";
  Judge::Options options;
  options.program = path;
  options.at_once = 1;
  Judge judge(options);
  std::vector<std::thread> callers;
  std::atomic<int> sent_away{0};
  for (int i = 0; i < 2; ++i) {  // the second one waits for its turn
    callers.emplace_back([&] {
      const auto verdict = judge.judge(began);
      sent_away += !verdict.ok() && verdict.error().code() == Code::unavailable;
    });
  }
  while (!std::filesystem::exists(began)) std::this_thread::yield();
  judge.stop();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sent_away, 2);
  EXPECT_EQ(judge.judge(began).error().code(), Code::unavailable);
  std::filesystem::remove(path);
  std::filesystem::remove(began);
}

TEST(judge, sends_away_who_would_wait_too_long) {
  const std::string path =
      (std::filesystem::temp_directory_path() / cat("samara_slow_judge_", getpid())).string();
  ASSERT_TRUE(write_file(path, "#!/bin/sh\nsleep 0.5; echo '{}'").ok());
  chmod(path.c_str(), 0700);
  Judge::Options options;
  options.program = path;
  Judge judge(options);
  std::atomic<int> fit{0}, sent_away{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      const auto verdict = judge.judge("m.tflite");
      if (verdict.ok() && verdict->fit) ++fit;
      if (!verdict.ok() && verdict.error().code() == Code::unavailable) ++sent_away;
    });
  }
  for (std::thread& caller : callers) caller.join();
  std::filesystem::remove(path);
  EXPECT_GE(fit, 4);
  EXPECT_EQ(fit + sent_away, 8);
  EXPECT_GT(sent_away, 0);
}

}  // namespace
}  // namespace samara::hub
