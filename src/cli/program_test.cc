// The program on models that no file of the repository is: endless loops, unknown operators, models
// without outputs.
#include <gtest/gtest.h>

#include <chrono>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "cli/command.h"
#include "testing/model_builder.h"

namespace samara::cli {
namespace {

using testing::boolean;
using testing::f32;
using testing::ModelBuilder;

class Program : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const ModelBuilder& m) const {
    EXPECT_TRUE(write_file(folder_.in(name), m.bytes()).ok());
    return folder_.in(name);
  }
  /// What a run that must fail with exit code 1 says.
  static std::string refusal(const std::vector<std::string>& words) {
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run_program(words), kFailed);
    (void)::testing::internal::GetCapturedStdout();
    return ::testing::internal::GetCapturedStderr();
  }
  /// A gray picture of 2 x 2 in 8 bits.
  std::string picture() const {
    std::string bmp = "BM";
    const auto number = [&](uint64_t value, int size) {
      for (int i = 0; i < size; ++i) bmp += char(value >> (8 * i));
    };
    number(54 + 16, 4), number(0, 4), number(54, 4), number(40, 4), number(2, 4), number(2, 4);
    number(1, 2), number(24, 2), number(0, 4), number(16, 4), number(0, 8), number(0, 8);
    bmp += std::string(16, '\x40');
    EXPECT_TRUE(write_file(folder_.in("p.bmp"), bmp).ok());
    return folder_.in("p.bmp");
  }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST_F(Program, names_the_model_once_where_an_operator_is_unknown) {
  ModelBuilder m;
  const int x = m.input(f32({1, 2, 2, 3})), y = m.tensor(f32({1, 2, 2, 3}));
  m.custom("Mystery", {x}, {y});
  m.output(y);
  const std::string path = write("m.tflite", m), image = picture();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"samara", "run", path},
                                                {"samara", "bench", path},
                                                {"samara", "classify", image, "--model", path},
                                                {"samara", "inspect", path, "--plan"},
                                                {"label_image", "-m", path, "-i", image}}) {
    const std::string text = refusal(words);
    EXPECT_NE(text.find("custom operator 'Mystery' is not known"), std::string::npos) << text;
    EXPECT_EQ(count(text, path), 1u) << text;
  }
}

TEST_F(Program, says_which_operators_it_lacks) {
  ModelBuilder m;
  const int x = m.input(f32({1})), y = m.tensor(f32({1})), z = m.tensor(f32({1}));
  m.op("ABS", {x}, {y});
  m.op("ABS", {y}, {z}, {}, 99);
  m.custom("Mystery", {z}, {m.tensor(f32({1}))});
  m.output(z);
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(run_program({"samara", "inspect", write("m.tflite", m), "--ops"}), 0);
  const std::string text = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(count(text, "[float32]"), 1u) << text;
  EXPECT_EQ(count(text, "[cannot run: ABS version 99; this build runs 1 to "), 1u) << text;
  EXPECT_EQ(count(text, "[cannot run: custom operator 'Mystery' is not known"), 1u) << text;
  EXPECT_EQ(count(text, "2 of 3 operators cannot run here"), 1u) << text;
}

TEST_F(Program, refuses_a_model_without_outputs_where_one_is_needed) {
  ModelBuilder m;
  m.input(f32({1, 2, 2, 3}), "x");
  const std::string path = write("m.tflite", m), image = picture();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"samara", "classify", image, "--model", path},
        {"label_image", "-m", path, "-i", image, "-c", "1"}})
    EXPECT_NE(refusal(words).find("the model has no output"), std::string::npos) << words[0];
}

TEST_F(Program, ends_loops_that_do_not_end) {
  ModelBuilder m;  // while (x == x) x = -x
  const int x = m.input(f32({1})), y = m.tensor(f32({1}));
  m.op("WHILE", {x}, {y}, testing::options<fb::WhileOptionsT>([](auto& o) {
         o.cond_subgraph_index = 1;
         o.body_subgraph_index = 2;
       }));
  m.output(y);
  m.subgraph("condition");
  const int x1 = m.input(f32({1})), same = m.tensor(boolean({1}));
  m.op("EQUAL", {x1, x1}, {same});
  m.output(same);
  m.subgraph("body");
  const int x2 = m.input(f32({1})), next = m.tensor(f32({1}));
  m.op("NEG", {x2}, {next});
  m.output(next);
  const std::string path = write("m.tflite", m);
  for (const char* command : {"run", "bench"}) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_NE(refusal({"samara", command, path, "--time-limit-ms", "50"}).find("deadline_exceeded"),
              std::string::npos);
    EXPECT_NE(refusal({"samara", command, path, "--loop-limit", "9"}).find("more than 9 times"),
              std::string::npos);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  }
}

}  // namespace
}  // namespace samara::cli
